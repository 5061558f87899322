"""Lists that come in pages: by offset, number, cursor or link."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from evce_connector.evce.dialect.pages import next_link
from evce_connector.evce.errors import EvceAnswerError, EvceRefusalError, EvceShiftedListError

from tests.evce_connector.evce.dialect.told import Told, api_of, edited, site


def paged(pages: str, query: str = "") -> str:
    return edited(("[zones]", f"[zones]\npages = {{ {pages} }}{query}"))


def page(*ids: int, **more: object) -> dict[str, Any]:
    return {"items": [{"id": number} for number in ids], **more}


def fetched(text: str, told: Told) -> tuple[list[int], list[str]]:
    """Return the ids of the zones, and what was asked for them."""
    found = [one["id"] for one in api_of(text).fetch(told).zones.objects]
    return found, [where for where in told.asked if where.startswith("/zones")]


OFFSET = 'by = "offset", key = "from", size_key = "many", size = 2'
NUMBER = 'by = "number", key = "page", first = 0'
CURSOR = 'by = "cursor", key = "after", next = "next", size_key = "many", size = 2'
LINK = 'by = "link", size_key = "many", size = 2'
BODY_LINK = f'{LINK}, next = "next"'
TOTAL = ', total = "total"'


@pytest.mark.parametrize(
    ("pages", "documents", "asked"),
    [
        (
            OFFSET,
            {"/zones?many=2&from=0": page(1, 2), "/zones?many=2&from=2": page(3), "/zones?many=2&from=3": page()},
            3,
        ),
        (OFFSET + TOTAL, {"/zones?many=2&from=0": page(1, 2, total=3), "/zones?many=2&from=2": page(3, total=3)}, 2),
        (OFFSET + TOTAL, {"/zones?many=2&from=0": page(1, total=3), "/zones?many=2&from=1": page(2, 3, total=3)}, 2),
        (NUMBER, {"/zones?page=0": page(1, 2), "/zones?page=1": page(3), "/zones?page=2": page()}, 3),
        ('by = "number", key = "p"' + TOTAL, {"/zones?p=1": page(1, 2, total=3), "/zones?p=2": page(3, total=3)}, 2),
        (CURSOR, {"/zones?many=2": page(1, 2, next="x"), "/zones?many=2&after=x": page(3)}, 2),
        (CURSOR, {"/zones?many=2": page(1, 2, next=7), "/zones?many=2&after=7": page(3, next=None)}, 2),
        (CURSOR, {"/zones?many=2": page(1, next="x"), "/zones?many=2&after=x": page(2, 3, next="")}, 2),
        (CURSOR, {"/zones?many=2": page(next="x"), "/zones?many=2&after=x": page(1, 2, 3)}, 2),
        (CURSOR + TOTAL, {"/zones?many=2": page(1, 2, 3, next="x", total=3)}, 1),
        (NUMBER + ", end = 404", {"/zones?page=0": page(1, 2), "/zones?page=1": page(3)}, 3),
        (OFFSET + ", end = 404", {"/zones?many=2&from=0": page(1, 2), "/zones?many=2&from=2": page(3)}, 3),
        (BODY_LINK, {"/zones?many=2": page(1, 2, next="/api/zones?p=2"), "/zones?p=2": page(3, next=None)}, 2),
        (BODY_LINK, {"/zones?many=2": page(1, 2, next="?p=2"), "/zones?p=2": page(3)}, 2),
        (BODY_LINK + TOTAL, {"/zones?many=2": page(1, 2, 3, next="?p=2", total=3)}, 1),
    ],
)
def test_pages_are_put_together(pages: str, documents: dict[str, Any], asked: int) -> None:
    found, requests = fetched(paged(pages), Told(site() | documents))
    assert found == [1, 2, 3]
    assert len(requests) == asked


@pytest.mark.parametrize(
    "address",
    [
        "/zones?many=2&page=2",
        "?many=2&page=2",
        "zones?many=2&page=2",
        "https://controller/api/v2/zones?many=2&page=2",
        "/api/v2/zones?many=2&page=2",
        "/api/v2/zones/?many=2&page=2",
        "/api/v2/%7Aones?many=2&page=2",
    ],
)
def test_a_link_leads_to_the_next_page_of_the_same_list(address: str) -> None:
    documents = {"/zones?many=2": page(1, 2), "/zones?many=2&page=2": page(3)}
    links = {"/zones?many=2": f'</zones?page=1>; rel="first", <{address}>; rel="next"'}
    assert fetched(paged(LINK), Told(site() | documents, links))[0] == [1, 2, 3]


@pytest.mark.parametrize(
    ("pages", "documents"),
    [
        (NUMBER + ", end = 404", {}),
        (NUMBER + ", end = 410", {"/zones?page=0": page(1)}),
        (NUMBER, {"/zones?page=0": page(1)}),
    ],
    ids=["a first page", "another status", "no status named"],
)
def test_an_error_is_no_end_of_pages_unless_it_is_the_one_that_the_profile_names(
    pages: str, documents: dict[str, Any]
) -> None:
    told = Told({path: document for path, document in site().items() if path != "/zones"} | documents)
    with pytest.raises(EvceRefusalError, match="404"):
        fetched(paged(pages), told)


def test_a_list_without_end_is_no_answer() -> None:
    number = count(1)
    text, told = paged('by = "offset", key = "from"'), Told(site())
    told.documents = Endless(site(), lambda: page(next(number)))
    with pytest.raises(
        EvceAnswerError, match="at /zones: it has more than 2000 pages: ask for more at a time, by size"
    ):
        fetched(text, told)


class Endless(dict[str, Any]):
    """Documents with a page for every place that a list can be asked for."""

    def __init__(self, documents: dict[str, Any], page_of: Callable[[], Any]) -> None:
        super().__init__(documents)
        self._page_of = page_of

    def __contains__(self, where: object) -> bool:
        return super().__contains__(where) or str(where).startswith("/zones?")

    def __missing__(self, where: str) -> Any:  # noqa: ANN401 - JSON
        return self._page_of


def test_a_link_leads_to_no_other_request() -> None:
    told = Told(site() | {"/zones?many=2": page(1)}, {"/zones?many=2": "<https://elsewhere/users?x=1>; rel=next"})
    with pytest.raises(EvceAnswerError, match="its next page is at '/users', which is not the same list"):
        fetched(paged(LINK), told)


def test_the_query_of_a_list_goes_with_its_links_where_they_lack_it() -> None:
    documents = {"/zones?view=all&lang=en": page(1), "/zones?lang=fr&page=2&view=all": page(2)}
    told = Told(site() | documents, {"/zones?view=all&lang=en": "</zones?lang=fr&page=2>; rel=next"})
    found, _ = fetched(paged('by = "link"', '\nquery = { view = "all", lang = "en" }'), told)
    assert found == [1, 2]


@pytest.mark.parametrize(
    ("header", "link"),
    [
        ("", ""),
        ("</a>; rel=next", "/a"),
        ('</a>; rel="next"', "/a"),
        ('</a>; REL="Next"', "/a"),
        ('</a>; rel="last next"', "/a"),
        ('</a>; rel="prev", </b,c>; title="x, y"; rel="next"', "/b,c"),
        ('</a>; rel="nextpage"', ""),
        ("nonsense", ""),
    ],
)
def test_the_next_page_is_found_in_a_link_header(header: str, link: str) -> None:
    assert next_link(header) == link


def test_a_list_whose_total_changes_from_page_to_page_has_moved() -> None:
    totals = iter([3, 2])
    documents = {
        "/zones?many=2&from=0": lambda: page(1, 2, total=next(totals)),
        "/zones?many=2&from=2": lambda: page(total=next(totals)),
    }
    with pytest.raises(EvceShiftedListError, match="it announced 3 objects, and with the next page 2"):
        fetched(paged(OFFSET + TOTAL), Told(site() | documents))


@pytest.mark.parametrize(
    ("pages", "documents", "why"),
    [
        (
            OFFSET + TOTAL,
            {"/zones?many=2&from=0": page(1, 2, total=3), "/zones?many=2&from=2": page(total=3)},
            "it announces 3 objects and gives 2",
        ),
        (OFFSET + TOTAL, {"/zones?many=2&from=0": page(1, 2, total=1)}, "it announces 1 objects and gives 2"),
        (CURSOR + TOTAL, {"/zones?many=2": page(1, total=3)}, "it announces 3 objects and gives 1"),
        (OFFSET + TOTAL, {"/zones?many=2&from=0": page(1)}, "there is no number of objects"),
        (OFFSET + TOTAL, {"/zones?many=2&from=0": page(1, total=True)}, "there is no number of objects"),
        (
            OFFSET,
            {"/zones?many=2&from=0": page(1), "/zones?many=2&from=1": page(1)},
            "page 2 brings nothing that was not there",
        ),
        (
            NUMBER,
            {"/zones?page=0": page(1, 2), "/zones?page=1": page(3), "/zones?page=2": page(1, 2)},
            "page 3 brings nothing that was not there before: key, first or next of its pages may be another",
        ),
        (NUMBER, {"/zones?page=0": page(1, 2), "/zones?page=1": page(2)}, "page 2 brings nothing"),
        (BODY_LINK, {"/zones?many=2": page(1, next=2)}, "the address of its next page is no text"),
        (BODY_LINK, {"/zones?many=2": page(1, next="/users?x=1")}, "next page is at '/users', which is not the same"),
        (OFFSET, {"/zones?many=2&from=0": {"items": None}}, "there is no list"),
        (CURSOR, {"/zones?many=2": page(1, next="x"), "/zones?many=2&after=x": page(2, next="x")}, "cursor 'x' twice"),
        (CURSOR, {"/zones?many=2": page(1, next={})}, "its next cursor is neither a text nor a number"),
    ],
)
def test_a_list_that_does_not_add_up_is_no_answer(pages: str, documents: dict[str, Any], why: str) -> None:
    with pytest.raises(EvceAnswerError, match=f"at /zones: .*{why}"):
        fetched(paged(pages), Told(site() | documents))


def test_a_link_to_a_page_that_was_there_is_no_answer() -> None:
    documents = {"/zones": page(1), "/zones?page=2": page(2)}
    links = {"/zones": "</zones?page=2>; rel=next", "/zones?page=2": "</zones?page=2>; rel=next"}
    with pytest.raises(EvceAnswerError, match=r"it links to the page '/zones\?page=2' twice"):
        fetched(paged('by = "link"'), Told(site() | documents, links))


def test_lists_for_each_parent_have_pages_each() -> None:
    text = edited(
        ('[stations]\npath = "/stations"', '[stations]\npath = "/zones/{id}/stations"\neach = true'),
        ("each = true", 'each = true\npages = { by = "number", key = "page", total = "total" }'),
        ('zone_id = "zoneId"', 'zone_id = "^.id"'),
    )
    documents = {
        "/zones/1/stations?page=1": page(11, total=2),
        "/zones/1/stations?page=2": page(12, total=2),
    }
    assert [one["id"] for one in api_of(text).fetch(Told(site() | documents)).stations.objects] == [11, 12]
