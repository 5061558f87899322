"""Time for logs while the machine's clock is set: whom it believes, and when."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from evce_connector.clock import ManualClock
from evce_connector.history.steady_time import PATIENCE, ReferenceClock, SteadyTime
from evce_connector.site.values import EPOCH


class Setting:
    """A machine's clock, a controller whose clock is right or off, and the time between them."""

    def __init__(self, controller_off: float = 0.0) -> None:
        self.clock = ManualClock()
        self.true, self.off = self.clock.now(), controller_off
        self.reference_clock = ReferenceClock(EPOCH, 0.0)
        self.poll()
        self.steady = SteadyTime(self.clock, lambda: self.reference_clock)

    def advance(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.true += timedelta(seconds=seconds)

    def poll(self) -> None:
        now = self.clock.now()
        self.reference_clock = ReferenceClock(now, (self.true - now).total_seconds() + self.off)

    @property
    def error(self) -> float:
        """How far logs are from true time, in s."""
        now: datetime = self.steady.now()
        return (now - self.true).total_seconds()


@pytest.mark.parametrize("seconds", [60, -60, 0.5])
def test_the_work_of_a_time_server_is_followed(seconds: float) -> None:
    setting = Setting()
    setting.clock.jump(seconds)
    assert setting.error == seconds
    assert setting.steady.held == timedelta(0)


@pytest.mark.parametrize("seconds", [3600, -3600, 61, 86400])
def test_a_step_that_the_controller_contradicts_is_not_followed(seconds: float) -> None:
    setting = Setting()
    setting.clock.jump(seconds)
    assert setting.error == 0
    setting.advance(15)
    setting.poll()
    assert setting.error == 0
    assert setting.steady.held == timedelta(seconds=seconds)


def test_when_a_wrong_step_is_taken_back_nothing_was_lost() -> None:
    setting = Setting()
    setting.clock.jump(3600)
    assert setting.error == 0
    setting.advance(1800)
    setting.clock.jump(-3600)
    assert setting.error == 0
    assert setting.steady.held == timedelta(0)


def test_a_step_that_puts_the_clock_right_is_followed_with_the_next_poll() -> None:
    setting = Setting()
    setting.true += timedelta(hours=1)  # the clock was an hour slow
    setting.poll()
    setting.clock.jump(3600)
    assert setting.error == -3600
    setting.poll()
    assert setting.error == 0


def test_a_machine_that_was_asleep_is_believed_with_the_next_poll() -> None:
    setting = Setting(controller_off=20)
    setting.clock.jump(7200)
    setting.true += timedelta(hours=2)
    assert setting.error == -7200
    setting.poll()
    assert setting.error == 0


def test_a_step_that_stands_is_followed_in_the_end() -> None:
    setting = Setting()
    setting.clock.jump(3600)
    assert setting.error == 0
    setting.advance(PATIENCE - 1)
    setting.poll()
    assert setting.error == 0
    setting.advance(1)
    assert setting.error == 3600


def test_patience_begins_anew_with_another_step() -> None:
    setting = Setting()
    for seconds in (3600, 7200):
        setting.clock.jump(seconds)
        assert setting.error == 0
        setting.advance(PATIENCE - 1)
        setting.poll()
    assert setting.error == 0
