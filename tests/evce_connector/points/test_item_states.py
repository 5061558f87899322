"""States: by the age of the last good poll, by connection, by readability, and what sums make of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from evce_connector.clock import ManualClock
from evce_connector.points.site_items import SiteItems
from evce_connector.points.staleness import Ages
from evce_connector.points.tree import ValueItem
from evce_connector.site.values import EMPTY, State, Value

from tests.evce_connector.site_file import SiteFile

GOOD, UNCERTAIN, OFFLINE = State.GOOD, State.UNCERTAIN, State.OFFLINE
Shown = Callable[[str], tuple[Value, State]]
POWER = "Stations/1/Connectors/1/ConnectorOverallActivePower1"


def site_items(items: SiteItems) -> Iterator[ValueItem]:
    """Yield the items of the guide's tree, without our own."""
    return (item for item in items.tree.items() if not item.id.startswith("Interface/"))


def states(items: SiteItems, *, live: bool) -> set[State]:
    return {item.state for item in site_items(items) if item.point.live is live}


def test_before_the_first_poll_live_items_are_offline_and_empty(items: SiteItems, campus: SiteFile) -> None:
    items.set_up(campus.read())
    live = [item for item in site_items(items) if item.point.live]
    assert {item.state for item in live} == {OFFLINE}
    assert all(item.value == EMPTY[item.point.type] for item in live)


def test_from_set_up_on_plain_items_are_good(items: SiteItems, guide: SiteFile, shown: Shown) -> None:
    guide.change("zone", 2, reduction=guide.zone(1)["reduction"])
    guide.change("zone", 3, reduction=guide.zone(1)["reduction"])
    items.set_up(guide.read())
    assert states(items, live=False) == {GOOD}
    assert shown("Zones/1/ZoneMaxCurrent(A)") == (100, GOOD)
    assert shown("Stations/1/StationStatus") == ("available", GOOD)
    assert shown("Site/SiteSetPointPower(kW)") == (69 + 43 + 86, GOOD)


def test_after_a_good_poll_everything_is_good(items: SiteItems, guide: SiteFile, shown: Shown) -> None:
    items.set_up(guide.read())
    items.poll(guide.read())
    assert shown(POWER) == (0.13, GOOD)
    assert states(items, live=True) == {GOOD}
    assert shown("Zones/1/ZoneOverallActivePowerTotal") == (0.13, GOOD)


@pytest.mark.parametrize(
    ("age", "state"),
    [
        (0, GOOD),
        (15, GOOD),
        (30.001, GOOD),
        (45, GOOD),
        (45.001, UNCERTAIN),
        (60, UNCERTAIN),
        (60.001, OFFLINE),
        (86400, OFFLINE),
    ],
)
def test_live_items_follow_the_age_of_the_last_good_poll(
    items: SiteItems, clock: ManualClock, guide: SiteFile, shown: Shown, age: float, state: State
) -> None:
    items.set_up(guide.read())
    items.poll(guide.read())
    clock.advance(age)
    items.apply_staleness()
    assert states(items, live=True) == {state}
    assert shown(POWER) == (0.13, state)
    assert shown("Zones/1/ZoneMaxCurrent(A)") == (100, GOOD)


@pytest.mark.parametrize(
    ("interval", "timeout", "uncertain", "offline"),
    [(15, 15, 45, 60), (30, 15, 75, 120), (15, 0, 30, 60), (15, 90, 120, 120)],
)
def test_ages_are_two_intervals_and_the_time_out_and_four_intervals(
    interval: float, timeout: float, uncertain: float, offline: float
) -> None:
    assert Ages.of(interval, timeout) == Ages(uncertain, offline)


def test_the_first_good_poll_after_an_outage_makes_live_items_good_again(
    items: SiteItems, clock: ManualClock, guide: SiteFile
) -> None:
    items.set_up(guide.read())
    items.poll(guide.read())
    clock.advance(3600)
    items.apply_staleness()
    items.poll(guide.read())
    assert states(items, live=True) == {GOOD}


def test_the_wall_clock_ages_nothing(items: SiteItems, clock: ManualClock, guide: SiteFile) -> None:
    items.set_up(guide.read())
    items.poll(guide.read())
    clock.jump(7200)
    items.apply_staleness()
    assert states(items, live=True) == {GOOD}


