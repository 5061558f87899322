"""What can be read in a dialect: documents with lists, pages and objects, made from the contract's lists."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from werkzeug.wrappers import Request

from evce_simulator.dialect import paging
from evce_simulator.dialect.identity import Identity
from evce_simulator.dialect.objects import Objects, alone, shaped
from evce_simulator.dialect.paths import ABSENT
from evce_simulator.dialect.profile import CHILD, KINDS, PARENT, PARENT_FIELD, ListPart, Profile
from evce_simulator.dialect.talk import Talk, turned_away
from evce_simulator.dialect.templates import Template
from evce_simulator.effects import Reply

# ruff: noqa: ANN401 - any JSON

_FILTER = {"zone": "zoneId", "station": "stationId"}
"""The contract's parameter that chooses what stands in such an object."""


@dataclass(frozen=True, slots=True)
class Readable:
    """A request that can be read, and what it gives: `system`, or a kind's list, or one object of the kind."""

    path: Template
    what: str
    single: bool = False


class Lists:
    """Answers whatever is read. PassedOnError for all that is not an answer of the dialect."""

    def __init__(self, profile: Profile, objects: Objects, identity: Identity) -> None:
        self._profile = profile
        self._parts = profile.lists
        self._objects = objects
        self._identity = identity
        self._parents: dict[tuple[str, int], int] = {}
        self.readable = list(_readable(profile))

    def answer(self, request: Request, asked: list[tuple[Readable, dict[str, str]]], talk: Talk) -> Reply:
        """Answer a request by all that stands at its path: one document may hold several lists."""
        document: Any = ABSENT
        headers: list[tuple[str, str]] = []
        for readable, values in self._fitting(request, asked):
            if readable.what == "system":
                document = self._profile.system.at.put(document, self._objects.system(talk.get("/system")))
                document = self._with_lists(document, "system", talk)
            elif readable.single:
                document = self._one(document, readable.what, values, talk)
            else:
                document, links = self._list(document, readable.what, values, request, talk)
                document = self._with_lists(document, f"{readable.what}s", talk)
                headers += links
        return Reply(200, talk.headers + headers, b"").with_json(document)

    def _fitting(
        self, request: Request, asked: list[tuple[Readable, dict[str, str]]]
    ) -> list[tuple[Readable, dict[str, str]]]:
        """Return what a request gets by its query, which every request of a list carries."""
        lacking = ""
        fitting = []
        for readable, values in asked:
            query = {} if readable.what == "system" or readable.single else self._parts[readable.what].query
            lacks = [f"{key}={value}" for key, value in query.items() if request.args.get(key) != value]
            if lacks:
                lacking = lacks[0]
            else:
                fitting.append((readable, values))
        if not fitting:
            raise turned_away(400, f"The query must have {lacking}.")
        return fitting

    def _with_lists(self, document: Any, name: str, talk: Talk) -> Any:
        """Write the lists that stand in this document besides its own."""
        for part in self._parts.values():
            if part.document == name:
                document = part.items.put(document, shaped(part, self._built(part.kind, talk.whole(part.kind), talk)))
        return document

    def _list(
        self, document: Any, kind: str, values: dict[str, str], request: Request, talk: Talk
    ) -> tuple[Any, list[tuple[str, str]]]:
        part, pages = self._parts[kind], self._parts[kind].pages
        chosen = self._chosen(kind, values, talk)
        if pages is None:
            objects = self._built(kind, talk.whole(kind, chosen), talk, chosen)
            return part.items.put(document, shaped(part, objects)), []
        query = request.args.to_dict()
        shown = paging.window(pages, query)
        items, total = talk.page(kind, shown.limit, shown.offset, chosen)
        if pages.end is not None and not items and shown.offset:
            raise turned_away(pages.end, "There is no such page; the one before was the last.")
        begin = paging.following(shown, len(items), total)
        document = part.items.put(document, shaped(part, self._built(kind, items, talk, chosen)))
        if part.items.steps:
            address = paging.address(pages, request.base_url, query, begin)
            document = paging.put_next(pages, paging.put_total(pages, document, total), begin, address)
        return document, paging.link(pages, request.base_url, query, begin)

    def _chosen(self, kind: str, values: dict[str, str], talk: Talk) -> dict[str, int]:
        """Return the contract's filter for a list that is asked for parent by parent."""
        if not self._parts[kind].each:
            return {}
        parent = PARENT[kind]
        number = self._identity.number(parent, values["id"], talk)
        if number is None:
            raise turned_away(404, f"There is no {parent} with id {values['id']}.")
        return {_FILTER[parent]: number}

    def _one(self, document: Any, kind: str, values: dict[str, str], talk: Talk) -> Any:
        number = self._identity.number(kind, values["id"], talk)
        if number is None:
            raise turned_away(404, f"There is no {kind} with id {values['id']}.")
        item = talk.get(f"/{kind}s/{number}")
        if "parent" in values:
            parent = self._identity.number(PARENT[kind], values["parent"], talk)
            if parent != self._parent_of(kind, item):
                raise turned_away(404, f"There is no {kind} with id {values['id']} in {values['parent']}.")
        chosen = {_FILTER[kind]: number} if kind in _FILTER else {}
        (made,) = self._built(kind, [item], talk, chosen)
        return self._parts[kind].one_at.put(document, alone(self._parts[kind], made))

    def _built(self, kind: str, items: list[Any], talk: Talk, chosen: dict[str, int] | None = None) -> list[Any]:
        """Turn objects, with all that stands inside them; `chosen` limits what has to be asked for."""
        child = self._parts.get(CHILD.get(kind, ""))
        within = self._by_parent(child, items, talk, chosen) if child is not None and child.inside else {}
        made = []
        for item in items:
            one = self._objects.turned(kind, item)
            if child is not None and child.inside and isinstance(item, dict):
                inside = within.get(_number(item.get("id")), [])
                one = one if child.left_out and not inside else child.items.put(one, shaped(child, inside))
            made.append(one)
        return made

    def _by_parent(
        self, part: ListPart, parents: list[Any], talk: Talk, chosen: dict[str, int] | None
    ) -> dict[int | None, list[Any]]:
        """Return what stands inside some parents, which may be one page of many."""
        wanted = {_number(parent.get("id")) for parent in parents if isinstance(parent, dict)}
        inside = [(self._parent_of(part.kind, item), item) for item in talk.whole(part.kind, chosen)]
        inside = [(parent, item) for parent, item in inside if parent in wanted]
        found: dict[int | None, list[Any]] = defaultdict(list)
        made = self._built(part.kind, [item for _, item in inside], talk, chosen)
        for (parent, _), one in zip(inside, made, strict=True):
            found[parent].append(one)
        return found

    def _parent_of(self, kind: str, item: Any) -> int | None:
        """Return the parent's number; an object that does not tell it, by a fault, stays where it was."""
        if not isinstance(item, dict):
            return None
        parent, own = _number(item.get(PARENT_FIELD[kind])), _number(item.get("id"))
        if own is None:
            return parent
        if parent is not None:
            self._parents[kind, own] = parent
        return self._parents.get((kind, own))


def _readable(profile: Profile) -> list[Readable]:
    found = [] if profile.system.path is None else [Readable(profile.system.path, "system")]
    for kind in KINDS:
        part = profile.lists[kind]
        found += [Readable(part.path, kind)] if part.path is not None else []
        found += [Readable(part.one, kind, single=True)] if part.one is not None else []
    return found


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
