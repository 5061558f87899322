"""Lists of objects, wherever they stand in what a controller answers: in an envelope, in one another, at keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from evce_connector.evce.convert import Json
from evce_connector.evce.dialect.pages import KEY
from evce_connector.evce.dialect.paths import ABSENT, getter, parse
from evce_connector.probe.dialect.columns import Placed, written_key

_DEEPEST = 8
_LEAST = 3
"""Keys of an object of a list that may be zones, stations or connectors; fewer are a detail."""
_WHOLE = 5
"""Values of an object that is one of its own, and no detail of that around it."""


@dataclass(frozen=True)
class Document:
    """One good answer: the request's path below the base and its query, what came, and its headers."""

    path: str
    value: Json = field(repr=False)
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass
class Listing:
    """A list of objects: in which document, or in the objects of which other list, and at which path there.

    `each` is the path of the request for each object of `inside`, empty where it is no such list.
    """

    document: Document
    items: str
    keys: tuple[str, ...]
    objects: list[Placed] = field(repr=False)
    inside: Listing | None = None
    each: str = ""
    pages: dict[str, Any] | None = None
    evidence: str = ""

    @property
    def noun(self) -> str:
        """The name that the list goes by: its key, or the last word of its request."""
        words = [key for key in self.keys if key not in ("data", "items", "results", "content", "value", "values")]
        last = self.each or self.document.path
        return words[-1] if words else last.rstrip("/").rpartition("/")[2].partition(".")[0]

    @property
    def where(self) -> str:
        """Where it stands, in words."""
        at = f" at {self.items}" if self.items else ""
        if self.each:
            return f"GET {self.each}{at}"
        return f"{self.inside.where}, inside{at}" if self.inside else f"GET {self.document.path}{at}"


def lists_in(document: Document) -> list[Listing]:
    """Return every list of objects in a document, those in the objects of others after these."""
    found = []
    for path, keys, value in _lists(document.value, "", ()):
        outer = Listing(document, path, keys, [(one, ()) for one in members(value)])
        found += [outer, *inner(outer)]
    return found


def inner(outer: Listing) -> list[Listing]:
    """Return the lists that stand in the objects of a list, and those in theirs."""
    places: dict[str, tuple[str, ...]] = {}
    for value, _ in outer.objects:
        for path, keys, _ in _lists(value, "", ()):
            places.setdefault(path, keys)
    found = []
    for path, keys in places.items():
        get = getter(parse(path))
        objects: list[Placed] = []
        for value, parents in outer.objects:
            there = get(value, ())
            if not isinstance(there, list | dict) or (isinstance(there, dict) and not _are_objects(there)):
                break  # a list that is absent in some objects cannot be read
            objects += [(one, (value, *parents)) for one in members(there)]
        else:
            listing = Listing(outer.document, path, keys, objects, inside=outer)
            found += [listing, *inner(listing)]
    return found


def details(value: Json) -> list[str]:
    """Return the paths of lists in an object whose members are objects of their own, and no details of it."""
    return [path for path, _, found in _lists(value, "", ()) if _is_whole(found)]


def members(value: Json) -> list[Any]:
    """Return the objects of a list, or those that stand at keys, each with its key as `$key`."""
    if isinstance(value, dict):
        return [one | {KEY: key} for key, one in value.items()] if _are_objects(value) else []
    return value if isinstance(value, list) else []


def _lists(value: Json, path: str, keys: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...], Any]]:
    """Yield the outermost lists of objects."""
    if isinstance(value, list):
        if (value and all(_is_object(one) for one in value)) or (not value and keys):
            yield path, keys, value
        return
    if not isinstance(value, dict) or len(keys) > _DEEPEST:
        return
    if _is_keyed(value):
        yield path, keys, value
        return
    for key, inside in value.items():
        if key and isinstance(inside, dict | list) and not ("'" in key and '"' in key):
            below = f"{path}.{written_key(key)}" if path else written_key(key)
            yield from _lists(inside, below, (*keys, key))


def _are_objects(value: dict[str, Any]) -> bool:
    return all(isinstance(one, dict) for one in value.values())


def _is_object(value: Json) -> bool:
    return isinstance(value, dict) and (len(value) >= _LEAST or leaves(value) >= _WHOLE)


def _is_keyed(value: dict[str, Any]) -> bool:
    """Tell whether an object holds others of one kind at keys that are their names."""
    inside = list(value.values())
    if not all(isinstance(one, dict) and len(one) >= _LEAST + 1 for one in inside) or not inside:
        return False
    common = set.intersection(*(set(one) for one in inside))
    every = set.union(*(set(one) for one in inside))
    are_alike = len(common) >= 0.7 * len(every)
    return (
        are_alike
        and (len(inside) > 1 or any(character.isdigit() for character in next(iter(value))))
        and leaves(inside[0]) >= _WHOLE
    )


def _is_whole(value: Json) -> bool:
    objects = members(value)
    return not objects or leaves(objects[0]) >= _WHOLE


def leaves(value: Json) -> int:
    """Count the scalars in a value."""
    if isinstance(value, dict):
        return sum(leaves(one) for one in value.values())
    return sum(leaves(one) for one in value) if isinstance(value, list) else 1


def at(value: Json, path: str) -> Json:
    """Return what stands at a path of a document, None where nothing does."""
    found = getter(parse(path))(value, ())
    return None if found is ABSENT else found