@pytest.mark.parametrize(
    ("age", "state"), [(1, UNCERTAIN), (899, UNCERTAIN), (900, UNCERTAIN), (900.5, OFFLINE), (86400, OFFLINE)]
)
def test_after_a_restart_live_items_are_uncertain_for_15_minutes_then_offline(
    items: SiteItems, guide: SiteFile, shown: Shown, age: float, state: State
) -> None:
    items.set_up(guide.read())
    items.poll(guide.read(), age)
    assert shown(POWER) == (0.13, state)
    assert shown("Stations/1/StationAuthenticationMode") == ("allow_all", GOOD)


def test_values_from_before_a_restart_go_on_ageing(items: SiteItems, clock: ManualClock, guide: SiteFile) -> None:
    items.set_up(guide.read())
    items.poll(guide.read(), 600)
    clock.advance(300)
    items.apply_staleness()
    assert states(items, live=True) == {UNCERTAIN}
    clock.advance(0.5)
    items.apply_staleness()
    assert states(items, live=True) == {OFFLINE}


def test_the_first_poll_after_a_restart_makes_everything_good(
    items: SiteItems, clock: ManualClock, guide: SiteFile
) -> None:
    items.set_up(guide.read())
    items.poll(guide.read(), 600)
    items.poll(guide.read())
    clock.advance(45)
    items.apply_staleness()
    assert states(items, live=True) == {GOOD}


def test_a_station_that_is_not_connected_has_its_live_items_offline(
    items: SiteItems, guide: SiteFile, shown: Shown
) -> None:
    guide.change("station", 1, connected=False)
    items.set_up(guide.read())
    items.poll(guide.read())
    assert shown(POWER) == (0.13, OFFLINE)
    assert shown("Stations/1/StationActiveEnergy") == (12.5, OFFLINE)
    for name in ("StationStatus", "StationAuthenticationMode", "StationDisconnectedAuthenticationMode"):
        assert shown(f"Stations/1/{name}")[1] is GOOD
    assert shown("Stations/1/StationIsConnected") == (False, GOOD)
    assert shown("Stations/1/Connectors/1/ConnectorIsDC")[1] is GOOD


def test_sums_over_nothing_are_good_and_nought(items: SiteItems, guide: SiteFile, shown: Shown) -> None:
    items.set_up(guide.read())
    items.poll(guide.read())
    assert shown("Zones/2/ZoneActiveEnergy") == (0.0, GOOD)
    assert shown("Zones/2/ZoneOverallSetPointCurrent") == (0, GOOD)


def test_a_sum_with_an_offline_part_is_uncertain_and_still_adds_it(
    items: SiteItems, guide: SiteFile, shown: Shown
) -> None:
    guide.stations.append(guide.station(1) | {"id": 2, "ocppIdentifier": "B", "connected": False})
    guide.connectors.append(guide.connector(1) | {"id": 2, "stationId": 2})
    items.set_up(guide.read())
    items.poll(guide.read())
    assert shown("Zones/1/ZoneActiveEnergy") == (25.0, UNCERTAIN)
    assert shown("Site/SiteOverallActivePowerTotal") == (0.26, UNCERTAIN)
    assert shown("Zones/1/ZoneNumberOfConnectors") == (2, GOOD)


def test_a_field_that_cannot_be_read_keeps_its_values_uncertain(
    items: SiteItems, guide: SiteFile, shown: Shown
) -> None:
    items.set_up(guide.read())
    items.poll(guide.read())
    guide.change("connector", 1, activePower=None)
    items.poll(guide.read())
    assert shown(POWER) == (0.13, UNCERTAIN)
    assert shown("Stations/1/StationOverallActivePowerPhase1") == (0.13, UNCERTAIN)
    assert shown("Stations/1/StationStatus") == ("available", GOOD)


@pytest.mark.parametrize(
    ("kind", "change", "id_"),
    [
        ("station", {"status": 5}, "Stations/1/StationStatus"),
        ("zone", {"maxCurrent": None}, "Zones/1/ZoneMaxCurrent(A)"),
        ("zone", {"numberOfTransactions": None}, "Zones/1/ZoneNumberOfTransactions"),
    ],
)
def test_plain_items_of_an_unreadable_field_are_uncertain_too(
    items: SiteItems, guide: SiteFile, shown: Shown, kind: str, change: dict[str, object], id_: str
) -> None:
    items.set_up(guide.read())
    items.poll(guide.read())
    before = shown(id_)[0]
    guide.change(kind, 1, **change)
    items.poll(guide.read())
    assert shown(id_) == (before, UNCERTAIN)


