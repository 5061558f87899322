"""What the clock alone makes happen: each second, sooner where something is due, and again after an error."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator

import pytest
from evce_connector.clock import ManualClock
from evce_connector.host.step import Step
from sqlalchemy.exc import OperationalError

from features.driver.waiting import until

LOG = logging.getLogger("evce_connector")


@pytest.fixture
def run(clock: ManualClock) -> Iterator[Callable[..., list[float]]]:
    """Start a step that notes when it had a turn; it ends with the test."""
    steps: list[Step] = []

    def start(until_due: Callable[[], float] = lambda: 1.0, failure: Exception | None = None) -> list[float]:
        turns: list[float] = []

        def act() -> None:
            turns.append(clock.monotonic())
            if failure is not None:
                raise failure

        steps.append(Step("Tested", act, clock, LOG, until_due))
        steps[-1].start()
        return turns

    yield start
    for step in steps:
        step.end()
        step.join()
        assert not step.thread.is_alive()


def go_on(clock: ManualClock, seconds: float) -> None:
    until(lambda: bool(clock.waiting()) and clock.waiting()[0] > 0)
    clock.advance(seconds)
    until(lambda: bool(clock.waiting()) and clock.waiting()[0] > 0)


def test_a_step_has_a_turn_at_once_and_then_each_second(run: Callable[..., list[float]], clock: ManualClock) -> None:
    turns = run()
    for seconds in (0.5, 0.5, 1, 3600):
        go_on(clock, seconds)
    assert turns == [0, 1, 2, 3602]


@pytest.mark.parametrize(("due", "expected"), [(0.25, [0, 0.25, 0.5]), (7, [0])])
def test_a_step_has_a_turn_when_it_is_due_and_waits_no_longer_than_a_second(
    run: Callable[..., list[float]], clock: ManualClock, due: float, expected: list[float]
) -> None:
    turns = run(lambda: due)
    go_on(clock, 0.25)
    go_on(clock, 0.25)
    assert turns == expected
    go_on(clock, 0.5)
    assert turns == [*expected, 1.0]


@pytest.mark.parametrize(
    ("failure", "words", "traceback"),
    [
        (ZeroDivisionError(), "Tested failed by an error of its own and goes on", True),
        (
            OperationalError("SELECT", None, sqlite3.OperationalError("disk I/O error")),
            "Tested: the database cannot be used: disk I/O error; it goes on",
            False,
        ),
    ],
)
def test_a_step_that_fails_goes_on_and_is_logged_once(
    run: Callable[..., list[float]],
    clock: ManualClock,
    caplog: pytest.LogCaptureFixture,
    failure: Exception,
    words: str,
    traceback: bool,
) -> None:
    turns = run(failure=failure)
    go_on(clock, 1)
    go_on(clock, 1)
    assert turns == [0, 1, 2]
    assert [(record.message, bool(record.exc_info)) for record in caplog.records] == [(words, traceback)]
