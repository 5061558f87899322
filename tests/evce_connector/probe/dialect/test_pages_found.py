"""How lists come in pages whose parameters nobody knows, and lists of which more may be there than was read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs

import pytest
from evce_connector.clock import SystemClock
from evce_connector.probe.asking import Asking, Target
from evce_connector.probe.dialect import page_names
from evce_connector.probe.dialect.listings import Document, lists_in
from evce_connector.probe.dialect.paging import Pager, Paging
from evce_connector.probe.dialect.reading_pages import whole
from evce_connector.probe.dialect.walk import Walk

from tests.evce_connector.probe.dialect.measuring import FAST, PASSWORD
from tests.evce_connector.probe.otherwise import serving

OBJECTS = [{"id": number, "name": f"P{number}", "power": number % 7, "current": number % 5} for number in range(1, 71)]
Say = Callable[[dict[str, str]], tuple[str, Any]]


def numbered(key: str, size_key: str = "", size: int = 40, first: int = 1) -> Say:
    """Answer bare pages by their number; one behind the last is not found."""

    def say(query: dict[str, str]) -> tuple[str, Any]:
        many = int(query.get(size_key, size))
        begin = (int(query.get(key, first)) - first) * many
        page = OBJECTS[begin : begin + many]
        return ("200 OK", page) if page else ("404 Not Found", {"blad": "nie ma takiej strony"})

    return say


@contextmanager
def walking(say: Say) -> Iterator[Walk]:
    def answer(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        query = {key: values[0] for key, values in parse_qs(environ["QUERY_STRING"]).items()}
        status, document = say(query) if environ["PATH_INFO"] == "/list" else ("404 Not Found", {})
        content = json.dumps(document).encode()
        start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(content)))])
        return [content]

    with (
        serving(answer) as origin,
        Asking(Target(origin, "bms", PASSWORD, True, FAST), SystemClock(), lambda _: None, 400) as asking,
    ):
        yield Walk(asking, "")


def found(say: Say) -> tuple[Paging, int]:
    """Find how a list comes in pages; returns that, and how many objects it then has."""
    with walking(say) as walk:
        document = walk.get("/list")
        assert document is not None
        listing = lists_in(document)[0]
        paging = Pager(walk).find(listing)
        read = whole(walk, listing, paging.pages) if paging.pages else document
        return paging, len(lists_in(read)[0].objects) if read else 0


@pytest.mark.parametrize(
    ("key", "size_key"),
    [
        ("str", "ile"),
        ("strana", "pocet"),
        ("sida", "antal"),
        ("pagina", "limite"),
        ("sivu", "koko"),
        ("side", "antall"),
    ],
)
def test_pages_are_found_in_other_languages_and_end_where_one_is_refused(key: str, size_key: str) -> None:
    paging, count = found(numbered(key, size_key))
    assert paging.pages == {"by": "number", "key": key, "size_key": size_key, "size": 100, "end": 404}
    assert count == 70


@pytest.mark.parametrize(("key", "first"), [("page", 1), ("page", 0), ("strona", 1)])
def test_pages_of_which_nothing_sets_the_size_are_found_by_what_comes_next(key: str, first: int) -> None:
    paging, count = found(numbered(key, first=first))
    assert paging.pages == {"by": "number", "key": key, "end": 404} | ({"first": 0} if first == 0 else {})
    assert count == 70


def test_a_parameter_that_an_answer_names_in_an_address_is_tried() -> None:
    say = numbered("bogen")

    def naming(query: dict[str, str]) -> tuple[str, Any]:
        status, page = say(query)
        return status, {"rows": page, "last": "/list?bogen=2"}

    paging, count = found(naming)
    assert (paging.pages or {}).get("key") == "bogen"
    assert count == 70


def test_a_parameter_that_a_refusal_of_all_others_names_is_tried() -> None:
    say = numbered("page", "happen")

    def strict(query: dict[str, str]) -> tuple[str, Any]:
        if set(query) - {"page", "happen"}:
            return "400 Bad Request", {"error": "unknown parameter, use 'happen' or 'page'"}
        return say(query)

    paging, count = found(strict)
    assert (paging.pages or {}).get("size_key") == "happen"
    assert count == 70


def test_an_address_of_the_next_page_in_an_answer_is_followed() -> None:
    def say(query: dict[str, str]) -> tuple[str, Any]:
        begin = int(query.get("zz", 0))
        more = {"@odata.nextLink": f"/list?zz={begin + 25}"} if begin + 25 < len(OBJECTS) else {}
        return "200 OK", {"value": OBJECTS[begin : begin + 25], **more}

    paging, count = found(say)
    assert paging.pages == {"by": "link", "next": "'@odata.nextLink'"}
    assert count == 70


@pytest.mark.parametrize(
    ("count", "around"),
    [(40, {}), (10, {}), (37, {"hasMore": True}), (37, {"total": 70}), (37, {"pageCount": 2}), (37, {"next": "zz"})],
)
def test_a_list_of_which_more_may_be_there_and_no_page_is_found_is_taken_for_cut(
    count: int, around: dict[str, Any]
) -> None:
    paging, _ = found(lambda _: ("200 OK", {"items": OBJECTS[:count], **around}))
    assert paging.pages is None
    assert (paging.cut, paging.unsure) == (True, True)


def test_a_list_that_is_whole_by_all_that_is_seen_is_not_taken_for_cut() -> None:
    paging, _ = found(lambda _: ("200 OK", {"items": OBJECTS, "total": 70, "hasMore": False}))
    assert (paging.pages, paging.cut, paging.unsure) == (None, False, False)


@pytest.mark.parametrize(
    ("key", "said"), [("TotalRows", "TotalRows"), ("total_records", "total_records"), ("TotalPages", "")]
)
def test_a_total_is_one_of_whatever_but_of_pages(key: str, said: str) -> None:
    document = {"Rows": OBJECTS[:40], key: 70}
    (listing,) = lists_in(Document("/rows", document))
    assert page_names.total(document, listing, 40) == said