def test_what_is_gone_is_offline_at_once_with_its_last_values(items: SiteItems, campus: SiteFile, shown: Shown) -> None:
    items.set_up(campus.read())
    items.poll(campus.read())
    before = shown("Stations/1/StationActiveEnergy")[0]
    campus.remove("station", 1)
    items.poll(campus.read())
    assert shown("Stations/1/StationActiveEnergy") == (before, OFFLINE)
    assert shown("Stations/1/StationStatus")[1] is OFFLINE
    assert shown("Stations/1/Connectors/1/ConnectorActiveEnergy")[1] is OFFLINE
    assert shown("Stations/2/StationStatus")[1] is GOOD


def test_what_is_gone_adds_nothing_to_sums_and_makes_them_uncertain(
    items: SiteItems, campus: SiteFile, shown: Shown
) -> None:
    items.set_up(campus.read())
    items.poll(campus.read())
    zone = campus.station(1)["zoneId"]
    campus.remove("station", 1)
    items.poll(campus.read())
    others = [station["id"] for station in campus.stations if station["zoneId"] == zone]
    energy = sum(one["activeEnergy"] for one in campus.connectors if one["stationId"] in others)
    assert shown(f"Zones/{zone}/ZoneActiveEnergy") == (pytest.approx(energy), UNCERTAIN)


def test_a_zone_whose_stations_are_all_gone_is_offline_in_its_sums(
    items: SiteItems, guide: SiteFile, shown: Shown
) -> None:
    items.set_up(guide.read())
    items.poll(guide.read())
    guide.remove("station", 1)
    items.poll(guide.read())
    assert shown("Zones/1/ZoneActiveEnergy")[1] is OFFLINE
    assert shown("Zones/1/ZoneType")[1] is GOOD


def test_what_is_back_is_good_again(items: SiteItems, guide: SiteFile, shown: Shown) -> None:
    whole = list(guide.stations)
    items.set_up(guide.read())
    items.poll(guide.read())
    guide.remove("station", 1)
    items.poll(guide.read())
    guide.stations[:] = whole
    items.poll(guide.read())
    assert shown("Stations/1/StationActiveEnergy") == (12.5, GOOD)
    assert shown(POWER) == (0.13, GOOD)


def test_the_validity_of_a_zone_without_reduction_is_uncertain(items: SiteItems, guide: SiteFile, shown: Shown) -> None:
    items.set_up(guide.read())
    for _ in range(2):
        assert shown("Zones/2/ZoneReduction") == (0.0, GOOD)
        assert shown("Zones/2/ZoneReductionDescription") == ("", GOOD)
        assert shown("Zones/2/ZoneReductionType(Percentage)") == ("percentage", GOOD)
        assert shown("Zones/2/ZoneValidityMode(Absolute)") == ("absolute", GOOD)
        value, state = shown("Zones/2/ZoneValidity")
        assert (str(value), state) == ("1970-01-01 00:00:00+00:00", UNCERTAIN)
        items.poll(guide.read())


def test_an_average_outside_the_guide_is_uncertain_up_to_the_zone(
    items: SiteItems, guide: SiteFile, shown: Shown
) -> None:
    guide.change("connector", 1, phaseConnection="two")
    items.set_up(guide.read())
    items.poll(guide.read())
    assert shown("Stations/1/Connectors/1/ConnectorOverallRmsCurrentAverage") == (0.58, UNCERTAIN)
    assert shown("Stations/1/StationOverallRmsCurrentAverage") == (0.58, UNCERTAIN)
    assert shown("Zones/1/ZoneOverallRmsCurrentAverage") == (0.58, UNCERTAIN)
    assert shown(POWER)[1] is GOOD


def test_an_unknown_status_makes_every_state_of_a_connector_false(
    items: SiteItems, guide: SiteFile, shown: Shown
) -> None:
    guide.change("connector", 1, status="dancing")
    items.set_up(guide.read())
    items.poll(guide.read())
    flags = [item.id for item in site_items(items) if "/ConnectorState_" in item.id]
    assert [shown(id_) for id_ in flags] == [(False, GOOD)] * 9


@pytest.mark.parametrize(
    "status",
    [
        "Available",
        "Preparing",
        "Charging",
        "SuspendedEV",
        "SuspendedEVSE",
        "Finishing",
        "Reserved",
        "Unavailable",
        "Faulted",
    ],
)
def test_the_state_that_the_controller_reports_is_true_alone(items: SiteItems, guide: SiteFile, status: str) -> None:
    guide.change("connector", 1, status=status[0].lower() + status[1:])
    items.set_up(guide.read())
    items.poll(guide.read())
    assert [item.name for item in site_items(items) if "/ConnectorState_" in item.id and item.value] == [
        f"ConnectorState_{status}"
    ]
