"""Looks for documents on a controller that lets us in: what it says of itself, then what such ones usually offer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from evce_connector.evce.asking import Request
from evce_connector.evce.convert import Json
from evce_connector.evce.dialect.paths import word_of
from evce_connector.probe.asking import Answer, Asking
from evce_connector.probe.dialect import roles
from evce_connector.probe.dialect.attempts import Attempts, spellings
from evce_connector.probe.dialect.listings import Document, Listing, inner, lists_in
from evce_connector.probe.dialect.logins import text_of
from evce_connector.probe.dialect.match import assign
from evce_connector.probe.dialect.names import words
from evce_connector.probe.dialect.roles import ABOVE, KINDS, Judgements, Roles, columns_of, own_ids
from evce_connector.probe.dialect.trails import trails

MOST_SEARCHED = 1600
"""Requests after which no other path is tried: what is not known then is asked."""
_LINKS = 25
"""Addresses that documents name and the probe follows at most."""
_PARENTS = 40
"""Objects whose own list is asked for at most; the connector asks for all."""
_PARAMETER = re.compile(r"\b([\w$-]+)=([\w.-]*\w)")
_DEEPEST = 40
"""Objects in objects that an answer may have."""
_TRIED = 3
"""Objects at most of which a list is sought that belongs to each."""


class Walk:
    """Reads below a base path; what was read is kept, and what is asked twice is asked once."""

    def __init__(self, asking: Asking, base: str) -> None:
        self.asking = asking
        self.base = base
        self.attempts = Attempts(lambda: self.documents)
        self.openapi: dict[str, Any] = {}
        self._known: dict[tuple[str, tuple[tuple[str, str], ...]], Answer] = {}
        self._good: set[str] = set()
        """Paths at which, without a query, a document stands."""
        self._parts: set[str] = set()
        self._each: dict[str, bool] = {}
        self.paths: Mapping[str, str] = {}
        self.queries: dict[str, dict[str, str]] = {}
        """Parameters without which a path is refused."""
        self._told: tuple[int, Roles] = (-1, Roles({}, {}))
        self._judgements = Judgements()
        self.read_at: dict[str, float] = {}
        """When a path was read last, by the monotonic clock."""

    def answer(self, path: str, query: Mapping[str, str] | None = None) -> Answer:
        """Ask for a path below the base."""
        key = path, tuple(sorted((query or {}).items()))
        if key not in self._known:
            self._known[key] = self._asked(path, query or {})
            if not query and _is_document(self._known[key]):
                self._good.add(path)
            self.read_at[path] = self.asking.clock.monotonic()
        return self._known[key]

    def _asked(self, path: str, query: Mapping[str, str]) -> Answer:
        """Send a request, once more with each parameter that its refusal (400) says it must have."""
        answer = self.asking.send(Request("GET", self.base + path, {**self.queries.get(path, {}), **query}))
        for _ in range(_TRIED):
            wanted = _PARAMETER.search(text_of(answer)) if answer.status == HTTPStatus.BAD_REQUEST else None
            if query or wanted is None:
                break
            self.queries.setdefault(path, {})[wanted[1]] = wanted[2]
            answer = self.asking.send(Request("GET", self.base + path, self.queries[path]))
        return answer

    def get(self, path: str, query: Mapping[str, str] | None = None) -> Document | None:
        """Return what stands at a path, None where nothing good does."""
        answer = self.answer(path, query)
        if not _is_document(answer):
            return None
        return Document(path, answer.document, {**self.queries.get(path, {}), **(query or {})}, answer.headers)

    @property
    def documents(self) -> list[Document]:
        """Every good answer, the one without query alone, as they came."""
        return [
            Document(path, answer.document, self.queries.get(path, {}), answer.headers)
            for (path, query), answer in self._known.items()
            if not query and path in self._good and path not in self._parts
        ]

    def part(self, path: str) -> Document | None:
        """Return what stands at a path that belongs to one object: it is no document of its own."""
        self._parts.add(path)
        return self.get(path)

    def explore(self, told: Mapping[str, str]) -> Roles:
        """Find the lists; `told` are paths of requests that somebody knows, by kind."""
        self.paths, self._told = told, (-1, Roles({}, {}))
        self.asking.about = "who answers, and where the lists are"
        for path in told.values():
            if "{" not in path:
                self.get(path)
        self._read_openapi()
        for path in (*self._offered(), *words()["requests"]["index"], *words()["requests"]["system"]):
            if len(self._roles().lists) == len(KINDS) and self._has_clock():
                break
            self.get(path)
        self._explore_lists(told)
        for path in () if "system" in told else self.attempts.composed_system():
            if self._has_clock() or self._is_spent():
                break
            self.get(path)
        return self._roles()

    def _explore_lists(self, told: Mapping[str, str]) -> None:
        """Ask for the lists that nobody knows, those paths first that are the likelier."""
        tries = self.attempts
        self._try(told, (tries.in_language, tries.common))
        for path in self.attempts.of_system():
            if self._has_clock() or self._is_spent():
                break
            self.get(path)
        self._try(told, (tries.in_language, tries.around, tries.beside, tries.hinted, tries.usual))
        later = (tries.hinted_otherwise, tries.in_language, tries.across, tries.below_usual, tries.foreign)
        self._try(told, (*later, tries.composed, tries.spelled_otherwise), unless_each=True)

    def _try(
        self, told: Mapping[str, str], ways: Iterable[Callable[[str], Iterable[str]]], *, unless_each: bool = False
    ) -> None:
        """Follow what was answered, then try several ways to call each list, one way after the other."""
        for paths in ways:
            for path in self._links():
                self.get(path)
            for kind in KINDS:
                below = kind == "connectors" and (self._each.get("stations") or "{" in told.get("stations", ""))
                if kind not in told and not (unless_each and (below or self._is_each(kind))):
                    self._seek(kind, paths(kind))

    def _has_clock(self) -> bool:
        return any(assign("system", columns_of(_as_list(value))).keys() >= {"time"} for value in self._heads())

    def _heads(self) -> Iterator[Json]:
        for document in self.documents:
            if isinstance(document.value, dict):
                yield document.value

    def lists(self) -> list[Listing]:
        """Return every list in what was read."""
        return [one for document in self.documents for one in lists_in(document)]

    def _roles(self) -> Roles:
        count = len(self.documents)
        if self._told[0] != count:
            self._told = count, roles.tell(self.lists(), self.paths, self._judgements)
        return self._told[1]

    def _is_each(self, kind: str) -> bool:
        """Tell whether each object above has a list of this kind at a request of its own."""
        found = self._roles()
        above = found.lists.get(ABOVE.get(kind, ""))
        if kind in found.lists or above is None or above.inside is not None:
            return False
        if kind not in self._each:
            self._each[kind] = _each(self, kind, above, self.attempts.nouns(kind)) is not None
        return self._each[kind]

    def _seek(self, kind: str, paths: Iterable[str]) -> None:
        """Ask for paths of a list, until one gives it."""
        if kind in self._roles().lists:
            return
        self.asking.about = f"the {kind}"
        for path in paths:
            if self._is_spent():
                return
            if self.get(path) is not None and kind in self._roles().lists:
                return

    def _is_spent(self) -> bool:
        return len(self.asking.answers) > MOST_SEARCHED

    def _links(self) -> list[str]:
        """Return addresses on this controller that what was read names."""
        whole = [one for (path, query), one in self._known.items() if not query and path not in self._parts]
        return trails(whole, self.base, self.asking.target.origin)[:_LINKS]

    def _read_openapi(self) -> None:
        for path in words()["requests"]["openapi"]:
            found = None if path.endswith(".yaml") else self.part(path)
            if found and isinstance(found.value, dict) and isinstance(found.value.get("paths"), dict):
                self.openapi = found.value
                return

    def _offered(self) -> list[str]:
        """Return the paths that an OpenAPI document says can be read as they are."""
        paths = self.openapi.get("paths", {})
        offered = [
            path for path, calls in paths.items() if isinstance(calls, dict) and "get" in calls and "{" not in path
        ]
        return [path.removeprefix(self.base) if self.base else path for path in offered][: 2 * _LINKS]


def each_of(walk: Walk, found: Roles, told: Mapping[str, str]) -> Roles:
    """Look for lists that each zone, or each station, has at a request of its own; `told` are paths, by kind."""
    for kind in KINDS[1:]:
        above = found.lists.get(ABOVE[kind])
        if kind in found.lists or above is None or above.each or above.inside is not None:
            continue
        known = told.get(kind, "")
        of_each = [known] if "{id}" in known else walk.attempts.below(kind)
        listing = _each(walk, kind, above, of_each)
        if listing is not None:
            better = roles.tell([*found.lists.values(), listing, *inner(listing)], told)
            if kind in better.lists:
                found = better
    return found


def _each(walk: Walk, kind: str, above: Listing, nouns: Sequence[str]) -> Listing | None:
    """Seek lists of each object above by what they are called, or at whole paths with `{id}`."""
    matched = assign(ABOVE[kind].removesuffix("s"), columns_of(above))
    ids = own_ids(above, matched)
    for noun in nouns:
        for path in [noun] if "{id}" in noun else [f"{above.document.path}/{{id}}/{one}" for one in spellings(noun)]:
            for own in ids[:_TRIED]:
                first = walk.part(path.replace("{id}", quote(word_of(own) or "", safe="")))
                if first is None:
                    break
                inside = lists_in(first)
                if inside and inside[0].objects:
                    return _gathered(walk, above, ids, path, inside[0])
    return None


def _gathered(walk: Walk, above: Listing, ids: Sequence[Json], path: str, like: Listing) -> Listing:
    objects = []
    for (parent, parents), own in list(zip(above.objects, ids, strict=True))[:_PARENTS]:
        document = walk.part(path.replace("{id}", quote(word_of(own) or "", safe="")))
        for one in lists_in(document) if document else []:
            if one.items == like.items:
                objects += [(value, (parent, *parents)) for value, _ in one.objects]
    return Listing(like.document, like.items, like.keys, objects, above, path)


def _is_document(answer: Answer) -> bool:
    """Tell whether an answer can be looked through: JSON that is not nested without end."""
    if not answer.good or not isinstance(answer.document, dict | list):
        return False
    level: list[Any] = [answer.document]
    for _ in range(_DEEPEST):
        level = [
            inner
            for one in level
            for inner in (one.values() if isinstance(one, dict) else one)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return True
    return False


def _as_list(value: Json) -> Listing:
    return Listing(Document("", value), "", (), [(value, ())])
