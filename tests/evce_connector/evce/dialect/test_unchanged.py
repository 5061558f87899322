"""From poll to poll: what did not change is the very same, and what did is never taken for the same."""

from __future__ import annotations

from typing import Any

import pytest
from evce_connector.evce.errors import EvceAnswerError

from tests.evce_connector.evce.dialect.told import MemoryNumbers, Told, api_of, connector, edited, site, station, zone

INSIDE = (
    ('[stations]\npath = "/stations"\nitems = "items"', '[stations]\ninside = true\nitems = "points"'),
    ('[connectors]\npath = "/connectors"\nitems = "items"', '[connectors]\ninside = true\nitems = "plugs"'),
    ('zone_id = "zoneId"', 'zone_id = "^.id"'),
    ('station_id = "stationId"', 'station_id = "^.id"'),
)


def tree(status: str = "x", name: str = "Z1", model: str = "x", **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    plugs = [connector(id=111, status=status), connector(id=112)]
    return site(zones=[zone(name=name, points=[station(id=11, model=model, plugs=plugs, **more)])])


def test_what_did_not_change_is_the_very_same_object() -> None:
    told, api = Told(site(connectors=[connector(id=1), connector(id=2)])), api_of(edited())
    before = api.fetch(told).connectors
    told.documents["/connectors"] = {"items": [connector(id=2), connector(id=1, status="new")]}
    after = api.fetch(told).connectors
    assert after.objects[0] is before.objects[1]
    assert after.objects[1]["status"] == "new"
    assert b"new" in after.pages[0]


@pytest.mark.parametrize(("before", "after"), [(1, True), (True, 1), ([0], [False]), ({"a": 0}, {"a": False})])
def test_a_number_that_becomes_true_or_false_has_changed(before: object, after: object) -> None:
    told, api = Told(site(connectors=[connector(available=before)])), api_of(edited())
    api.fetch(told)
    told.documents = site(connectors=[connector(available=after)])
    assert repr(api.fetch(told).connectors.objects[0]["available"]) == repr(after)


def test_a_number_of_a_parent_that_becomes_true_has_changed_for_what_stands_in_it() -> None:
    text = edited(*INSIDE, ('error_code = "errorCode"', 'error_code = "^.model"'))
    told, api = Told(tree(model="x")), api_of(text)
    told.documents = tree(model=1)  # type: ignore[arg-type] # as a controller may send it
    api.fetch(told)
    told.documents = tree(model=True)  # type: ignore[arg-type] # as above
    assert [one["errorCode"] is True for one in api.fetch(told).connectors.objects] == [True, True]


def test_what_stands_in_a_parent_that_changed_elsewhere_is_the_very_same_object() -> None:
    told, api = Told(tree()), api_of(edited(*INSIDE))
    before = api.fetch(told)
    told.documents = tree(status="new", name="Z2")
    after = api.fetch(told)
    assert after.zones.objects[0]["name"] == "Z2"
    assert after.connectors.objects[0]["status"] == "new"
    assert after.connectors.objects[1] is before.connectors.objects[1]


def test_a_field_of_a_parent_changes_what_stands_in_it() -> None:
    text = edited(
        *INSIDE,
        ('error_code = "errorCode"', 'error_code = "^.^.name"'),
        ('version = "version"\nip', 'version = "^.name"\nip'),
    )
    told, api = Told(tree()), api_of(text)
    api.fetch(told)
    told.documents = tree(name="Z2")
    raw = api.fetch(told)
    assert [one["errorCode"] for one in raw.connectors.objects] == ["Z2", "Z2"]
    assert raw.stations.objects[0]["version"] == "Z2"


def test_what_is_asked_for_by_a_parent_that_did_not_change_may_have_changed() -> None:
    text = edited(
        ('[stations]\npath = "/stations"', '[stations]\npath = "/zones/{id}/stations"\neach = true'),
        ('zone_id = "zoneId"', 'zone_id = "^.id"'),
    )
    told, api = Told(site() | {"/zones/1/stations": {"items": [station()]}}), api_of(text)
    api.fetch(told)
    told.documents["/zones/1/stations"] = {"items": [station(status="new")]}
    assert api.fetch(told).stations.objects == [station(status="new")]


def test_an_object_that_moves_to_another_parent_is_read_anew() -> None:
    told, api = (
        Told(site(zones=[zone(points=[station(id=1, plugs=[connector()]), station(id=2, plugs=[])])])),
        api_of(edited(*INSIDE)),
    )
    api.fetch(told)
    told.documents = site(zones=[zone(points=[station(id=1, plugs=[]), station(id=2, plugs=[connector()])])])
    assert api.fetch(told).connectors.objects[0]["stationId"] == 2


def test_a_poll_that_failed_is_no_measure_of_what_changed() -> None:
    told, api = Told(tree()), api_of(edited(*INSIDE))
    api.fetch(told)
    broken = tree(status="new")
    broken["/zones"]["items"][0]["points"].append(station(id=12, plugs=[connector(id=112)]))
    told.documents = broken
    with pytest.raises(EvceAnswerError, match="112 stands in it twice"):
        api.fetch(told)
    told.documents = tree(status="new")
    assert api.fetch(told).connectors.objects[0]["status"] == "new"


def test_who_left_and_comes_back_is_read_anew() -> None:
    told, api = Told(site(connectors=[connector(id=1), connector(id=2)])), api_of(edited())
    api.fetch(told)
    told.documents = site(connectors=[connector(id=1)])
    api.fetch(told)
    told.documents = site(connectors=[connector(id=1), connector(id=2, status="back")])
    assert [one["status"] for one in api.fetch(told).connectors.objects] == ["available", "back"]


def test_an_object_that_did_not_change_and_stands_twice_is_no_answer() -> None:
    told, api = Told(site(connectors=[connector(id=1), connector(id=2)])), api_of(edited())
    api.fetch(told)
    told.documents["/connectors"] = {"items": [connector(id=1), connector(id=2), connector(id=1)]}
    with pytest.raises(EvceAnswerError, match="the id 1 stands in it twice"):
        api.fetch(told)


def test_what_another_reads_in_the_middle_of_a_poll_is_not_taken_for_what_this_one_saw(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    api = api_of(edited(*INSIDE))
    api.fetch(Told(tree(status="available")))
    stations = api._lists["stations"]
    read = stations.read

    def read_beside(*given: Any) -> Any:  # noqa: ANN401 - as the method
        monkeypatch.undo()
        api.fetch(Told(tree(status="faulted")))
        return read(*given)

    monkeypatch.setattr(stations, "read", read_beside)
    assert api.fetch(Told(tree(status="available"))).connectors.objects[0]["status"] == "available"
    assert api.fetch(Told(tree(status="available"))).connectors.objects[0]["status"] == "available"


def test_numbers_that_have_become_others_hold_from_the_next_fetch_on() -> None:
    text = edited(("[zones]", '[zones]\nids = "text"'))
    numbers = MemoryNumbers()
    api = api_of(text, numbers)
    told = Told(site(zones=[zone(id="north"), zone(id="south")], stations=[station(zoneId=1)]))
    assert [one["id"] for one in api.fetch(told).zones.objects] == [1, 2]
    numbers.given["zone"] = {"north": 2, "south": 1}
    api.forget_numbers()
    assert [one["id"] for one in api.fetch(told).zones.objects] == [2, 1]
