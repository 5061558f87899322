"""The electrical and session model: properties that hold for any site and any actions, and the same history always."""

from __future__ import annotations

import hashlib
import json
import time
from itertools import pairwise
from typing import Any

import pytest
from evce_simulator import ManualClock, Model, load, ocpp
from evce_simulator.life import PLAIN, Life
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.evce_simulator.moving import ACTIONS, HOUR, MANY, SITES, do, living

EITHER = pytest.mark.parametrize("life", [PLAIN, Life.whole()], ids=["plain", "lifelike"])


@settings(MANY, max_examples=250)
@given(SITES, ACTIONS)
def test_physics_and_load_management_hold_after_every_action(
    site: tuple[int, int, int, int], actions: list[tuple[str, int, int]]
) -> None:
    model, clock = living(*site)
    before = {each["id"]: each["activeEnergy"] for each in model.connectors()}
    for action, number, pause in actions:
        do(model, action, number)
        clock.advance(pause)
        dump = model.dump()
        check_connectors(dump, before)
        check_zones(model, dump)
        before = {each["id"]: each["activeEnergy"] for each in dump["connectors"]}


def check_connectors(dump: dict[str, Any], energy_before: dict[int, float]) -> None:
    connected = {station["id"]: station["connected"] for station in dump["stations"]}
    for each in dump["connectors"]:
        used = [current for current in each["rmsCurrent"] if current]
        assert [round(230 * current / 1000, 4) for current in each["rmsCurrent"]] == each["activePower"]
        assert len(set(used)) <= 1, "equal current on each phase in use"
        assert (each["status"] == "charging") == bool(used)
        assert all(current >= 5.5 for current in used), "less than 6 A but for what the vehicle leaves"
        assert not used or each["setPointCurrent"] >= 6
        assert all(current <= each["setPointCurrent"] for current in used)
        assert each["activeEnergy"] >= energy_before[each["id"]]
        assert each["status"] in ocpp.STATUSES
        if not connected[each["stationId"]]:
            assert (each["status"], sum(each["activePower"]), sum(each["rmsCurrent"])) == ("unavailable", 0, 0)
        if each["status"] in {"charging", "suspendedEV", "suspendedEVSE"}:
            assert each["transactionId"] is not None


def check_zones(model: Model, dump: dict[str, Any]) -> None:
    for zone in dump["zones"]:
        inside = model.connectors(zone["id"])
        assert sum(max(each["rmsCurrent"]) for each in inside) <= zone["setPointCurrent"]
        assert zone["setPointCurrent"] <= zone["maxCurrent"]
        assert zone["numberOfTransactions"] == sum(each["transactionId"] is not None for each in inside)


@EITHER
@MANY
@given(site=SITES, pauses=st.lists(st.integers(1, 600), min_size=2, max_size=20))
def test_energy_is_the_integral_of_power(life: Life, site: tuple[int, int, int, int], pauses: list[int]) -> None:
    """While power stood between two looks, the meter rose by power x time, to the watt-hour."""
    model, clock = living(*site, life=life)
    clock.advance(8 * HOUR)
    before = model.connectors()
    for pause in pauses:
        versions = {number: outlet.version for number, outlet in model._engine.outlets.items()}
        clock.advance(pause)
        after = model.connectors()
        for old, new in zip(before, after, strict=True):
            if model._engine.outlets[old["id"]].version == versions[old["id"]]:
                expected = max(0, sum(old["activePower"])) * pause / HOUR
                assert new["activeEnergy"] - old["activeEnergy"] == pytest.approx(expected, abs=0.0021)
        before = after


@EITHER
@MANY
@given(site=SITES, pauses=st.lists(st.integers(1, 7200), min_size=1, max_size=10))
def test_the_state_at_a_moment_does_not_depend_on_how_often_it_is_asked(
    life: Life, site: tuple[int, int, int, int], pauses: list[int]
) -> None:
    asked, often = living(*site, life=life)
    unasked, once = living(*site, life=life)
    for pause in pauses:
        often.advance(pause)
        asked.dump()
    once.advance(sum(pauses))
    assert asked.dump() == unasked.dump()


@EITHER
@MANY
@given(site=SITES, actions=ACTIONS)
def test_statuses_follow_each_other_as_ocpp_says(
    life: Life, site: tuple[int, int, int, int], actions: list[tuple[str, int, int]]
) -> None:
    """Outlet.go refuses any other step, so that it is enough that none is refused."""
    model, clock = living(*site, life=life)
    for action, number, pause in actions:
        do(model, action, number)
        clock.advance(pause)
    clock.advance(24 * HOUR)
    model.dump()


def test_a_day_of_a_thousand_connectors_is_simulated_within_30_s_of_one_core() -> None:
    model, clock = living(50, 500, 1000, seed=1)
    before = time.process_time()
    clock.advance(24 * HOUR)
    assert sum(each["transactionId"] is not None for each in model.connectors()) > 50
    assert time.process_time() - before < 30


def history(step: int) -> bytes:
    """Six-hourly states of a campus over a week, asked every `step` seconds on the way."""
    clock = ManualClock()
    model = Model(load("campus-live"), clock, seed=7)
    states = []
    for _ in range(7 * 4):
        for _ in range(6 * HOUR // step):
            clock.advance(step)
            model.connectors()
        states.append(model.dump())
    return json.dumps(states).encode()


def test_a_week_of_the_campus_is_the_same_however_often_it_is_asked() -> None:
    assert history(900) == history(6 * HOUR)


def test_the_history_of_a_seed_is_the_same_on_every_platform_and_python() -> None:
    assert hashlib.sha256(history(HOUR)).hexdigest() == WEEK_OF_SEED_7


def test_another_seed_gives_another_history() -> None:
    (one, first), (other, second) = living(seed=1), living(seed=2)
    first.advance(12 * HOUR)
    second.advance(12 * HOUR)
    assert one.connectors() != other.connectors()


def test_every_kind_of_vehicle_comes_and_every_status_of_a_day_is_seen() -> None:
    model, clock = living(2, 10, 40, seed=3)
    seen = set()
    for _ in range(24 * 60):
        clock.advance(60)
        seen |= {each["status"] for each in model.connectors()}
    assert seen >= {"available", "preparing", "charging", "suspendedEV", "finishing"}


def test_meters_run_while_it_charges_and_stand_while_not() -> None:
    model, clock = living(1, 1, 1, seed=5)
    model.plug(1)
    clock.advance(120)
    readings = []
    for _ in range(4):
        clock.advance(600)
        readings.append(model.connector(1)["activeEnergy"])
    assert all(after > before for before, after in pairwise(readings))
    model.unplug(1)
    still = model.connector(1)["activeEnergy"]
    clock.advance(10)
    assert model.connector(1)["activeEnergy"] == still


WEEK_OF_SEED_7 = "56dc05d5acbc49366770c5a1d52d683a900f2b92b486fcd460b2346c7574230d"
