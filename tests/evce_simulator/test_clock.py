"""The clocks of the simulator."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from evce_simulator import ManualClock, SystemClock, VirtualClock

START = datetime(2026, 1, 5, 6, tzinfo=UTC)


def test_untouched_it_shows_what_the_clock_below_shows(clock: ManualClock) -> None:
    virtual = VirtualClock(clock)
    clock.advance(10)
    clock.jump(3600)
    assert (virtual.now(), virtual.monotonic()) == (clock.now(), 10)


def test_it_runs_faster_and_from_another_start(clock: ManualClock) -> None:
    virtual = VirtualClock(clock, speed=60, start=datetime(2026, 3, 29, tzinfo=UTC))
    clock.advance(60)
    assert (virtual.now(), virtual.monotonic()) == (datetime(2026, 3, 29, 1, tzinfo=UTC), 3600)


def test_a_change_of_speed_keeps_what_has_passed(clock: ManualClock) -> None:
    virtual = VirtualClock(clock, speed=10)
    clock.advance(10)
    virtual.set_speed(2)
    clock.advance(10)
    assert (virtual.monotonic(), virtual.speed) == (120, 2)


def test_paused_it_stands_and_can_be_stepped(clock: ManualClock) -> None:
    virtual = VirtualClock(clock)
    virtual.pause()
    clock.advance(100)
    virtual.step(5)
    assert (virtual.monotonic(), virtual.paused) == (5, True)
    virtual.resume()
    clock.advance(1)
    assert virtual.monotonic() == 6


def test_a_jump_sets_the_wall_clock_only(clock: ManualClock) -> None:
    virtual = VirtualClock(clock)
    virtual.jump(-3600)
    assert (virtual.now(), virtual.monotonic()) == (datetime(2026, 1, 5, 5, tzinfo=UTC), 0)


def test_a_wait_is_in_seconds_of_the_site(clock: ManualClock) -> None:
    virtual = VirtualClock(clock, speed=60)
    stop = threading.Event()
    results: list[bool] = []
    thread = threading.Thread(target=lambda: results.append(virtual.wait(stop, 60)), daemon=True)
    thread.start()
    clock.advance(1)
    thread.join(5)
    assert results == [False]


def test_a_wait_ends_when_it_is_stopped() -> None:
    stop = threading.Event()
    stop.set()
    assert all(each.wait(stop, 3600) for each in (SystemClock(), ManualClock(), VirtualClock(SystemClock())))


@pytest.mark.parametrize("speed", [0, -1])
def test_a_speed_that_is_none_is_refused(clock: ManualClock, speed: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        VirtualClock(clock, speed)
    with pytest.raises(ValueError, match="above 0"):
        VirtualClock(clock).set_speed(speed)


def test_a_step_back_is_refused(clock: ManualClock) -> None:
    with pytest.raises(ValueError, match="forward"):
        VirtualClock(clock).step(-1)


def test_the_system_clock_is_aware_and_goes_forward() -> None:
    clock = SystemClock()
    assert clock.now().tzinfo is UTC
    assert clock.monotonic() <= clock.monotonic()
