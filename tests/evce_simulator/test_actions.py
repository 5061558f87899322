"""What people and technicians do at the stations, on a snapshot and on a living site."""

from __future__ import annotations

from typing import Any

import pytest
from evce_simulator import ManualClock, Model, load
from evce_simulator.errors import ActionError, UnknownFieldError, UnknownObjectError


@pytest.fixture
def campus(clock: ManualClock) -> Model:
    return Model(load("campus"), clock)


@pytest.fixture
def living(clock: ManualClock) -> Model:
    return Model(load("campus-live"), clock)


def test_nothing_moves_in_a_snapshot(campus: Model, clock: ManualClock) -> None:
    before = campus.dump() | {"system": None}
    clock.advance(86400)
    assert campus.dump() | {"system": None} == before


def test_a_living_site_moves(living: Model, clock: ManualClock) -> None:
    before = living.connectors()
    clock.advance(86400)
    assert living.connectors() != before


def test_a_vehicle_plugged_in_on_a_snapshot_charges(campus: Model, clock: ManualClock) -> None:
    campus.plug(2, "11 kW")
    assert campus.connector(2)["status"] == "preparing"
    clock.advance(60)
    connector = campus.connector(2)
    assert (connector["status"], campus.zone(1)["numberOfTransactions"]) == ("charging", 8)
    assert connector["activePower"][0] == connector["activePower"][2] > 3


def test_a_fault_shows_its_error_code_and_ends_the_transaction(campus: Model) -> None:
    campus.fault(1, "OverCurrentFailure")
    connector = campus.connector(1)
    assert (connector["status"], connector["errorCode"]) == ("faulted", "OverCurrentFailure")
    assert (connector["transactionId"], sum(connector["activePower"])) == (None, 0)
    assert campus.zone(1)["numberOfTransactions"] == 6
    campus.repair(1)
    assert (campus.connector(1)["status"], campus.connector(1)["errorCode"]) == ("available", None)


def test_a_station_is_faulted_when_all_its_connectors_are(campus: Model) -> None:
    campus.fault(1)
    assert campus.station(1)["status"] == "available"
    campus.fault(2)
    assert campus.station(1)["status"] == "faulted"


def test_a_reservation_ends_by_itself_or_by_cancelling(campus: Model, clock: ManualClock) -> None:
    campus.reserve(2)
    assert campus.connector(2)["status"] == "reserved"
    clock.advance(1800)
    assert campus.connector(2)["status"] == "available"
    campus.reserve(2)
    campus.cancel_reservation(2)
    assert campus.connector(2)["status"] == "available"


def test_a_lost_station_shows_nothing_but_its_energy_and_comes_back_as_it_was(campus: Model) -> None:
    before = campus.connector(1)
    campus.disconnect(1)
    campus.disconnect(1)
    lost = campus.connector(1)
    assert (lost["status"], lost["activePower"], lost["rmsCurrent"]) == ("unavailable", [0, 0, 0], [0, 0, 0])
    assert lost["activeEnergy"] == before["activeEnergy"]
    assert (campus.station(1)["connected"], campus.station(1)["status"]) == (False, "unavailable")
    campus.connect(1)
    assert campus.connector(1) == before


def test_a_station_lost_in_the_file_can_be_found(campus: Model) -> None:
    lost = next(each["id"] for each in campus.stations() if not each["connected"])
    campus.connect(lost)
    assert {each["status"] for each in campus.connectors(station=lost)} == {"available"}
    assert campus.station(lost)["status"] == "available"


def test_a_vehicle_at_a_lost_station_waits_and_then_goes_on(campus: Model, clock: ManualClock) -> None:
    campus.plug(2)
    campus.disconnect(1)
    clock.advance(120)
    assert campus.connector(2)["status"] == "unavailable"
    campus.connect(1)
    assert campus.connector(2)["status"] == "charging"


@pytest.mark.parametrize(
    ("action", "number", "named"),
    [
        ("plug", 1, "charging"),
        ("unplug", 2, "available"),
        ("repair", 1, "charging"),
        ("reserve", 1, "charging"),
        ("cancel_reservation", 1, "charging"),
    ],
)
def test_an_action_that_makes_no_sense_says_why(campus: Model, action: str, number: int, named: str) -> None:
    with pytest.raises(ActionError, match=f"connector {number}: it is {named}"):
        getattr(campus, action)(number)


