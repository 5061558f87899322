"""Where the objects of each list are found: by requests of its own, in their parents, or in another list's answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote

from evce_connector.evce.convert import Json
from evce_connector.evce.dialect.declared import Dialect, Objects
from evce_connector.evce.dialect.pages import Documents, items_of, whole_list
from evce_connector.evce.dialect.paths import ABSENT, Getter, Parents, getter, word_of
from evce_connector.evce.dialect.readers import test_of
from evce_connector.evce.errors import EvceAnswerError


class Found(NamedTuple):
    """An object of the controller and those around it, the nearest first.

    `same` tells that it is known to be what it was in the last list.
    """

    value: Json
    parents: Parents
    same: bool = False


class ListPlace:
    """Where one list is; `own_of_parent` gets the own id of one of its parents, None for zones."""

    def __init__(self, dialect: Dialect, objects: Objects, own_of_parent: Getter | None) -> None:
        self.objects = objects
        self.where = _where(dialect, objects)
        """The request that gives it, for errors."""
        self._items = getter(objects.items)
        self._is_other = test_of(objects.skip)
        self._own_of_parent = own_of_parent
        self._document = _document(dialect, objects) if objects.place == "document" else ("", {})

    def find(self, documents: Documents, above: list[Found]) -> list[Found]:
        """Find all objects, those that `skip` names left out; `above` are those of the list of the parents.

        EvceShiftedListError when a list changes between two pages; EvceAnswerError when there is none, or it is not
        whole; another EvceError when there is no good answer.
        """
        found = (
            self._nested(documents, above) if self.objects.nested else [Found(one, ()) for one in self._all(documents)]
        )
        is_other = self._is_other
        return [one for one in found if not is_other(one.value, one.parents)] if is_other else found

    def _nested(self, documents: Documents, above: list[Found]) -> list[Found]:
        inside = self.objects.place == "inside"
        found: list[Found] = []
        for parent in above:
            around = (parent.value, *parent.parents)
            same = inside and parent.same
            found += [Found(one, around, same) for one in self._of(documents, parent)]
        return found

    def _all(self, documents: Documents) -> list[Json]:
        objects = self.objects
        if objects.place == "document":
            path, query = self._document
            return items_of(path, self._items(documents.get(path, query).document, ()))
        return whole_list(documents, objects.path, objects.items, objects.pages, objects.query)

    def _of(self, documents: Documents, parent: Found) -> list[Json]:
        """Find the objects of one parent."""
        objects = self.objects
        own = self._own_of_parent(parent.value, parent.parents) if self._own_of_parent else None
        if objects.place == "inside":
            return self._inside(parent.value, own)
        path = objects.path.replace("{id}", in_path(objects.path, own))
        return whole_list(documents, path, objects.items, objects.pages, objects.query)

    def _inside(self, parent: Json, own: Json) -> list[Json]:
        """Find the objects inside of one parent, whose own id is for errors."""
        found, objects = self._items(parent, ()), self.objects
        absent = found is ABSENT or found is None
        if absent and objects.may_be_absent and isinstance(parent, dict):
            return []
        where = f"no list of {objects.kind} stands at {objects.items.written!r} of the {_ABOVE[objects.kind]} {own!r}"
        advice = f': if that has none, write absent = "empty" into [{objects.kind}] of the profile' if absent else ""
        return items_of(self.where, found, where + advice)


_ABOVE = {"stations": "zone", "connectors": "station"}


def _document(dialect: Dialect, objects: Objects) -> tuple[str, Mapping[str, str]]:
    """Return the request in whose answer a list stands."""
    if objects.document == "system":
        return dialect.system.path, {}
    other = dialect.zones if objects.document == "zones" else dialect.stations
    return _document(dialect, other) if other.place == "document" else (other.path, other.query)


def _where(dialect: Dialect, objects: Objects) -> str:
    """Return the request that gives a list, for errors."""
    if objects.place == "document":
        return _document(dialect, objects)[0]
    if objects.place == "inside":
        return _where(dialect, dialect.zones if objects.kind == "stations" else dialect.stations)
    return objects.path


def in_path(where: str, own: Json) -> str:
    """Return an object's own id as it stands in a request's path; EvceAnswerError for what is no id."""
    word = word_of(own)
    if not word:
        raise EvceAnswerError(where, "an object without an id stands where the id is needed to ask for more")
    return quote(word, safe="")
