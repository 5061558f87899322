"""Clocks: real, faster, and by hand."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from evce_connector.clock import ManualClock, ScaledClock, SystemClock

DEADLINE = 20.0


def waiter(clock: ManualClock, stop: threading.Event, seconds: float) -> tuple[threading.Thread, list[bool]]:
    """Start a thread that waits on a clock, and return once it does."""
    answers: list[bool] = []
    thread = threading.Thread(target=lambda: answers.append(clock.wait(stop, seconds)))
    thread.start()
    real, never = SystemClock(), threading.Event()
    deadline = real.monotonic() + DEADLINE
    while not clock.waiting():
        assert real.monotonic() < deadline, "the thread never waited"
        never.wait(0.001)
    return thread, answers


def test_the_system_clock_tells_utc() -> None:
    assert SystemClock().now().tzinfo is UTC


def test_the_system_clock_never_goes_back() -> None:
    clock = SystemClock()
    assert clock.monotonic() <= clock.monotonic()


@pytest.mark.parametrize("clock", [SystemClock(), ScaledClock(10)], ids=["system", "scaled"])
def test_a_wait_ends_when_its_time_is_over(clock: SystemClock | ScaledClock) -> None:
    before = clock.monotonic()
    assert clock.wait(threading.Event(), 0.02) is False
    assert clock.monotonic() - before >= 0.015


@pytest.mark.parametrize("clock", [SystemClock(), ScaledClock(1), ManualClock()], ids=["system", "scaled", "manual"])
def test_a_wait_ends_at_once_when_it_is_told_to_stop(clock: SystemClock | ScaledClock | ManualClock) -> None:
    stop = threading.Event()
    stop.set()
    assert clock.wait(stop, 3600) is True


@pytest.mark.parametrize("clock", [SystemClock(), ScaledClock(1), ManualClock()], ids=["system", "scaled", "manual"])
def test_a_wait_for_a_time_that_is_past_ends_at_once(clock: SystemClock | ScaledClock | ManualClock) -> None:
    assert clock.wait(threading.Event(), -5) is False


def test_a_scaled_clock_starts_where_it_is_told_and_runs_faster() -> None:
    start = datetime(2026, 3, 29, tzinfo=UTC)
    clock = ScaledClock(100_000, start)
    SystemClock().wait(threading.Event(), 0.01)
    assert clock.now() - start >= timedelta(seconds=1000)


def test_a_scaled_wait_is_shorter_in_real_time() -> None:
    real = SystemClock()
    before = real.monotonic()
    assert ScaledClock(100_000).wait(threading.Event(), 1000) is False
    assert real.monotonic() - before < 2


@pytest.mark.parametrize("speed", [0, -1])
def test_a_clock_cannot_stand_still_or_run_backwards_by_its_speed(speed: float) -> None:
    with pytest.raises(ValueError, match="speed must be above 0"):
        ScaledClock(speed)


def test_a_manual_clock_stands_until_it_is_advanced() -> None:
    clock = ManualClock(datetime(2026, 1, 1, tzinfo=UTC))
    clock.advance(90)
    assert (clock.now(), clock.monotonic()) == (datetime(2026, 1, 1, 0, 1, 30, tzinfo=UTC), 90)


def test_a_jump_sets_the_wall_clock_alone() -> None:
    clock = ManualClock(datetime(2026, 1, 1, tzinfo=UTC))
    clock.jump(-3600)
    assert (clock.now(), clock.monotonic()) == (datetime(2025, 12, 31, 23, tzinfo=UTC), 0)


def test_a_thread_that_waits_on_a_manual_clock_wakes_when_its_time_has_come() -> None:
    clock, stop = ManualClock(), threading.Event()
    thread, answers = waiter(clock, stop, 10)
    clock.advance(9)
    assert clock.waiting() == [1]
    clock.advance(1)
    thread.join(DEADLINE)
    assert answers == [False]
    assert clock.waiting() == []


def test_a_thread_that_waits_on_a_manual_clock_notices_a_stop() -> None:
    clock, stop = ManualClock(), threading.Event()
    thread, answers = waiter(clock, stop, 10)
    stop.set()
    thread.join(DEADLINE)
    assert answers == [True]
