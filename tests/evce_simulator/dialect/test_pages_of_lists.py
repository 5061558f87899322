"""Lists as a dialect gives them: pages, envelopes, parent by parent, in another document, by keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.evce_simulator.conftest import Client

Plain = Callable[..., Client]
ZONES = 'path = "/zones"\nitems = "items"'
STATIONS = 'path = "/stations"\nitems = "items"'
CONNECTORS = 'path = "/connectors"\nitems = "items"'


def paged(plain: Plain, pages: str, items: str = "list.items") -> Client:
    return plain((CONNECTORS, f'path = "/connectors"\nitems = "{items}"\npages = {{ {pages} }}'), scenario="campus")


def ids(document: dict[str, dict[str, list[dict[str, int]]]]) -> list[int]:
    return [one["id"] for one in document["list"]["items"]]


def test_pages_by_offset_begin_where_they_are_asked_to(plain: Plain) -> None:
    client = paged(plain, 'by = "offset", key = "from", size_key = "max", size = 30, total = "list.all"')
    page = client.json("/connectors?from=68&max=30")
    assert (ids(page), page["list"]["all"]) == ([69, 70], 70)
    assert ids(client.json("/connectors")) == list(range(1, 31))


def test_pages_by_number_begin_with_the_first_that_the_profile_names(plain: Plain) -> None:
    client = paged(plain, 'by = "number", key = "page", size_key = "size", size = 30, first = 0')
    assert ids(client.json("/connectors?page=0&size=30")) == list(range(1, 31))
    assert ids(client.json("/connectors?page=2&size=30")) == list(range(61, 71))
    assert client.json("/connectors?page=3&size=30") == {"list": {"items": []}}


def test_pages_by_cursor_lead_from_one_to_the_next_until_null(plain: Plain) -> None:
    client = paged(plain, 'by = "cursor", key = "cursor", size_key = "size", size = 40, next = "list.next"')
    first = client.json("/connectors?size=40")
    last = client.json(f"/connectors?size=40&cursor={first['list']['next']}")
    assert ids(first) + ids(last) == list(range(1, 71))
    assert last["list"]["next"] is None


def test_pages_by_link_are_followed_by_any_client(plain: Plain) -> None:
    client = paged(plain, 'by = "link", size_key = "size", size = 30')
    answer, found = client.get("/connectors?size=30&more=1"), list[int]()
    while True:
        found += ids(answer.json())
        if "next" not in answer.links:
            break
        assert answer.links["next"]["url"].startswith(f"{client.simulator.url}/connectors?size=30&more=1&")
        answer = client.session.get(answer.links["next"]["url"], timeout=10)
    assert found == list(range(1, 71))


def test_pages_by_link_may_have_the_next_address_in_the_answer(plain: Plain) -> None:
    client = paged(plain, 'by = "link", size_key = "size", size = 69, next = "list.more", total = "list.all"')
    answer = client.get("/connectors?size=69")
    assert answer.links == {}
    address = answer.json()["list"]["more"]
    assert address.startswith(f"{client.simulator.url}/connectors?size=69&")
    last = client.session.get(address, timeout=10).json()
    assert (ids(last), last["list"]["more"], last["list"]["all"]) == ([70], None, 70)


@pytest.mark.parametrize("pages", ['by = "number", key = "at"', 'by = "offset", key = "at"'])
def test_a_page_behind_the_last_may_be_an_error(plain: Plain, pages: str) -> None:
    client = paged(plain, f'{pages}, size_key = "size", size = 100, end = 410')
    assert ids(client.json("/connectors")) == list(range(1, 71))
    answer = client.get("/connectors?at=70")
    assert (answer.status_code, answer.json()["detail"]) == (410, "There is no such page; the one before was the last.")


def test_a_first_page_without_objects_is_no_error(plain: Plain) -> None:
    client = paged(plain, 'by = "number", key = "at", size_key = "size", size = 100, end = 404')
    for number in range(1, 71):
        client.simulator.model.remove_connector(number)
    assert client.json("/connectors") == {"list": {"items": []}}


def test_an_empty_list_inside_is_left_out_where_the_profile_says_so(plain: Plain) -> None:
    client = plain((STATIONS, 'inside = true\nitems = "points"\nabsent = "empty"'))
    first, second, _ = client.json("/zones")["items"]
    assert [one["id"] for one in first["points"]] == [1]
    assert "points" not in second


def test_pages_by_link_may_have_a_bare_list_for_their_answer(plain: Plain) -> None:
    client = paged(plain, 'by = "link", size_key = "size", size = 69', items="")
    answer = client.get("/connectors")
    assert len(answer.json()) == 69
    assert [one["id"] for one in client.session.get(answer.links["next"]["url"], timeout=10).json()] == [70]


@pytest.mark.parametrize(
    ("pages", "query", "named"),
    [
        ('by = "offset", key = "from", size_key = "max", size = 30', "from=-1", "from must be a whole number of 0"),
        ('by = "number", key = "page", size_key = "max", size = 30', "page=0", "page must be a whole number of 1"),
        ('by = "number", key = "page", size_key = "max", size = 30', "max=many", "max must be a whole number of 1"),
        ('by = "cursor", key = "at", size_key = "max", size = 30, next = "list.n"', "at=7", "at is no cursor"),
    ],
)
def test_a_page_that_cannot_be_is_refused_by_its_parameter(plain: Plain, pages: str, query: str, named: str) -> None:
    answer = paged(plain, pages).get(f"/connectors?{query}")
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith(named)


def test_lists_may_come_parent_by_parent(plain: Plain) -> None:
    client = plain(
        (STATIONS, 'path = "/zones/{id}/stations"\neach = true'),
        ('zone_id = "zone"', 'zone_id = "^.id"'),
        (CONNECTORS, 'path = "/stations/{id}/connectors"\neach = true\nitems = "found"'),
        scenario="campus",
    )
    stations = client.json("/zones/5/stations")
    assert [one["id"] for one in stations] == [one["id"] for one in client.simulator.model.stations(5)]
    assert "zone" not in stations[0]
    assert [one["id"] for one in client.json("/stations/1/connectors")["found"]] == [1, 2]


def test_every_request_of_a_list_carries_its_query(plain: Plain) -> None:
    client = plain((ZONES, f'{ZONES}\nquery = {{ view = "full" }}'))
    assert client.get("/zones?view=full").status_code == 200
    answer = client.get("/zones?view=short")
    assert (answer.status_code, answer.json()["detail"]) == (400, "The query must have view=full.")


def test_one_path_gives_another_list_by_its_query(plain: Plain) -> None:
    things = 'path = "/things"\nitems = "items"\nquery = {{ kind = "{}" }}'
    client = plain((ZONES, things.format("zone")), (STATIONS, things.format("station")))
    assert len(client.json("/things?kind=zone")["items"]) == 3
    assert client.json("/things?kind=station")["items"][0]["ocpp"] == "EVSimu1"


def test_a_list_stands_in_the_answer_to_another_request(plain: Plain) -> None:
    client = plain(
        (STATIONS, 'document = "zones"\nitems = "others.stations"'),
        (CONNECTORS, 'document = "system"\nitems = "plugs"'),
    )
    assert [one["id"] for one in client.json("/zones")["others"]["stations"]] == [1]
    assert [one["id"] for one in client.json("/system")["plugs"]] == [1]


def test_objects_stand_by_their_keys_where_the_profile_says_so(plain: Plain) -> None:
    client = plain(('items = "items"\n[zones.fields]\nid = "id"', 'items = "items"\n[zones.fields]\nid = "$key"'))
    zones = client.json("/zones")["items"]
    assert list(zones) == ["1", "2", "3"]
    assert (zones["2"]["name"], "$key" in zones["2"]) == ("Z2", False)


def test_the_key_of_an_object_is_no_member_of_it_where_it_is_given_alone(plain: Plain) -> None:
    client = plain(
        ('[zones]\npath = "/zones"', '[zones]\npath = "/zones"\none = "/zones/{id}"'),
        ('items = "items"\n[zones.fields]\nid = "id"', 'items = "items"\n[zones.fields]\nid = "$key"'),
    )
    zone = client.json("/zones/2")
    assert (zone["name"], "$key" in zone) == ("Z2", False)


def test_one_object_is_given_at_its_place_and_for_its_parent_alone(plain: Plain) -> None:
    client = plain((CONNECTORS, f'{CONNECTORS}\none = "/stations/{{parent}}/plugs/{{id}}"\none_at = "found[0]"'))
    assert client.json("/stations/1/plugs/1")["found"][0]["status"] == "available"
    assert client.get("/stations/2/plugs/1").status_code == 404


def test_a_site_of_more_than_one_page_of_the_contract_is_whole_in_one_document(plain: Plain) -> None:
    client = plain(scenario="guide")
    for number in range(2, 1003):
        client.simulator.model.add("connector", id=number, stationId=1, logicalConnector=number, maxCurrent=16)
    assert len(client.json("/connectors")["items"]) == 1002
    assert client.simulator.journal.count(path="/connectors") == 2
