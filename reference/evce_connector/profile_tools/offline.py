"""Answers of a capture in a controller's place: the connector's own client code reads them as it reads a site."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from http import HTTPStatus
from urllib.parse import unquote, urlencode

from evce_connector.evce.apis import error_text_of
from evce_connector.evce.asking import Answer, Request
from evce_connector.evce.convert import Json
from evce_connector.evce.decoding import Decoder, reason_by
from evce_connector.evce.dialect.declared import Dialect, Objects
from evce_connector.evce.dialect.lists import ListPlace
from evce_connector.evce.dialect.paths import Path, Step
from evce_connector.evce.profile import Profile
from evce_connector.profile_tools.capture import Exchange, Query, query_of

CAPTURED = "in the capture"
"""What errors call the controller by."""
CONTRACT_SIZE = "limit"
"""The contract's parameter for the size of a page."""


class OfflineAnswers:
    """Carries out requests by a capture; what it lacks is noted, and answered as if nothing stood there.

    A page of another size than asked for is taken, as controllers cut sizes too. Of equal requests the last with a good
    answer is taken: a browser asks once more after a login.
    """

    def __init__(self, exchanges: Iterable[Exchange], profile: Profile) -> None:
        self._profile = profile
        self._reads = [one for one in exchanges if one.method == "GET"]
        told_why = reason_by(error_text_of(profile))
        self._decoder = Decoder(CAPTURED, "", lambda text: text, told_why, strict=profile.dialect is None)
        self._not_told = _not_told(profile)
        self.base = _base([one.path for one in self._reads], profile)
        """What stands before the profile's paths in the capture."""
        self.given: list[tuple[Request, Answer]] = []
        """What was asked for and answered."""
        self.lacking: list[str] = []
        """Requests that the capture has no answer to."""

    def ask(self, request: Request) -> Answer:
        """Answer a request; an EvceError as a client has it, where what was recorded is not good."""
        found = self._found(request)
        if found is None:
            self.lacking.append(spelled(request))
            return Answer({}, b"", _nothing(self._profile, request))
        answer = self._decoder.decoded(request, request.path, (found.status, found.headers, found.body))
        self.given.append((request, answer))
        return answer

    def _found(self, request: Request) -> Exchange | None:
        path, wanted = _parts(request)
        there = [one for one in self._reads if unquote(one.path.removeprefix(self.base)) == unquote(path)]
        size = _size_key(self._profile, path)
        for told in (self._told, lambda query: _without(self._told(query), {size})):
            same = [one for one in there if one.query is not None and told(one.query) == told(wanted)]
            if same:
                return next((one for one in reversed(same) if _is_good(one)), same[-1])
        unknown = [one for one in there if one.query is None]  # of pages the longest is the likeliest to be whole
        return max(unknown, key=lambda one: len(one.body), default=None)

    def _told(self, query: Query) -> Query:
        """Return a query without what no request of the connector's own shows: a key that lets in."""
        return _without(query, self._not_told)


def _is_good(exchange: Exchange) -> bool:
    return HTTPStatus.OK <= exchange.status < HTTPStatus.MULTIPLE_CHOICES


def spelled(request: Request) -> str:
    """Write a request as a technician would repeat it.

    >>> spelled(Request("GET", "/zones", {"limit": "10"}))
    'GET /zones?limit=10'
    """
    query = urlencode(request.query)
    return (
        f"{request.method} {request.path}{'&' if '?' in request.path else '?'}{query}"
        if query
        else (f"{request.method} {request.path}")
    )


def _parts(request: Request) -> tuple[str, Query]:
    """Return path and query of a request, whose path may hold a query of its own."""
    path, _, own = request.path.partition("?")
    return path, tuple(sorted([*query_of(own), *request.query.items()]))


def _without(query: Query, names: set[str]) -> Query:
    return tuple(pair for pair in query if pair[0] not in names)


def _not_told(profile: Profile) -> set[str]:
    login = profile.dialect.login if profile.dialect else None
    return {login.query} if login and login.query else set()


def _lists(dialect: Dialect) -> list[Objects]:
    return [dialect.zones, dialect.stations, dialect.connectors]


def fixed_paths(profile: Profile) -> list[str]:
    """Return the requests that a poll begins with: those that need no id."""
    if profile.dialect is None:
        return [profile.paths[kind] for kind in ("system", "zones", "stations", "connectors")]
    found = [profile.dialect.system.path, *(one.path for one in _lists(profile.dialect) if one.place == "path")]
    return [path for path in found if path]


def _base(paths: list[str], profile: Profile) -> str:
    """Return what stands before the profile's paths in most of the addresses, the shortest of equals."""
    counts: Counter[str] = Counter()
    for wanted in fixed_paths(profile):
        counts.update({path[: -len(wanted)] for path in paths if path.endswith(wanted)})
    best = max(counts.values(), default=0)
    return min((base for base, count in counts.items() if count == best), key=len, default="")


def _size_key(profile: Profile, path: str) -> str:
    if profile.dialect is None:
        return CONTRACT_SIZE
    pages = [one.pages for one in _lists(profile.dialect) if one.pages and one.path.partition("{")[0] in path]
    return pages[0].size_key if pages else ""


def _nothing(profile: Profile, request: Request) -> Json:
    """Return an answer in which nothing stands: empty lists where the profile says that there are some."""
    dialect = profile.dialect
    if dialect is None:
        return {"items": [], "total": 0} if request.path != profile.paths["system"] else {}
    document: Json = {}
    for one in _lists(dialect):
        if _stands_in(dialect, one, request.path):
            document = _with(document, one.items, [])
            if one.pages and one.pages.total:
                document = _with(document, one.pages.total, 0)
    return document


def _stands_in(dialect: Dialect, objects: Objects, path: str) -> bool:
    """Tell whether a list stands in the answer to a request."""
    before, _, after = ListPlace(dialect, objects, None).where.partition("{id}")
    return objects.place != "inside" and path.startswith(before) and path.endswith(after)


def _with(document: Json, path: Path, value: Json) -> Json:
    """Put a value at a path of a document that may have nothing there yet."""
    return _put(document, path.steps, value)


def _put(there: Json, steps: tuple[Step, ...], value: Json) -> Json:
    if not steps:
        return value
    first, *more = steps
    rest = tuple(more)
    if isinstance(first, str):
        known = there if isinstance(there, dict) else {}
        return {**known, first: _put(known.get(first), rest, value)}
    if isinstance(first, int):
        return [*[None] * first, _put(None, rest, value)]
    inner = _put({first.key: first.word}, rest, value)
    return [inner]
