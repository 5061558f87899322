"""How a zone's current is set and shared."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from evce_simulator import ManualClock, Model, Scenario, load
from evce_simulator.sharing import set_point, share
from hypothesis import given
from hypothesis import strategies as st

START = datetime(2026, 1, 5, 6, tzinfo=UTC)


def site(maximum: int = 40, connectors: int = 3, kind: str = "STATIC", **fields: object) -> tuple[Model, ManualClock]:
    """Make a zone with so many connectors of 32 A on three phases, to which nobody comes by chance."""
    names = {"friendlyName": "S", "ocppIdentifier": "S", "serialNumber": "S", "model": "M", "version": "1"}
    row = {"stationId": 1, "maxCurrent": 32, "setPointCurrent": 10, "activeEnergy": 1.0}
    scenario = Scenario(
        "test",
        tables={
            "zones": [
                {"id": 1, "name": "Z1", "type": kind, "maxCurrent": maximum}
                | {"setPointCurrent": maximum, "setPointPower": 1}
            ],
            "stations": [{"id": 1, "zoneId": 1, "ipAddress": "10.0.0.1"} | names],
            "connectors": [{"id": n, "logicalConnector": n} | row | fields for n in range(1, connectors + 1)],
        },
    )
    clock = ManualClock(START)
    return Model(scenario, clock), clock


def charge(model: Model, clock: ManualClock, *connectors: int, charger: str = "22 kW") -> None:
    """Plug vehicles in, one after the other, and wait until all have a transaction."""
    for connector in connectors:
        model.plug(connector, charger)
        clock.advance(61)


def given_to(model: Model) -> list[int]:
    return [each["setPointCurrent"] for each in model.connectors() if each["transactionId"] is not None]


def test_a_lone_vehicle_gets_what_it_can_use() -> None:
    model, clock = site()
    charge(model, clock, 1)
    connector = model.connector(1)
    assert (connector["status"], connector["setPointCurrent"], connector["setPointPower"]) == ("charging", 32, 22)


def test_two_vehicles_share_equally() -> None:
    model, clock = site()
    charge(model, clock, 1, 2)
    assert given_to(model) == [20, 20]


def test_nobody_charges_with_less_than_6_a_and_the_last_to_come_waits() -> None:
    model, clock = site(maximum=13)
    charge(model, clock, 1, 2, 3)
    assert given_to(model) == [7, 6, 0]
    assert model.connector(3)["status"] == "suspendedEVSE"


def test_who_waits_gets_current_when_another_leaves() -> None:
    model, clock = site(maximum=13)
    charge(model, clock, 1, 2, 3)
    model.unplug(1)
    assert [model.connector(number)["status"] for number in (1, 2, 3)] == ["available", "charging", "charging"]


def test_a_fixed_set_point_is_honoured_before_the_others() -> None:
    model, clock = site(maximum=26, connectors=2)
    model.set_connector(2, fixedSetPoint=True)
    model._engine.outlets[2].fixed = 10
    charge(model, clock, 1, 2)
    assert given_to(model) == [16, 10]


def test_a_single_phase_vehicle_draws_on_phase_1_only() -> None:
    model, clock = site()
    charge(model, clock, 1, charger="3.7 kW")
    current = model.connector(1)["rmsCurrent"]
    assert current[0] > 15
    assert current[1:] == [0, 0]


def test_a_mono_connector_reports_on_phase_1_or_where_it_is_wired() -> None:
    model, clock = site(phaseConnection="mono3")
    charge(model, clock, 1)
    assert [bool(power) for power in model.connector(1)["activePower"]] == [True, False, False]
    model.report_on_wired_phase(wired=True)
    assert [bool(power) for power in model.connector(1)["activePower"]] == [False, False, True]


def test_a_dc_connector_draws_on_three_phases_within_its_power() -> None:
    model, clock = site(maximum=400, dc=True, maxCurrent=None, maxPower=50)
    charge(model, clock, 1)
    power = model.connector(1)["activePower"]
    assert 45 < sum(power) <= 50
    assert len(set(power)) == 1


def test_a_reduction_takes_its_share_of_the_maximum_and_ends_by_the_clock() -> None:
    model, clock = site(maximum=100)
    charge(model, clock, 1, 2, 3)
    model.set_reduction(1, 75, START + timedelta(hours=1))
    assert (model.zone(1)["setPointCurrent"], model.zone(1)["setPointPower"]) == (25, 17)
    assert given_to(model) == [9, 8, 8]
    clock.advance(3600 - 3 * 61 - 1)
    assert model.zone(1)["setPointCurrent"] == 25
    clock.advance(1)
    assert (model.zone(1)["setPointCurrent"], model.zone(1)["reduction"]) == (100, None)
    assert given_to(model) == [32, 32, 32]


def test_a_reduction_of_everything_suspends_all() -> None:
    model, clock = site()
    charge(model, clock, 1, 2)
    model.set_reduction(1, 100, START + timedelta(hours=1))
    assert {model.connector(number)["status"] for number in (1, 2)} == {"suspendedEVSE"}


def test_a_wall_clock_set_forward_ends_a_reduction_though_nothing_passed() -> None:
    model, clock = site()
    charge(model, clock, 1)
    energy = model.connector(1)["activeEnergy"]
    model.set_reduction(1, 50, START + timedelta(hours=1))
    clock.jump(3600)
    assert model.zone(1)["reduction"] is None
    assert model.connector(1)["activeEnergy"] == energy


def test_a_wall_clock_set_back_prolongs_a_reduction() -> None:
    model, clock = site()
    model.set_reduction(1, 50, START + timedelta(hours=1))
    clock.jump(-1800)
    clock.advance(3600)
    assert model.zone(1)["reduction"] is not None
    clock.advance(1800)
    assert model.zone(1)["reduction"] is None


def test_a_dynamic_zone_gives_way_to_other_loads() -> None:
    clock = ManualClock(START)
    model = Model(load("campus-live"), clock)
    seen = set()
    for _ in range(20):
        clock.advance(900)
        seen.add(model.zone(3)["setPointCurrent"])
        assert model.zone(1)["setPointCurrent"] == 250
    assert len(seen) > 5
    assert all(112 <= each <= 160 for each in seen)


def test_the_lost_station_leaves_its_share_to_others_and_its_energy_stands() -> None:
    model, clock = site(maximum=32)
    model.add(
        "station",
        id=2,
        zoneId=1,
        friendlyName="T",
        ocppIdentifier="T",
        serialNumber="T",
        model="M",
        version="1",
        ipAddress="10.0.0.2",
    )
    model.add("connector", id=9, stationId=2, logicalConnector=1, maxCurrent=32)
    charge(model, clock, 1, 9)
    assert given_to(model) == [16, 16]
    model.disconnect(2)
    lost, energy = model.connector(9), model.connector(9)["activeEnergy"]
    assert (lost["status"], sum(lost["activePower"]), model.station(2)["status"]) == ("unavailable", 0, "unavailable")
    assert model.connector(1)["setPointCurrent"] == 32
    clock.advance(1800)
    assert model.connector(9)["activeEnergy"] == energy
    model.connect(2)
    assert (model.connector(9)["status"], model.station(2)["status"]) == ("charging", "available")


@pytest.mark.parametrize(
    ("maximum", "reduction", "other", "expected"),
    [(100, None, 0, 100), (100, 10, 0, 90), (63, 33.33, 0, 42), (100, 0, 20, 80), (10, 90, 20, 0), (100, 100, 0, 0)],
)
def test_the_set_point_is_the_maximum_less_the_reduction(
    maximum: int, reduction: float | None, other: int, expected: int
) -> None:
    assert set_point(maximum, reduction, other) == expected


@given(st.integers(0, 200), st.lists(st.tuples(st.integers(0, 64), st.booleans()), max_size=12))
def test_a_share_never_exceeds_the_limit_nor_what_is_wanted(limit: int, wants: list[tuple[int, bool]]) -> None:
    given = share(limit, [want for want, _ in wants], [fixed for _, fixed in wants])
    assert sum(given) <= limit
    for amount, (want, fixed) in zip(given, wants, strict=True):
        assert amount == 0 or 6 <= amount <= want
        assert not fixed or amount in {0, want}


@given(st.integers(0, 200), st.lists(st.integers(6, 64), min_size=1, max_size=12))
def test_a_limit_is_used_up_when_more_is_wanted(limit: int, wants: list[int]) -> None:
    given = share(limit, wants, [False] * len(wants))
    served = [want for amount, want in zip(given, wants, strict=True) if amount]
    assert sum(given) == min(limit, sum(served))


def test_a_reduction_takes_its_part_away_or_leaves_it() -> None:
    model, clock = site(maximum=20)
    model.set_reduction(1, 25, clock.now() + timedelta(hours=1))
    assert model.zone(1)["setPointCurrent"] == 15
    model.let_reductions_leave(True)
    assert model.zone(1)["setPointCurrent"] == 5
    kept = model.save()
    model.let_reductions_leave(False)
    assert model.zone(1)["setPointCurrent"] == 15
    model.load(kept)
    model.set_reduction(1, 50, clock.now() + timedelta(hours=1))
    model.set_reduction(1, 25, clock.now() + timedelta(hours=1))
    assert model.zone(1)["setPointCurrent"] == 5
