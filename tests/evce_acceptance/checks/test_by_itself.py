"""What an inspection says of a site whose controller nobody told of: the connector is simulated, time is the test's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from ebo_simulator.events import History, HistoryRecord
from evce_acceptance.checks import by_itself, history_and_alarms
from evce_acceptance.checks.inspection import Ends, Inspection
from evce_acceptance.checks.placing import wrongly_placed
from evce_acceptance.checks.sums import sums
from evce_acceptance.site import settings
from evce_acceptance.site.settings import NoControllerError

from features.driver.world import World, WorldClock

CONNECTOR = "EVCE Zones/Z1/EVSimu1/Connector-1"
ALARM = "EVCE Zones/Z1/EVSimu1/Station-EVSimu1_Alarm"


@pytest.fixture
def inspection(world: World) -> Iterator[Inspection]:
    """Inspect the site with no controller beside it."""
    connector = settings.Connector(url="http://simulated", poll_seconds=15, late_seconds=1, ids_per_request=10)
    made = Inspection(Ends(world.connect, None, WorldClock(world), connector, settings.Claims()))
    yield made
    made.close()


@pytest.mark.parametrize("ask", [Inspection.judged, Inspection.misplaced, Inspection.too_old])
def test_what_compares_with_the_controller_says_that_nobody_told_of_it(
    inspection: Inspection, ask: Callable[[Inspection], object]
) -> None:
    with pytest.raises(NoControllerError, match="Nobody told the charge controller's address"):
        ask(inspection)


def test_the_tree_speaks_for_itself(inspection: Inspection) -> None:
    levels = [key[0] for key in inspection.matched.folders]
    assert [levels.count(level) for level in ("site", "zone", "station", "connector")] == [1, 3, 1, 1]
    assert {**wrongly_placed(inspection.placed), **inspection.mislabelled(), **inspection.without_alarm()} == {}


@pytest.mark.parametrize("rules", [by_itself.words, by_itself.states, by_itself.figures, sums])
def test_a_site_that_is_right_agrees_with_itself(inspection: Inspection, rules: Callable[..., object]) -> None:
    found = inspection.fitting(rules(inspection.placed))  # type: ignore[arg-type]
    assert (found.findings, found.decided > 0) == ({}, True)


def test_a_sum_of_which_a_part_is_lost_is_not_judged(inspection: Inspection, world: World) -> None:
    whole = inspection.fitting(sums(inspection.placed)).decided
    world.controller.change("station", "EVSimu1", connected=False)
    world.poll()
    inspection.shown.read(inspection.placed.folders["site", 0].all_points())
    assert inspection.fitting(sums(inspection.placed)).decided < whole


def test_a_meter_that_runs_backwards_is_named(inspection: Inspection, world: World) -> None:
    assert inspection.shown
    world.controller.change("connector", "EVSimu1/1", activeEnergy=1.0)
    world.poll()
    _, found = by_itself.fallen(inspection)
    assert found == {
        f"{CONNECTOR}/ConnectorActiveEnergy": "fell from 12.5 to 1 kWh",
        "EVCE Zones/Z1/EVSimu1/StationActiveEnergy": "fell from 12.5 to 1 kWh",
    }


def test_power_that_no_voltage_gives_is_named(inspection: Inspection, world: World) -> None:
    world.controller.change("connector", "EVSimu1/1", rmsCurrent=[16.0, 0.0, 0.0])
    world.poll()
    found = inspection.fitting(by_itself.figures(inspection.placed)).findings
    sentence = "0.13 kW at 16 A fits no voltage from 90 to 290 V"
    assert found == {f"{CONNECTOR}/ConnectorOverallActivePower1": sentence}


def test_a_fault_that_is_shown_and_raises_no_alarm_is_named(
    inspection: Inspection, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.controller.change("connector", "EVSimu1/1", status="faulted")
    world.poll()
    assert history_and_alarms.wrong_alarms(inspection) == {}
    monkeypatch.setattr(inspection.workstation, "alarm_events", list)
    assert history_and_alarms.wrong_alarms(inspection) == {ALARM: "is not active although it is faulted"}


def test_a_sample_that_is_still_to_come_is_named(
    inspection: Inspection, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.pass_time(31 * 60)
    assert inspection.matched
    history = inspection.workstation.history

    def with_one_of_tomorrow(path: str, **span: datetime) -> tuple[History, list[HistoryRecord]]:
        answer, records = history(path, **span)
        at = records[-1].timestamp
        assert at is not None
        return answer, [*records, replace(records[-1], timestamp=at + timedelta(hours=6))]

    monkeypatch.setattr(inspection.workstation, "history", with_one_of_tomorrow)
    _, found = history_and_alarms.wrong_histories(inspection)
    assert set(found.values()) == {"has a sample at 2026-03-02 12:30 UTC, which is still to come"}
