"""What a lifelike site does beyond a plain living one, each of it by a switch of its own."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from click.testing import CliRunner
from evce_simulator import ManualClock, Model, Scenario, cli, load, ocpp
from evce_simulator.capture import Exchange, compare
from evce_simulator.life import PLAIN, Life
from evce_simulator.sharing import LEAST_CURRENT, share, share_by_phase
from evce_simulator.supply import Supply
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.evce_simulator.conftest import Client
from tests.evce_simulator.moving import ACTIONS, HOUR, MANY, SITES, do, living

START = datetime(2026, 1, 5, 6, tzinfo=UTC)
MINUTE = 60
STEP = 5 * MINUTE  # for which a varied voltage stands
WIRED = {"mono1": [0], "mono2": [1], "mono3": [2], "tri": [0, 1, 2]}


def site(
    phases: list[str], life: Life, maximum: int = 63, seed: int = 0, **fields: object
) -> tuple[Model, ManualClock]:
    """Make a zone with a station for each connector, of 32 A on these phases, to which nobody comes by chance."""
    text = {"friendlyName": "S", "ocppIdentifier": "S", "serialNumber": "S", "model": "M", "version": "1"}
    stations = [{"id": n, "zoneId": 1, "ipAddress": "10.0.0.1"} | text for n, _ in enumerate(phases, 1)]
    row = {"logicalConnector": 1, "maxCurrent": 32} | fields
    connectors = [{"id": n, "stationId": n, "phaseConnection": each} | row for n, each in enumerate(phases, 1)]
    zone = {"id": 1, "name": "Z1", "maxCurrent": maximum, "setPointCurrent": maximum, "setPointPower": 1}
    tables = {"zones": [zone], "stations": stations, "connectors": connectors}
    clock = ManualClock(START)
    return Model(Scenario("test", life=life, tables=tables), clock, seed), clock


def charge(model: Model, clock: ManualClock, charger: str, *connectors: int) -> None:
    """Plug vehicles in and wait until all have a transaction."""
    for connector in connectors:
        model.plug(connector, charger)
    clock.advance(61)


def volts(connector: dict[str, Any]) -> list[float]:
    """Return the voltage on each phase that a connector uses."""
    values = zip(connector["activePower"], connector["rmsCurrent"], strict=True)
    return [abs(power) * 1000 / current for power, current in values if current]


# --- voltage


def test_the_voltage_stays_within_207_and_253_volts_and_differs_by_phase_and_time() -> None:
    supply = Supply(3, varied=True)
    seen = []
    for step in range(7 * 24 * 12):
        supply.go_to(step * 300_000)
        seen.append(supply.volts)
    assert 2070 <= min(map(min, seen)) < 2150
    assert 2450 < max(map(max, seen)) <= 2530
    assert sum(len(set(each)) == 3 for each in seen) > len(seen) * 0.95
    assert sum(before != after for before, after in pairwise(seen)) > len(seen) * 0.95


def test_power_is_current_times_the_voltage_of_the_supply_phase() -> None:
    model, clock = site(["tri", "mono1", "mono2", "mono3"], Life(varied_voltage=True), maximum=200)
    charge(model, clock, "7.4 kW", 2, 3, 4)
    charge(model, clock, "22 kW", 1)
    for _ in range(30):
        clock.advance(MINUTE)
        tri, *mono = model.connectors()
        assert 207 <= min(volts(tri)) < max(volts(tri)) <= 253
        assert [volts(each)[0] for each in mono] == pytest.approx(volts(tri), abs=0.02)


def test_the_meter_counts_what_flowed_at_each_voltage() -> None:
    model, clock = site(["tri"], Life(varied_voltage=True))
    charge(model, clock, "22 kW", 1)
    clock.advance(STEP - 61)
    for _ in range(8):
        before = model.connector(1)
        clock.advance(STEP)
        metered = model.connector(1)["activeEnergy"] - before["activeEnergy"]
        assert metered == pytest.approx(sum(before["activePower"]) / 12, abs=0.0011)


def test_a_dc_charger_keeps_within_its_power_and_its_set_point_at_any_voltage() -> None:
    model, clock = site(["tri"], Life(varied_voltage=True), maximum=400, dc=True, maxCurrent=None, maxPower=50)
    charge(model, clock, "11 kW", 1)
    currents = set()
    for _ in range(3):
        clock.advance(STEP)
        connector = model.connector(1)
        assert 44 < sum(connector["activePower"]) <= 50
        assert max(connector["rmsCurrent"]) <= connector["setPointCurrent"]
        currents |= set(connector["rmsCurrent"])
    assert len(currents) > 4


def test_without_its_switch_the_voltage_is_230_volts() -> None:
    model, clock = site(["tri"], Life(tapered_charging=True, mixed_vehicles=True, limits_by_phase=True))
    charge(model, clock, "22 kW", 1)
    assert volts(model.connector(1)) == pytest.approx([230] * 3, abs=0.01)


# --- vehicles


def until_full(model: Model, clock: ManualClock, connector: int) -> list[float]:
    """Return the currents that a vehicle drew, one after the other, until it drew no more."""
    currents: list[float] = []
    while (now := model.connector(connector))["status"] == "charging":
        if now["rmsCurrent"][0] not in currents[-1:]:
            currents.append(now["rmsCurrent"][0])
        clock.advance(MINUTE)
    return currents


def test_a_vehicle_takes_less_and_less_when_it_is_nearly_full() -> None:
    model, clock = site(["tri"], Life(tapered_charging=True))
    charge(model, clock, "22 kW", 1)
    currents = until_full(model, clock, 1)
    assert model.connector(1)["status"] == "suspendedEV"
    assert [round(current / currents[0], 2) for current in currents] == [1.0, 0.85, 0.65, 0.45, 0.3]


def test_a_vehicle_without_a_curve_takes_the_same_until_it_is_full() -> None:
    model, clock = site(["tri"], PLAIN)
    charge(model, clock, "22 kW", 1)
    assert len(until_full(model, clock, 1)) == 1
    assert model.connector(1)["status"] == "suspendedEV"


def test_what_a_nearly_full_vehicle_leaves_goes_to_the_others() -> None:
    model, clock = site(["tri", "tri"], Life(tapered_charging=True), maximum=32)
    charge(model, clock, "22 kW", 1, 2)
    assert [each["setPointCurrent"] for each in model.connectors()] == [16, 16]
    while (both := [each["setPointCurrent"] for each in model.connectors()]) == [16, 16]:
        clock.advance(MINUTE)
    assert (sum(both), min(both) < 16 < max(both)) == (32, True)


@pytest.mark.parametrize(
    ("charger", "used"), [("3.7 kW", 1), ("7.4 kW", 1), ("7.4 kW on 2 phases", 2), ("11 kW", 3), ("22 kW", 3)]
)
def test_a_vehicle_uses_the_phases_of_its_charger(charger: str, used: int) -> None:
    model, clock = site(["tri"], Life(mixed_vehicles=True))
    charge(model, clock, charger, 1)
    assert [current > 0 for current in model.connector(1)["rmsCurrent"]] == [True] * used + [False] * (3 - used)


@pytest.mark.parametrize(("life", "expected"), [(Life(mixed_vehicles=True), True), (PLAIN, False)])
def test_vehicles_on_two_phases_and_such_that_give_back_come_where_they_are_switched_on(
    life: Life, expected: bool
) -> None:
    model, clock = living(1, 20, 40, seed=2, life=life)
    two, back = False, False
    for _ in range(48):
        clock.advance(HOUR)
        connectors = [each for each in model.connectors() if each["phaseConnection"] == "tri"]
        two |= any(each["rmsCurrent"][1] and not each["rmsCurrent"][2] for each in connectors)
        back |= any(sum(each["activePower"]) < 0 for each in connectors)
    assert (two, back) == (expected, expected)


def test_a_full_v2g_vehicle_gives_energy_back_that_the_register_does_not_count() -> None:
    model, clock = site(["tri"], Life(varied_voltage=True), seed=2)  # one that stays long enough
    charge(model, clock, "11 kW V2G", 1)
    while sum(model.connector(1)["activePower"]) > 0:
        clock.advance(MINUTE)
    full = model.connector(1)
    assert (full["status"], all(power < -3 for power in full["activePower"])) == ("charging", True)
    assert all(current > 15 for current in full["rmsCurrent"])
    given = 0.0
    while model.connector(1)["status"] == "charging":
        given -= sum(model.connector(1)["activePower"]) / 60
        clock.advance(MINUTE)
    assert 2 <= given <= 8.2
    assert (model.connector(1)["status"], model.connector(1)["activeEnergy"]) == ("suspendedEV", full["activeEnergy"])


# --- load management by phase


@pytest.mark.parametrize(
    ("life", "given_each"), [(Life(limits_by_phase=True), [16] * 6), (PLAIN, [11, 11, 11, 10, 10, 10])]
)
def test_six_vehicles_of_16_a_on_one_phase_each_of_63_a(life: Life, given_each: list[int]) -> None:
    model, clock = site(["mono1", "mono2", "mono3"] * 2, life)
    charge(model, clock, "3.7 kW", 1, 2, 3, 4, 5, 6)
    assert sorted((each["setPointCurrent"] for each in model.connectors()), reverse=True) == given_each


def test_a_full_phase_leaves_the_others_alone() -> None:
    model, clock = site(["mono1"] * 3 + ["mono2", "tri"], Life(limits_by_phase=True), maximum=40)
    charge(model, clock, "7.4 kW", 1, 2, 3, 4)
    assert [each["setPointCurrent"] for each in model.connectors()][:4] == [14, 13, 13, 32]
    charge(model, clock, "7.4 kW on 2 phases", 5)
    assert [each["setPointCurrent"] for each in model.connectors()] == [10, 10, 10, 30, 10]


WISHES = st.lists(
    st.tuples(st.integers(0, 64), st.booleans(), st.sampled_from([(0,), (1,), (2,), (0, 1), (0, 1, 2)])), max_size=12
)


@given(st.lists(st.integers(-10, 200), min_size=3, max_size=3), WISHES)
def test_a_share_by_phase_exceeds_no_phase_and_leaves_nothing_that_one_could_use(
    limits: list[int], wishes: list[tuple[int, bool, tuple[int, ...]]]
) -> None:
    wanted, fixed, phases = ([wish[part] for wish in wishes] for part in range(3))
    given = share_by_phase(limits, wanted, fixed, phases)  # type: ignore[arg-type]
    used = [sum(amount for amount, (*_, on) in zip(given, wishes, strict=True) if phase in on) for phase in range(3)]
    assert all(amount <= max(0, limit) for amount, limit in zip(used, limits, strict=True))
    for amount, (want, whole, on) in zip(given, wishes, strict=True):
        assert amount == 0 or LEAST_CURRENT <= amount <= want
        assert not whole or amount in {0, want}
        assert whole or amount in {0, want} or min(limits[phase] - used[phase] for phase in on) == 0


@given(st.integers(0, 200), st.lists(st.tuples(st.integers(0, 64), st.booleans()), max_size=12))
def test_where_all_use_all_phases_a_share_by_phase_is_that_of_the_sum(
    limit: int, wants: list[tuple[int, bool]]
) -> None:
    wanted, fixed = [want for want, _ in wants], [whole for _, whole in wants]
    by_phase = share_by_phase([limit] * 3, wanted, fixed, [(0, 1, 2)] * len(wants))
    assert sorted(by_phase) == pytest.approx(sorted(share(limit, wanted, fixed)), abs=1)
    assert sum(by_phase) == sum(share(limit, wanted, fixed))


# --- lost stations


def test_a_lost_station_charges_on_unseen_and_its_meter_has_jumped_when_it_is_found() -> None:
    model, clock = site(["tri", "tri"], Life(charging_while_lost=True), maximum=32)
    charge(model, clock, "11 kW", 1, 2)
    power = sum(model.connector(1)["activePower"])
    model.disconnect(1)
    lost = model.connector(1)
    assert (lost["status"], sum(lost["activePower"]), sum(lost["rmsCurrent"])) == ("unavailable", 0, 0)
    clock.advance(600)
    assert model.connector(1)["activeEnergy"] == lost["activeEnergy"]
    assert model.connector(2)["setPointCurrent"] == 16
    model.connect(1)
    found = model.connector(1)
    assert (found["status"], sum(found["activePower"])) == ("charging", power)
    assert found["activeEnergy"] - lost["activeEnergy"] == pytest.approx(power / 6, abs=0.0021)


def test_a_vehicle_that_leaves_a_lost_station_frees_its_share_and_is_gone_when_it_is_found() -> None:
    model, clock = site(["tri", "tri"], Life(charging_while_lost=True), maximum=20)
    charge(model, clock, "11 kW", 1)
    clock.advance(60)
    charge(model, clock, "22 kW", 2)
    model.disconnect(1)
    lost = model.connector(1)["activeEnergy"]
    while model.connector(2)["setPointCurrent"] == 10:
        clock.advance(MINUTE)
    assert (model.connector(2)["setPointCurrent"], model.connector(1)["activeEnergy"]) == (20, lost)
    model.connect(1)
    assert model.connector(1)["status"] != "charging"
    assert model.connector(1)["activeEnergy"] > lost + 2


# --- incidents


def statuses(life: Life, seed: int = 4, hours: int = 72) -> tuple[set[str], set[str], list[list[str]]]:
    """Return the statuses and error codes that were seen at any time, and the statuses of all hours."""
    model, clock = living(1, 20, 40, seed=seed, life=life)
    seen, codes, hourly = set(), set(), []
    for _ in range(hours):
        clock.advance(HOUR)
        connectors = model.connectors()
        seen |= {each["status"] for each in connectors}
        codes |= {each["errorCode"] for each in connectors if each["status"] == "faulted"}
        hourly.append([each["status"] for each in connectors])
    return seen, codes, hourly


def test_connectors_fail_are_repaired_and_reserved_by_themselves_and_the_same_again_by_seed() -> None:
    seen, codes, hourly = statuses(Life(incidents=True))
    assert {"faulted", "reserved"} <= seen
    assert codes <= set(ocpp.ERROR_CODES) - {"NoError"}
    assert len(codes) > 3
    failing = [[hour[place] == "faulted" for hour in hourly] for place in range(40)]
    assert any(before and not after for each in failing for before, after in pairwise(each))
    assert not any(all(three) for each in failing for three in zip(each, each[1:], each[2:], each[3:], strict=False))
    assert statuses(Life(incidents=True))[2] == hourly != statuses(Life(incidents=True), seed=5)[2]


def test_without_their_switch_nothing_fails_and_nothing_is_reserved_by_itself() -> None:
    assert not statuses(Life(True, True, True, True, True, incidents=False))[0] & {"faulted", "reserved"}


# --- all of it together


@settings(MANY, max_examples=150)
@given(SITES, ACTIONS)
def test_physics_hold_on_a_lifelike_site_after_every_action(
    site: tuple[int, int, int, int], actions: list[tuple[str, int, int]]
) -> None:
    model, clock = living(*site, life=Life.whole())
    energy = {each["id"]: each["activeEnergy"] for each in model.connectors()}
    for action, number, pause in actions:
        do(model, action, number)
        clock.advance(pause)
        for zone in model.zones():
            check_zone(zone, model.connectors(zone["id"]))
        for each in model.connectors():
            assert each["activeEnergy"] >= energy[each["id"]]
            assert (each["status"] == "charging") == any(each["rmsCurrent"])
            assert max(each["rmsCurrent"]) <= each["setPointCurrent"]
            assert all(206.9 <= volt <= 253.1 for volt in volts(each))
            energy[each["id"]] = each["activeEnergy"]


def check_zone(zone: dict[str, Any], connectors: list[dict[str, Any]]) -> None:
    """See that no supply phase of a zone carries more than its set point; a mono connector reports on phase 1."""
    loads = [0.0, 0.0, 0.0]
    for each in connectors:
        for phase, current in zip(WIRED[each["phaseConnection"]], each["rmsCurrent"], strict=False):
            loads[phase] += current
    assert max(loads) <= zone["setPointCurrent"] + 1e-6
    assert zone["numberOfTransactions"] == sum(each["transactionId"] is not None for each in connectors)


def test_energy_of_a_lifelike_day_is_the_sum_of_what_was_drawn_minute_by_minute() -> None:
    clock = ManualClock()
    model = Model(load("campus-lifelike"), clock, seed=7)
    drawn = {each["id"]: 0.0 for each in model.connectors()}
    began = {each["id"]: each["activeEnergy"] for each in model.connectors()}
    for _ in range(24 * 60):
        for each in model.connectors():
            drawn[each["id"]] += max(0, sum(each["activePower"])) / 60
        clock.advance(MINUTE)
    metered = {each["id"]: each["activeEnergy"] - began[each["id"]] for each in model.connectors()}
    assert sum(metered.values()) > 500
    assert sum(metered.values()) == pytest.approx(sum(drawn.values()), rel=0.02)


def history(step: int) -> str:
    """Return six-hourly states of the lifelike campus over two days, asked every `step` seconds on the way."""
    clock = ManualClock()
    model = Model(load("campus-lifelike"), clock, seed=7)
    states = []
    for _ in range(2 * 4):
        for _ in range(6 * HOUR // step):
            clock.advance(step)
            model.connectors()
        states.append(model.dump())
    return json.dumps(states)


def test_two_days_of_the_lifelike_campus_are_the_same_however_often_it_is_asked() -> None:
    assert history(450) == history(6 * HOUR)


def test_a_snapshot_of_a_lifelike_site_goes_on_the_same_way() -> None:
    model, clock = living(2, 10, 30, seed=6, life=Life.whole())
    clock.advance(10 * HOUR + 17)
    model.disconnect(3)
    clock.advance(100)
    saved = json.loads(json.dumps(model.save()))
    other = Model(load("guide"), clock)
    other.load(saved)
    for _ in range(24):
        clock.advance(1801)
        assert other.dump() == model.dump()
    assert other.life == Life.whole()


def test_the_lifelike_campus_keeps_to_the_contract(run: Any) -> None:  # noqa: ANN401
    client: Client = run("campus-lifelike")
    exchanges = []
    for _ in range(12):
        client.simulator.clock.step(2 * HOUR)
        exchanges += [Exchange("GET", path, 200, client.json(path)) for path in ("/zones", "/stations", "/connectors")]
    assert compare(exchanges).differences == []


def test_the_command_switches_all_of_it_on(monkeypatch: pytest.MonkeyPatch) -> None:
    lives: list[Life] = []

    class Noted(cli.EvceSimulator):
        def start(self) -> Noted:
            lives.append(self.model.life)
            raise ValueError("seen")

    monkeypatch.setattr(cli, "EvceSimulator", Noted)
    for options in ([], ["--lifelike"], ["--scenario", "campus-lifelike"]):
        assert CliRunner().invoke(cli.main, ["run", *options]).exit_code == 1
    assert lives == [PLAIN, Life.whole(), Life.whole()]
