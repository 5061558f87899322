"""Numbers for objects that their controller names by texts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.evce_connector.evce.dialect.told import (
    MemoryNumbers,
    Told,
    api_of,
    connector,
    edited,
    site,
    station,
    zone,
)

TEXTS = tuple((f"[{name}]", f'[{name}]\nids = "text"') for name in ("zones", "stations", "connectors"))


def ids(objects: list[Any], *names: str) -> list[Any]:
    return [tuple(one.get(name) for name in names) for one in objects]


def test_texts_get_numbers_and_name_their_parents_by_the_same() -> None:
    told = Told(
        site(
            zones=[zone(id="north"), zone(id="south")],
            stations=[station(id="a", zoneId="south"), station(id="b", zoneId="north")],
            connectors=[connector(id="x", stationId="b"), connector(id="y", stationId="a")],
        )
    )
    raw = api_of(edited(*TEXTS)).fetch(told)
    assert ids(raw.zones.objects, "id") == [(1,), (2,)]
    assert ids(raw.stations.objects, "id", "zoneId") == [(1, 2), (2, 1)]
    assert ids(raw.connectors.objects, "id", "stationId") == [(1, 2), (2, 1)]


ADDRESSES = tuple(
    (f'{before}{name} = "{spelled}"', f'{before}{name} = {{ at = "{spelled}", as = "last-part" }}')
    for before, name, spelled in [
        ("[zones.fields]\n", "id", "id"),
        ("[stations.fields]\n", "id", "id"),
        ("", "zone_id", "zoneId"),
        ("[connectors.fields]\n", "id", "id"),
        ("", "station_id", "stationId"),
        ("", "logical_connector", "logicalConnector"),
    ]
)


@pytest.mark.parametrize("base", ["/v2/", "https://evce.site/api/v2/", ""])
def test_an_object_may_be_named_by_its_address(base: str) -> None:
    told = Told(
        site(
            zones=[zone(id=f"{base}sectors/7"), zone(id=f"{base}sectors/9/")],
            stations=[station(id=f"{base}posts/4?view=all", zoneId=f"{base}sectors/9")],
            connectors=[connector(id=f"{base}plugs/2", stationId=f"{base}posts/4", logicalConnector=f"{base}sides/3")],
        )
        | {"PUT /connectors/2/availability": {}}
    )
    api = api_of(edited(*ADDRESSES))
    raw = api.fetch(told)
    assert ids(raw.zones.objects, "id") == [(7,), (9,)]
    assert ids(raw.stations.objects, "id", "zoneId") == [(4, 9)]
    assert ids(raw.connectors.objects, "id", "stationId", "logicalConnector") == [(2, 4, 3)]
    api.put_availability(told, 2, {"available": True})
    assert told.asked[-1] == "PUT /connectors/2/availability"


def test_an_address_that_ends_with_a_text_gets_a_number_and_is_asked_for_by_that_text() -> None:
    told = Told(
        site(
            zones=[zone(id="/sectors/north%20side"), zone(id="/sectors/7")],
            stations=[station(id="/posts/a", zoneId="/sectors/7")],
        )
        | {"/zones/north%20side": zone(id="/sectors/north%20side")}
    )
    api = api_of(edited(*ADDRESSES, *TEXTS[:2], ("[zones]", '[zones]\none = "/zones/{id}"')))
    raw = api.fetch(told)
    assert ids(raw.stations.objects, "id", "zoneId") == [(1, 2)]
    assert api.get(told, "zones", 1) == raw.zones.objects[0]


@pytest.mark.parametrize("odd", [None, 7, "", "/", ["/a/7"], "http://[a/7"])
def test_what_is_no_address_stays_as_it_came(odd: object) -> None:
    found: Any = api_of(edited(ADDRESSES[0])).fetch(Told(site(zones=[zone(id=odd)]))).zones.objects[0]
    assert found["id"] == odd


def test_a_number_stays_with_its_text_in_another_order_and_after_a_restart() -> None:
    numbers = MemoryNumbers()
    api_of(edited(*TEXTS), numbers).fetch(
        Told(site(zones=[zone(id="a"), zone(id="b")], stations=[station(zoneId="a")]))
    )
    later = Told(site(zones=[zone(id="c"), zone(id="b"), zone(id="a")], stations=[station(zoneId="a")]))
    assert ids(api_of(edited(*TEXTS), numbers).fetch(later).zones.objects, "id") == [(3,), (2,), (1,)]


def test_a_text_is_looked_up_once() -> None:
    numbers = MemoryNumbers()
    api, told = api_of(edited(TEXTS[0]), numbers), Told(site(zones=[zone(id="a")]))
    api.fetch(told)
    told.documents["/zones"] = {"items": [zone(id="a", name="other")]}
    assert ids(api.fetch(told).zones.objects, "id", "name") == [(1, "other")]
    assert numbers.asked == 1


@pytest.mark.parametrize(
    ("wished", "expected"),
    [([7, 3], [7, 3]), ([7, 7], [7, 1]), ([None, 0], [1, 2]), (["7", True], [1, 2]), ([-1, 1.0], [1, 2])],
)
def test_the_number_that_a_profile_names_is_taken_if_it_is_free(wished: list[object], expected: list[int]) -> None:
    text = edited(TEXTS[0], ("[zones.fields]", '[zones.fields]\nnumber = "index"'))
    zones = [zone(id="a", index=wished[0]), zone(id="b", index=wished[1])]
    found: Any = api_of(text).fetch(Told(site(zones=zones))).zones.objects
    assert [one["id"] for one in found] == expected


def test_a_number_may_be_wished_for_in_a_text() -> None:
    text = edited(TEXTS[0], ("[zones.fields]", '[zones.fields]\nnumber = { at = "index", as = "text" }'))
    assert ids(api_of(text).fetch(Told(site(zones=[zone(id="a", index="7")]))).zones.objects, "id") == [(7,)]


def test_a_text_of_digits_is_a_text_still() -> None:
    text = edited(TEXTS[0], ('[zones.fields]\nid = "id"', '[zones.fields]\nid = { at = "id", as = "text" }'))
    numbers = MemoryNumbers()
    api_of(text, numbers).fetch(Told(site(zones=[zone(id="007"), zone(id=7)])))
    assert numbers.given == {"zone": {"007": 1, "7": 2}}


@pytest.mark.parametrize("id_", [None, True, 1.5, [], {}, ""])
def test_what_is_no_text_stays_as_it_came(id_: object) -> None:
    numbers = MemoryNumbers()
    assert ids(api_of(edited(TEXTS[0]), numbers).fetch(Told(site(zones=[zone(id=id_)]))).zones.objects, "id") == [
        (id_,)
    ]
    assert numbers.given == {}


def test_a_parent_that_is_in_no_list_gets_no_number_before_it_can_wish_for_one() -> None:
    text = edited(TEXTS[0], ("[zones.fields]", '[zones.fields]\nnumber = "index"'))
    told, api = Told(site(zones=[zone(id="a")], stations=[station(zoneId="b")])), api_of(text)
    assert ids(api.fetch(told).stations.objects, "zoneId") == [("b",)]
    told.documents["/zones"] = {"items": [zone(id="a"), zone(id="b", index=9)]}
    assert ids(api.fetch(told).stations.objects, "zoneId") == [(9,)]


def test_a_plug_that_is_a_text_is_numbered_within_its_station() -> None:
    plugs = [(1, "left"), (1, "right"), (2, "right"), (1, 5)]
    connectors = [
        connector(id=number, stationId=station_id, logicalConnector=plug)
        for number, (station_id, plug) in enumerate(plugs, 1)
    ]
    numbers = MemoryNumbers()
    raw = api_of(edited(), numbers).fetch(Told(site(connectors=connectors)))
    assert ids(raw.connectors.objects, "logicalConnector") == [(1,), (2,), (1,), (5,)]
    assert numbers.given == {"plug 1": {"left": 1, "right": 2}, "plug 2": {"right": 1}}


def test_a_plug_named_by_digits_gets_their_number() -> None:
    connectors = [connector(id=1, logicalConnector="2"), connector(id=2, logicalConnector="1")]
    raw = api_of(edited()).fetch(Told(site(connectors=connectors)))
    assert ids(raw.connectors.objects, "logicalConnector") == [(2,), (1,)]


def test_a_plug_of_an_unknown_station_is_numbered_by_what_the_station_is_called() -> None:
    text = edited(TEXTS[1])
    raw = api_of(text).fetch(Told(site(connectors=[connector(stationId="who", logicalConnector="left")])))
    assert ids(raw.connectors.objects, "stationId", "logicalConnector") == [("who", 1)]


def test_numbers_as_ids_stay_what_they_are() -> None:
    numbers = MemoryNumbers()
    text = edited(('[zones.fields]\nid = "id"', '[zones.fields]\nid = { at = "id", as = "text" }'))
    raw = api_of(text, numbers).fetch(Told(site(zones=[zone(id="12"), zone(id=0), zone(id="x")])))
    assert ids(raw.zones.objects, "id") == [(12,), (0,), ("x",)]
    assert numbers.asked == 0
