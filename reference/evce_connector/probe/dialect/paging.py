"""How a list comes in pages, tried out: which parameter sets their size, and which leads to the next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from evce_connector.evce.convert import Json
from evce_connector.evce.dialect.pages import next_link
from evce_connector.probe.dialect import page_names
from evce_connector.probe.dialect.listings import Document, Listing, at, members
from evce_connector.probe.dialect.names import concepts_of
from evce_connector.probe.dialect.page_names import goes_on, leaf, narrowed
from evce_connector.probe.dialect.walk import Walk

SIZE = 100
"""Objects that a proposed profile asks for at a time."""
_NAMES = frozenset({"id", "number", "name", "serial"})
_ROUND = (
    *(10, 15, 20, 25, 30, 40, 50, 60, 64, 75, 80, 100, 128, 150, 200, 250, 256, 300, 400, 500, 512),
    *(1000, 1024, 2000, 2500, 5000, 10000),
)
"""Sizes at which a list that gives so many may have been cut."""
_ALONE = ("limit", "per_page", "size", "pageSize", "page_size", "count")
"""Names that are tried one by one, where a controller refuses those that it does not know."""
_AT_ONCE = 2
"""Names of each kind that are tried alone before all others are tried together."""


@dataclass
class Paging:
    """How a list comes in pages as a profile says it, None for whole; why, and whether that could not be seen."""

    pages: dict[str, Any] | None
    why: str
    unsure: bool = False
    candidates: list[Any] = field(default_factory=list)
    cut: bool = False
    """Whether objects may be missing of which nothing is known."""


def of_one(listing: Listing) -> Listing:
    """Return the list of one parent, of a list that each parent has at a request of its own."""
    objects = members(at(listing.document.value, listing.items))
    return Listing(listing.document, listing.items, listing.keys, [(one, ()) for one in objects])


def lengths_of(listing: Listing) -> list[int]:
    """Return how many objects each list has, of lists that each parent has at a request of its own."""
    return list(Counter(id(parents[0]) for _, parents in listing.objects if parents).values())


class Pager:
    """Tries the lists of one controller; what was found at one is tried first at the next."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        self._known: dict[str, Any] | None = None
        self._longest = 0
        """Objects of the longest list that came at one request, and whole as it seems."""

    def find(self, listing: Listing, lengths: Sequence[int] = ()) -> Paging:
        """Find how a list that has a request of its own comes in pages; `lengths` are those of all of its kind."""
        path, value = listing.document.path, listing.document.value
        first = self._page(listing, {})
        total = page_names.total(value, listing, len(first))
        link = next_link(listing.document.headers.get("Link", ""))
        told = "a Link to the next page" if link else self._announced(listing, total, len(first))
        if len(first) <= 1 and not link:
            return self._of_few(listing, first, total)
        size_key = self._size_key(listing, first)
        rounded = self._is_round(len(first), lengths)
        pages = self._next(listing, size_key, first, total) if size_key or told else None
        if pages is None and (told or rounded):
            pages = self._unsized(listing, first, total)
        if pages is not None:
            self._known = dict(pages)
            shown = ("key", "size_key", "first", "next")
            how = ", ".join(f"{key} {one}" for key, one in pages.items() if key in shown)
            return Paging(pages, f"tried out at {path}: by {pages['by']}" + (f", {how}" if how else ""))
        if size_key or told:
            why = f", as {told} says," if told else ""
            found = f"{path} has pages{why} and no parameter that leads to the next was found"
            return Paging(None, found, unsure=True, cut=True)
        self._longest = max(self._longest, 0 if rounded else len(first))
        why = f"{path} comes whole: no parameter changes its {len(first)} objects"
        if rounded:
            why += ", and so round a number may be one page of more"
        return Paging(None, why, unsure=rounded, cut=rounded)

    def _is_round(self, count: int, lengths: Sequence[int]) -> bool:
        """Tell whether a list of so many objects may be cut, unless longer ones come whole or a size is set elsewhere.

        Of lists that each parent has, several must end at the same number.
        """
        most = max([count, *lengths])
        ends = most in _ROUND and (not lengths or lengths.count(most) > 1)
        return ends and self._longest <= most and not (self._known or {}).get("size_key")

    def _of_few(self, listing: Listing, first: list[Json], total: str) -> Paging:
        path = listing.document.path
        if self._known:
            why = f"{path} has {len(first)} objects, and is taken to be as the other lists"
            return Paging(dict(self._known), why, unsure=True)
        said = total or leaf(listing.document.value, listing, "following", None)
        return Paging(None, f"{path} has too few objects to see whether it comes in pages", unsure=bool(said))

    def _announced(self, listing: Listing, total: str, count: int) -> str:
        """Return what of an answer says that there are more objects than it has, empty where nothing does."""
        if total and self._number_at(listing, total) > count:
            return total
        return goes_on(listing.document.value, listing)

    def _number_at(self, listing: Listing, path: str) -> int:
        found = at(listing.document.value, path)
        return found if isinstance(found, int) else 0

    def _page(self, listing: Listing, query: dict[str, str]) -> list[Json]:
        document = self._walk.get(listing.document.path, query)
        return members(at(document.value, listing.items)) if document else []

    def _spoken(self) -> list[str]:
        return self._walk.attempts.languages()

    def _size_key(self, listing: Listing, first: list[Json]) -> str:
        """Find the parameter that makes a page shorter: all at once, then half of them at a time."""

        def works(names: Sequence[str]) -> bool:
            return len(self._page(listing, dict.fromkeys(names, "1"))) == 1 < len(first)

        if self._known and self._known.get("size_key") and works([self._known["size_key"]]):
            return str(self._known["size_key"])
        own = page_names.named(listing.document, self._walk.openapi)
        english = [name for name in page_names.usual("size", listing.document.value) if name != "items"]
        for names in (own, english, page_names.foreign("size", self._spoken())):
            if found := narrowed(names, works):
                return found
        answer = self._walk.answer(listing.document.path, dict.fromkeys(english, "1"))
        is_same = answer.good and len(self._page(listing, dict.fromkeys(english, "1"))) == len(first)
        alone = () if is_same else (*page_names.named_by_refusal(answer), *_ALONE)
        return next((name for name in alone if works([name])), "")

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
        value = document.value
        cursor = leaf(value, listing, "following", str) or leaf(value, listing, "following", int)
        if cursor and page_names.is_address(str(at(value, cursor))):
            return {"by": "link", "next": cursor, **more}
        if cursor and (key := self._cursor_key(listing, sized, cursor, document, here)):
            return {"by": "cursor", "key": key, "next": cursor, **more}
        step = 2 if size_key and len(first) > 3 else len(here)  # noqa: PLR2004 - two pages of two
        sized = {size_key: str(step)} if size_key else {}
        for key, by in self._leading(listing, sized, first):
            found = self._by(listing, sized, key, by, first, step)
            if found is not None:
                return counted(found, key, more)
        return None

    def _unsized(self, listing: Listing, first: list[Json], total: str) -> dict[str, Any] | None:
        """Find the parameter that leads on in a list of which nothing sets the size of a page."""
        more: dict[str, Any] = {"total": total} if total and listing.items else {}
        for key, by in self._leading(listing, {}, first):
            if by == "number" and self._brings_more(listing, key, 1, first):
                return counted(("number", 0), key, more)
            if by == "number" and self._brings_more(listing, key, 2, first):
                return counted(("number", 1), key, more)
            if by == "offset" and self._brings_more(listing, key, len(first), first):
                return counted(("offset", 0), key, more)
        return None

    def _brings_more(self, listing: Listing, key: str, value: int, first: list[Json]) -> bool:
        """Tell whether a page has objects alone that the first page has not."""
        page = self._page(listing, {key: str(value)})
        return bool(page) and not any(same(one, other) for one in page for other in first)

    def _cursor_key(
        self, listing: Listing, sized: dict[str, str], cursor: str, document: Document, here: list[Json]
    ) -> str:
        value = str(at(document.value, cursor))
        own = page_names.named(listing.document, self._walk.openapi)
        names = [*own, cursor.rpartition(".")[2], *page_names.usual("cursor", listing.document.value)]
        for name in dict.fromkeys(names):
            page = self._page(listing, {**sized, name: value})
            if page and not same(page[0], here[0]):
                return name
        return ""

    def _leading(self, listing: Listing, sized: dict[str, str], first: list[Json]) -> Iterator[tuple[str, str]]:
        """Yield parameters that may lead to the next page, and what they would count.

        Those that are usual are yielded as they are; of all others the one alone with which a page begins elsewhere.
        """
        known = self._known or {}
        if known.get("by") in ("offset", "number"):
            yield known["key"], known["by"]
        own = page_names.named(listing.document, self._walk.openapi)
        yield from ((name, by) for name in own if name not in sized for by in ("number", "offset"))
        usual = {by: page_names.usual(by, listing.document.value) for by in ("number", "offset")}
        for place in range(_AT_ONCE):
            yield from ((names[place], by) for by, names in usual.items())
        others = {by: names[_AT_ONCE:] for by, names in usual.items()}
        foreign = {by: page_names.foreign(by, self._spoken()) for by in usual}

        def moves(names: Sequence[str]) -> bool:
            page = self._page(listing, {**sized, **dict.fromkeys(names, "2")})
            return bool(page) and not same(page[0], first[0])

        for group in (others, foreign):
            for by, names in group.items():
                if key := narrowed([name for name in names if name not in sized], moves):
                    yield key, by

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


def counted(found: tuple[str, int], key: str, more: dict[str, Any]) -> dict[str, Any]:
    """Return what a profile says of pages that a parameter counts: by what, and from where on."""
    by, begin = found
    return {"by": by, "key": key, **({"first": begin} if begin != 1 and by == "number" else {}), **more}


def same(one: Json, other: Json) -> bool:
    """Tell whether two readings are of one object, whose values may have changed: by what names it, else by all."""
    if not (isinstance(one, dict) and isinstance(other, dict)):
        return one == other
    names = [key for key, value in one.items() if isinstance(value, str | int) and concepts_of(key)[0] & _NAMES]
    return all(one.get(name) == other.get(name) for name in names) if names else one == other
