"""The heartbeat: reductions that live only as long as Building Operation writes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from evce_connector.site.values import State

from tests.evce_connector.writes.conftest import Desk, ready

OpenDesk = Callable[..., Desk]
BEAT, REDUCTION, VALIDITY = "Interface/Heartbeat", "Zones/2/ZoneReduction", "Zones/2/ZoneValidity"


@pytest.fixture
def beating(open_desk: OpenDesk) -> Desk:
    """Let a heart beat that may pause 60 s, with validities of 6 min, and set a reduction by it."""
    desk = ready(open_desk(heartbeat_seconds=60, default_validity="6 min"))
    assert desk.write((BEAT, 1))[0].success
    assert desk.write((REDUCTION, 50.0))[0].success
    desk.simulator.journal.clear()
    return desk


def beat(desk: Desk, seconds: float, times: int = 1) -> None:
    for number in range(times):
        desk.clock.advance(seconds)
        (result,) = desk.write((BEAT, number))
        assert result.success, result.message


def left(desk: Desk) -> float:
    reduction = desk.model.zone(2)["reduction"]
    return (datetime.fromisoformat(reduction["validity"]) - desk.clock.now()).total_seconds() if reduction else 0


def test_the_heartbeat_is_writeable_only_when_it_is_configured(desk: Desk, open_desk: OpenDesk) -> None:
    assert desk.item(BEAT).point.writeable is False
    assert open_desk(heartbeat_seconds=60).item(BEAT).point.writeable is True


def test_a_beat_shows_and_is_no_line_of_the_ledger(beating: Desk) -> None:
    lines = len(beating.service.stores.commands.lines())
    beat(beating, 1)
    assert beating.see(BEAT) == (0, State.GOOD)
    assert len(beating.service.stores.commands.lines()) == lines


def test_while_it_beats_a_reduction_is_renewed_when_half_of_it_is_over(beating: Desk) -> None:
    beat(beating, 50, 3)
    assert beating.sent() == 0
    beat(beating, 50)
    assert beating.sent() == 1
    assert left(beating) == 360
    beat(beating, 50, 30)
    assert beating.model.zone(2)["reduction"]["value"] == 50
    assert beating.service.stores.commands.lines()[-1].item == VALIDITY


def test_when_it_stops_nothing_is_renewed_and_the_reduction_lapses(beating: Desk) -> None:
    beat(beating, 50, 4)
    beating.clock.advance(360)
    assert beating.model.zone(2)["reduction"] is None
    beat(beating, 1, 3)
    assert beating.model.zone(2)["reduction"] is None


def test_after_a_pause_that_was_too_long_what_was_set_before_is_left_to_lapse(beating: Desk) -> None:
    beat(beating, 61)
    beat(beating, 50, 4)
    assert beating.sent() == 0


def test_what_is_set_again_after_the_pause_is_renewed_again(beating: Desk) -> None:
    beat(beating, 61)
    beating.write((REDUCTION, 0.0))
    beating.write((REDUCTION, 40.0))
    beating.simulator.journal.clear()
    beat(beating, 50, 4)
    assert beating.sent() == 1


def test_a_reduction_whose_end_was_chosen_is_not_renewed(beating: Desk) -> None:
    beating.write((REDUCTION, 50.0), (VALIDITY, datetime(2026, 1, 1, 0, 6, tzinfo=UTC)))
    beating.simulator.journal.clear()
    beat(beating, 50, 5)
    assert beating.sent() == 0


def test_a_reduction_of_somebody_else_is_not_renewed_and_asked_for_once(beating: Desk) -> None:
    beating.model.set_reduction(2, 70.0, beating.clock.now() + timedelta(minutes=5))
    beat(beating, 50, 5)
    assert beating.sent() == 0
    assert beating.simulator.journal.count(path="/zones/2") == 1


def test_a_reduction_of_nought_needs_no_heart(beating: Desk) -> None:
    beating.write((REDUCTION, 0.0))
    beating.simulator.journal.clear()
    beat(beating, 50, 5)
    assert beating.sent() == 0


@pytest.mark.usefixtures("beating")
def test_a_restart_renews_nothing(open_desk: OpenDesk) -> None:
    again = open_desk(heartbeat_seconds=60, default_validity="6 min")
    beat(again, 50, 4)
    assert again.sent() == 0


def test_a_zone_that_left_the_tree_is_forgotten(beating: Desk) -> None:
    beat(beating, 50, 3)
    beating.service.items.index.zones.pop(2)  # type: ignore[union-attr]
    beat(beating, 50, 2)
    assert beating.sent() == 0


def test_a_renewal_that_fails_is_told_with_the_beat_and_tried_again_with_the_next(beating: Desk) -> None:
    beat(beating, 50, 3)
    beating.simulator.inject("server-error", method="PUT")
    beating.clock.advance(50)
    (result,) = beating.write((BEAT, 9))
    assert result.message.startswith("OPERATION_FAILED: not renewed: Zones/2: OPERATION_FAILED: ")
    beating.simulator.clear_faults()
    beat(beating, 1)
    assert left(beating) == 360


def test_a_clock_of_the_controller_that_differs_does_no_harm(beating: Desk) -> None:
    beating.simulator.clock.jump(-7200)
    beat(beating, 50, 4)
    assert beating.sent() == 1
