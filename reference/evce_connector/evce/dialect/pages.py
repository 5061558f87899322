"""Lists that come in pages, and documents that serve several lists of one poll."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

from pydantic_core import to_json

from evce_connector.evce.asking import Answer, Ask, Request
from evce_connector.evce.convert import Json
from evce_connector.evce.dialect.declared import ROOT, Pages
from evce_connector.evce.dialect.paths import ABSENT, Path, getter, word_of
from evce_connector.evce.errors import EvceAnswerError, EvceRefusalError, EvceShiftedListError

_LINK = re.compile(r"<([^>]*)>((?:[^,\"]|\"[^\"]*\")*)")
_RELATION = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s;,]+))", re.IGNORECASE)
MOST_PAGES = 2000
"""Pages of one list beyond which it has no end: a poll would have no time for more."""
KEY = "$key"
"""The key of an object that stands at a key instead of in a list."""


class Documents:
    """What a controller answers in one poll: the same request is made once."""

    def __init__(self, ask: Ask) -> None:
        self.now: Json = None
        """Its clock, as the contract has it, once that was read."""
        self._ask = ask
        self._answers: dict[tuple[str, tuple[tuple[str, str], ...]], Answer] = {}

    def get(self, path: str, query: Mapping[str, str]) -> Answer:
        """Return the answer to a GET; an EvceError where there is no good one."""
        key = path, tuple(sorted(query.items()))
        answer = self._answers.get(key)
        if answer is None:
            answer = self._answers[key] = self._ask(Request("GET", path, query))
        return answer


def items_of(
    where: str, found: Json, why: str = "there is no list where the profile says that one stands"
) -> list[Json]:
    """Return a list, or the objects that stand at the keys of an object, each with its key; EvceAnswerError for else.

    `where` names the request in the error, `why` says what is missing.
    """
    if isinstance(found, list):
        return found
    if isinstance(found, dict) and all(isinstance(one, dict) for one in found.values()):
        return [one | {KEY: key} for key, one in found.items()]
    raise EvceAnswerError(where, why)


def with_key_of(listed: Json, alone: Json) -> Json:
    """Return an object that was asked for alone with the key at which it stands in its list, if at one."""
    if isinstance(listed, dict) and isinstance(alone, dict) and KEY in listed:
        return alone | {KEY: listed[KEY]}
    return alone


def whole_list(
    documents: Documents, path: str, items: Path, pages: Pages | None, query: Mapping[str, str]
) -> list[Json]:
    """Fetch all objects of a list.

    EvceShiftedListError when its total changes between two pages; EvceAnswerError when there is none, or it is not
    whole; another EvceError when there is no good answer.
    """
    get_items = getter(items)
    if pages is None:
        return items_of(path, get_items(documents.get(path, query).document, ()))
    total_of = getter(pages.total) if pages.total else None
    found: list[Json] = []
    page: list[Json] = []
    total: int | None = None
    ends: set[bytes] = set()
    for number, answer in enumerate(_answers(documents, path, pages, query, found), 1):
        before = total
        page = items_of(path, get_items(answer.document, ()))
        if total_of:
            total = _total(path, total_of(answer.document, ()))
            if before not in (None, total):
                raise EvceShiftedListError(path, before or 0, total)
        _refuse_what_goes_on(path, page, number, ends)
        found += page
        if not page and (pages.by in ("offset", "number")):
            break
        if total is not None and len(found) >= total:
            break
    if total is not None and len(found) != total:
        raise EvceAnswerError(path, f"it announces {total} objects and gives {len(found)}")
    return found


def _refuse_what_goes_on(path: str, page: list[Json], number: int, ends: set[bytes]) -> None:
    """Refuse a page that brings nothing new, and a list without end; `ends` are first and last of the pages before."""
    first_and_last = {to_json(page[0]), to_json(page[-1])} if page else set()
    if page and first_and_last <= ends:
        why = "brings nothing that was not there before: key, first or next of its pages may be another"
        raise EvceAnswerError(path, f"its page {number} {why}")
    if number > MOST_PAGES:
        why = f"it has more than {MOST_PAGES} pages: ask for more at a time, by size and size_key of its pages"
        raise EvceAnswerError(path, why)
    ends |= first_and_last


def _answers(
    documents: Documents, path: str, pages: Pages, query: Mapping[str, str], found: list[Json]
) -> Iterator[Answer]:
    """Yield page after page, as long as there is a next one; who takes them puts their objects into `found`."""
    sized = {**query, pages.size_key: str(pages.size)} if pages.size_key else dict(query)
    if pages.by == "offset":
        yield from _counted(documents, path, pages, sized, lambda _: len(found))
    elif pages.by == "number":
        yield from _counted(documents, path, pages, sized, lambda before: pages.first + before)
    elif pages.by == "cursor":
        yield from _by_cursor(documents, path, pages, sized)
    else:
        yield from _by_link(documents, path, pages, query, sized)


def _counted(
    documents: Documents, path: str, pages: Pages, sized: Mapping[str, str], begins: Callable[[int], int]
) -> Iterator[Answer]:
    """Yield pages whose parameter is a number, until one behind the first is answered with the status of the end."""
    for before in count():
        try:
            answer = documents.get(path, {**sized, pages.key: str(begins(before))})
        except EvceRefusalError as error:
            if before and error.status == pages.end:
                return
            raise
        yield answer


def _by_cursor(documents: Documents, path: str, pages: Pages, sized: Mapping[str, str]) -> Iterator[Answer]:
    next_of = getter(pages.next or ROOT)
    answer = documents.get(path, sized)
    yield answer
    seen: set[str] = set()
    while cursor := _cursor(path, next_of(answer.document, ())):
        if cursor in seen:
            raise EvceAnswerError(path, f"it gives the cursor {cursor[:60]!r} twice")
        seen.add(cursor)
        answer = documents.get(path, {**sized, pages.key: cursor})
        yield answer


def _cursor(path: str, found: Json) -> str:
    """Return the next cursor, empty at the end."""
    if found is ABSENT or found is None or found == "":
        return ""
    word = word_of(found)
    if word is None:
        raise EvceAnswerError(path, "its next cursor is neither a text nor a number")
    return word


def _by_link(
    documents: Documents, path: str, pages: Pages, query: Mapping[str, str], sized: Mapping[str, str]
) -> Iterator[Answer]:
    next_of = getter(pages.next) if pages.next else None
    answer = documents.get(path, sized)
    yield answer
    seen: set[str] = set()
    here = path
    while link := (
        _address(path, next_of(answer.document, ())) if next_of else next_link(answer.headers.get("Link", ""))
    ):
        here = _below(path, urljoin(here, link))
        if here in seen:
            raise EvceAnswerError(path, f"it links to the page {here[:60]!r} twice")
        seen.add(here)
        has = {name for name, _ in parse_qsl(urlsplit(here).query, keep_blank_values=True)}
        answer = documents.get(here, {name: value for name, value in query.items() if name not in has})
        yield answer


def _address(path: str, found: Json) -> str:
    """Return the next page's address as it stands in an answer, empty at the end."""
    if found is ABSENT or found is None:
        return ""
    if not isinstance(found, str):
        raise EvceAnswerError(path, "the address of its next page is no text")
    return found


def next_link(header: str) -> str:
    """Return the address of the next page that a Link header gives, empty without one.

    >>> next_link('</zones?page=1>; rel="prev", </zones?page=3>; title="a, b"; rel="next"')
    '/zones?page=3'
    """
    for address, parameters in _LINK.findall(header):
        relation = _RELATION.search(parameters)
        if relation and "next" in (relation[1] or relation[2] or "").lower().split():
            return str(address)
    return ""


def _below(path: str, address: str) -> str:
    """Return the request for the next page of a list at `path`, below the base URL.

    The address holds that URL, which is not known here: what follows it is the list's own path. So no link leads to
    another controller, or to another request of this one.
    """
    parts = urlsplit(address)
    own = path.partition("?")[0]
    if not unquote(parts.path).rstrip("/").endswith(unquote(own).rstrip("/")):
        raise EvceAnswerError(path, f"its next page is at {parts.path[:60]!r}, which is not the same list")
    return f"{own}?{parts.query}"


def _total(path: str, found: Json) -> int:
    if isinstance(found, bool) or not isinstance(found, int):
        raise EvceAnswerError(path, "there is no number of objects where the profile says that it stands")
    return found
