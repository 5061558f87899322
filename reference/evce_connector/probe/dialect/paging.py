"""How a list comes in pages, tried out: which parameter sets their size, and which leads to the next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from evce_connector.evce.asking import Answer, Request
from evce_connector.evce.convert import Json
from evce_connector.evce.dialect.declared import Pages
from evce_connector.evce.dialect.pages import Documents, next_link, whole_list
from evce_connector.evce.dialect.paths import parse
from evce_connector.evce.errors import EvceAnswerError, EvceError
from evce_connector.probe.dialect.columns import written_key
from evce_connector.probe.dialect.listings import Document, Listing, at, members
from evce_connector.probe.dialect.names import concepts_of, plain, words
from evce_connector.probe.dialect.walk import Walk

SIZE = 100
"""Objects that a proposed profile asks for at a time."""
_NAMES = frozenset({"id", "number", "name", "serial"})
_ROUND = (20, 25, 30, 40, 50, 100, 200, 250, 500, 1000)
"""Sizes at which a list that gives so many may have been cut."""


@dataclass
class Paging:
    """How a list comes in pages as a profile says it, None for whole; why, and whether that could not be seen."""

    pages: dict[str, Any] | None
    why: str
    unsure: bool = False
    candidates: list[Any] = field(default_factory=list)


def of_one(listing: Listing) -> Listing:
    """Return the list of one parent, of a list that each parent has at a request of its own."""
    objects = members(at(listing.document.value, listing.items))
    return Listing(listing.document, listing.items, listing.keys, [(one, ()) for one in objects])


class Pager:
    """Tries the lists of one controller; what was found at one is tried first at the next."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        self._size_keys: list[str] = list(words()["pages"]["size"])
        self._known: dict[str, Any] | None = None

    def find(self, listing: Listing) -> Paging:
        """Find how a list that has a request of its own comes in pages."""
        path = listing.document.path
        first = self._page(listing, {})
        total = _total(listing.document.value, listing, len(first))
        cursor = _leaf(listing.document.value, listing, "following", str)
        link = next_link(listing.document.headers.get("Link", ""))
        if len(first) <= 1 and not link:
            if self._known:
                return Paging(
                    dict(self._known),
                    f"{path} has {len(first)} objects, and is taken to be as the other lists",
                    unsure=True,
                )
            said = total or _leaf(listing.document.value, listing, "following", None)
            return Paging(None, f"{path} has too few objects to see whether it comes in pages", unsure=bool(said))
        size_key = self._size_key(listing, first)
        if not size_key and not (link or cursor or (total and self._number_at(listing, total) > len(first))):
            cut = len(first) in _ROUND
            return Paging(None, f"{path} comes whole: no parameter changes its {len(first)} objects", unsure=cut)
        pages = self._next(listing, size_key, first, total)
        if pages is None:
            return Paging(None, f"{path} has pages, and no parameter that leads to the next was found", unsure=True)
        self._known = dict(pages)
        told = ", ".join(
            f"{key} {value}" for key, value in pages.items() if key in ("key", "size_key", "first", "next")
        )
        return Paging(pages, f"tried out at {path}: by {pages['by']}" + (f", {told}" if told else ""))

    def _number_at(self, listing: Listing, path: str) -> int:
        found = at(listing.document.value, path)
        return found if isinstance(found, int) else 0

    def _page(self, listing: Listing, query: dict[str, str]) -> list[Json]:
        document = self._walk.get(listing.document.path, query)
        return members(at(document.value, listing.items)) if document else []

    def _size_key(self, listing: Listing, first: list[Json]) -> str:
        """Find the parameter that makes a page shorter: all at once, then half of them at a time."""
        if self._known and self._known.get("size_key"):
            key = self._known["size_key"]
            if len(self._page(listing, {key: "1"})) == 1 < len(first):
                return str(key)
        names = [name for name in self._size_keys if name != "items"]
        if len(self._page(listing, dict.fromkeys(names, "1"))) != 1:
            names = ["limit", "per_page", "size", "pageSize", "page_size", "count"]
            return next((name for name in names if len(self._page(listing, {name: "1"})) == 1), "")
        while len(names) > 1:
            half = names[: len(names) // 2]
            names = half if len(self._page(listing, dict.fromkeys(half, "1"))) == 1 else names[len(names) // 2 :]
        return names[0] if len(self._page(listing, {names[0]: "1"})) == 1 else ""

    def _next(self, listing: Listing, size_key: str, first: list[Json], total: str) -> dict[str, Any] | None:
        sized = {size_key: "1"} if size_key else {}
        document = self._walk.get(listing.document.path, sized)
        if document is None:
            return None
        more: dict[str, Any] = {"size_key": size_key, "size": SIZE} if size_key else {}
        more |= {"total": total} if total and listing.items else {}
        if next_link(document.headers.get("Link", "")):
            return {"by": "link", **more}
        here = members(at(document.value, listing.items))
        cursor = _leaf(document.value, listing, "following", str) or _leaf(document.value, listing, "following", int)
        if cursor and (key := self._cursor_key(listing, sized, cursor, document, here)):
            return {"by": "cursor", "key": key, "next": cursor, **more}
        step = 2 if size_key and len(first) > 3 else len(here)  # noqa: PLR2004 - two pages of two
        sized = {size_key: str(step)} if size_key else {}
        for key, by in self._leading():
            found = self._by(listing, sized, key, by, first, step)
            if found is not None:
                return {
                    "by": found[0],
                    "key": key,
                    **({"first": found[1]} if found[1] != 1 and found[0] == "number" else {}),
                    **more,
                }
        return None

    def _cursor_key(
        self, listing: Listing, sized: dict[str, str], cursor: str, document: Document, here: list[Json]
    ) -> str:
        value = str(at(document.value, cursor))
        names: list[str] = [cursor.rpartition(".")[2], *words()["pages"]["cursor"]]
        for name in dict.fromkeys(names):
            page = self._page(listing, {**sized, name: value})
            if page and not same(page[0], here[0]):
                return name
        return ""

    def _leading(self) -> Iterator[tuple[str, str]]:
        """Yield parameters that may lead to the next page, and what they would count."""
        known = self._known or {}
        if known.get("by") in ("offset", "number"):
            yield known["key"], known["by"]
        numbers, offsets = words()["pages"]["number"], words()["pages"]["offset"]
        for place in range(max(len(numbers), len(offsets))):
            for names, by in ((numbers, "number"), (offsets, "offset")):
                if place < len(names):
                    yield names[place], by

    def _by(
        self, listing: Listing, sized: dict[str, str], key: str, by: str, first: list[Json], step: int
    ) -> tuple[str, int] | None:
        """Tell what a parameter counts by what the pages 2 and 1 begin with; None where it changes nothing."""
        second = self._start(listing, {**sized, key: "2"}, first)
        if second in (None, 0):
            return None
        one = self._start(listing, {**sized, key: "1"}, first)
        if second == step and one == 0:
            return "number", 1
        if second == 2 and one == 1 and (step > 1 or by == "offset"):  # noqa: PLR2004 - as asked
            return "offset", 0
        if second == 2 * step and one == step:
            return "number", 0
        return None

    def _start(self, listing: Listing, query: dict[str, str], first: Sequence[Json]) -> int | None:
        """Return the place in the list at which a page begins; beyond what is known of the list, the page's own."""
        page = self._page(listing, query)
        if not page:
            return None
        return next((place for place, one in enumerate(first) if same(one, page[0])), None)


def same(one: Json, other: Json) -> bool:
    """Tell whether two readings are of one object, whose values may have changed: by what names it, else by all."""
    if not (isinstance(one, dict) and isinstance(other, dict)):
        return one == other
    names = [key for key, value in one.items() if isinstance(value, str | int) and concepts_of(key)[0] & _NAMES]
    return all(one.get(name) == other.get(name) for name in names) if names else one == other


def whole(walk: Walk, listing: Listing, pages: dict[str, Any]) -> Document | None:
    """Read a list by its pages; returns its document with all objects in it, None where that fails."""
    declared = Pages(
        by=pages["by"],
        key=pages.get("key", ""),
        size_key=pages.get("size_key", ""),
        size=pages.get("size", 0),
        first=pages.get("first", 1),
        next=parse(pages["next"]) if "next" in pages else None,
        total=parse(pages["total"]) if "total" in pages else None,
    )

    def ask(request: Request) -> Answer:
        answer = walk.answer(request.path, dict(request.query))
        if not answer.good:
            raise EvceAnswerError(request.path, f"status {answer.status}")
        return Answer(answer.headers, b"", answer.document)

    try:
        found = whole_list(
            Documents(ask), listing.document.path, parse(listing.items), declared, listing.document.query
        )
    except EvceError:
        return None
    document = deepcopy(listing.document.value)
    of = listing.document
    return Document(of.path, _put(document, listing.keys, found), of.query, of.headers)


def _put(document: Any, keys: Sequence[str], value: Json) -> Json:  # noqa: ANN401 - JSON
    if not keys:
        return value
    inside = document
    for key in keys[:-1]:
        inside = inside[key]
    inside[keys[-1]] = value
    return document


def _total(document: Json, listing: Listing, count: int) -> str:
    """Return the path of the number that an envelope announces, empty where it announces none."""
    for path, key, value in _envelope(document, listing):
        if type(value) is int and value >= count and plain(key) in {plain(one) for one in words()["pages"]["total"]}:
            return path
    return ""


def _leaf(document: Json, listing: Listing, kind: str, of: type | None) -> str:
    """Return the path of a value of an envelope by its usual names; `of` is its type, None for any, null too."""
    names = {plain(one) for one in words()["pages"][kind]}
    for path, key, value in _envelope(document, listing):
        fits = of is None or (isinstance(value, of) and not isinstance(value, bool) and value != "")
        if fits and plain(key) in names:
            return path
    return ""


def _envelope(document: Json, listing: Listing, path: str = "", deep: int = 0) -> Iterator[tuple[str, str, Json]]:
    """Yield the scalars around a list, those nearest to the answer first."""
    if not isinstance(document, dict) or (path == listing.items and listing.items):
        return
    for key, value in document.items():
        below = f"{path}.{written_key(key)}" if path else written_key(key)
        if isinstance(value, dict):
            if deep < 3:  # noqa: PLR2004 - no envelope is deeper
                yield from _envelope(value, listing, below, deep + 1)
        elif not isinstance(value, list):
            yield below, key, value
