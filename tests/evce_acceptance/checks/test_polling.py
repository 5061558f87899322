"""The polling interval is measured by when values change, in the test's own time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

import pytest
from ebo_simulator import EboClient, Kind, Point
from ebo_simulator.clock import ManualClock
from ebo_simulator.messages import Value, Values
from evce_acceptance.checks.polling import AT_MOST, Interval, measure
from evce_acceptance.checks.shown import Shown

POINTS = [Point(Kind.VALUE, name, name, name) for name in ("power", "energy", "state")]
BEGIN = datetime(2026, 3, 2, 6, tzinfo=UTC)


class Polled:
    """An endpoint whose values change with polls: power with each, energy with every second one, the state never."""

    def __init__(self, clock: ManualClock, every: float, late: tuple[float, ...] = (0.0,)) -> None:
        self._clock, self._every, self._late = clock, every, late
        self.asked = 0

    def get_values(self, ids: list[str]) -> Values:
        self.asked += 1
        now = self._clock.monotonic() + 4.0  # so that nothing begins with a poll
        polls = sum(n * self._every + self._late[n % len(self._late)] <= now for n in range(200))
        shown = {"power": polls, "energy": polls // 2, "state": "charging"}
        return Values(values=tuple(Value(id_, 0, str(shown[id_])) for id_ in ids))


def measured(every: float, look: float = 1.0, late: tuple[float, ...] = (0.0,)) -> tuple[Interval, float, list[str]]:
    """Measure; returns what was found, the seconds that it took, and what was told meanwhile."""
    clock, said = ManualClock(BEGIN), list[str]()
    shown = Shown(cast("EboClient", Polled(clock, every, late)), 100)
    return measure(shown, POINTS, clock, look, said.append), clock.monotonic(), said


@pytest.mark.parametrize("every", [5, 10, 15, 30])
def test_the_interval_is_that_from_change_to_change_of_one_item(every: float) -> None:
    found, took, _ = measured(every)
    assert (found.seconds, found.measured, found.words) == (
        every,
        True,
        f"Values are polled every {every} s, as measured.",
    )
    assert took <= AT_MOST + 1


def test_a_short_interval_is_told_soon() -> None:
    assert measured(5)[1] <= 5 * 5


def test_polls_that_come_a_little_late_now_and_then_are_polls_of_one_interval() -> None:
    assert measured(15, look=0.4, late=(0.0, 0.9, 0.3))[0].seconds == pytest.approx(15, abs=0.5)


def test_where_nothing_changes_the_longest_of_the_guide_is_assumed_and_said() -> None:
    found, took, said = measured(10_000)
    assert (found.seconds, found.measured) == (30, False)
    assert found.words == (
        "Nothing changed that would tell how often values are polled; "
        "values are taken to be polled every 30 s, the longest that the guide has."
    )
    assert took == pytest.approx(AT_MOST, abs=1)
    assert said[10] == "measuring how often values are polled, 10 of at most 65 s"


def test_looks_too_far_apart_tell_nothing() -> None:
    found, _, _ = measured(5, look=3.0)
    assert (found.seconds, found.why) == (30, "Looks 3.0 s apart cannot tell how often values are polled")