def test_unknown_things_are_named(campus: Model) -> None:
    with pytest.raises(ActionError, match="Meltdown"):
        campus.fault(1, "Meltdown")
    with pytest.raises(ValueError, match="100 kW"):
        campus.plug(2, "100 kW")
    with pytest.raises(UnknownObjectError, match="connector with id 99"):
        campus.plug(99)
    with pytest.raises(UnknownFieldError, match="colour"):
        campus.set_zone(1, colour="red")
    with pytest.raises(UnknownObjectError, match="zone with id 77"):
        campus.set_station(1, zoneId=77)
    with pytest.raises(ActionError, match="stays"):
        campus.set_connector(1, stationId=2)
    with pytest.raises(ActionError, match="already a zone"):
        campus.add("zone", id=1, name="Z", maxCurrent=1, setPointCurrent=1, setPointPower=1)
    with pytest.raises(ActionError, match="already has a connector 1"):
        campus.add("connector", id=900, stationId=1, logicalConnector=1)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("connector", {"status": "melting", "activePower": None, "activeEnergy": "much"}),
        ("connector", {"rmsCurrent": [1, 2], "maxCurrent": True, "available": "no"}),
        ("zone", {"maxCurrent": "100", "reduction": {"value": 3}, "name": None}),
        ("station", {"connected": "yes", "serialNumber": 5}),
    ],
)
def test_any_nonsense_can_be_shown_and_the_model_lives_on(
    living: Model, clock: ManualClock, kind: str, fields: dict[str, Any]
) -> None:
    getattr(living, f"set_{kind}")(1, **fields)
    clock.advance(7200)
    shown = getattr(living, kind)(1)
    assert {name: shown[name] for name in fields} == fields
    living.release(kind, 1)
    assert all(getattr(living, kind)(1)[name] != value for name, value in fields.items())


def test_a_status_set_by_hand_stays_on_a_living_site_until_it_is_released(living: Model, clock: ManualClock) -> None:
    living.set_connector(2, status="faulted", errorCode="GroundFailure")
    clock.advance(86400)
    assert living.connector(2)["status"] == "faulted"
    living.release("connector", 2)
    assert living.connector(2)["errorCode"] is None


def test_a_meter_goes_on_from_a_reading_set_by_hand(living: Model, clock: ManualClock) -> None:
    living.set_connector(1, activeEnergy=5.0)
    clock.advance(3600)
    assert 5 < living.connector(1)["activeEnergy"] < 30


def test_removing_a_charging_connector_frees_its_current(living: Model) -> None:
    before = living.zone(1)["numberOfTransactions"]
    living.remove_connector(1)
    assert living.zone(1)["numberOfTransactions"] == before - 1


def test_a_moved_station_takes_its_transactions_along(living: Model) -> None:
    before = living.zone(2)["numberOfTransactions"]
    running = sum(each["transactionId"] is not None for each in living.connectors(station=1))
    living.move_station(1, 2)
    assert living.zone(2)["numberOfTransactions"] == before + running > before


def test_objects_added_to_a_living_site_live(living: Model, clock: ManualClock) -> None:
    living.add("zone", id=7, name="New", type="DYNAMIC", maxCurrent=100, setPointCurrent=100, setPointPower=69)
    living.move_station(1, 7)
    living.add("connector", id=99, stationId=1, logicalConnector=9, maxCurrent=32)
    seen = set()
    for _ in range(24):
        clock.advance(3600)
        seen.add((living.connector(99)["status"], living.zone(7)["setPointCurrent"]))
    assert len(seen) > 3
    living.remove_zone(7)
    clock.advance(3600)
    assert [zone["id"] for zone in living.zones()] == [1, 2, 3, 4, 5, 6]


def test_reset_begins_again_with_the_same_seed_or_another(living: Model, clock: ManualClock) -> None:
    clock.advance(7200)
    first = living.connectors()
    living.remove_zone(1)
    clock.jump(-7200)  # who comes depends on the hour of the day
    living.reset()
    clock.advance(7200)
    assert living.connectors() == first
    living.reset(seed=5)
    clock.advance(7200)
    assert living.connectors() != first
