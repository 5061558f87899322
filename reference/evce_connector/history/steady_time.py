"""UTC for logs: a step of the machine's clock that the charge controller contradicts is not followed at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from evce_connector.clock import Clock

SLEW = timedelta(seconds=60)
"""Differences up to this are a time server's work, and are followed."""
PATIENCE = 6 * 3600.0
"""Time in s after which a step is followed whatever the controller's clock says."""


class ReferenceClock(NamedTuple):
    """What the last good poll said of time: when it was by our clock, and how far the controller was ahead, in s."""

    polled: datetime
    skew: float


class _Step(NamedTuple):
    deviation: timedelta
    since: float
    polled: datetime


class SteadyTime:
    """Goes on with elapsed time while the machine's clock is set to and fro.

    The machine's clock is followed as long as it moves with elapsed time. When it is set by more than a minute, time
    goes on as before until the next good poll: then the charge controller's clock decides which of the two is right (a
    controller that tells no time contradicts none). A step that stands for six hours is followed anyway. So clocks
    that are set wrong and right again make no hole and no duplicate in a log, while a machine that was asleep, or that
    was put right, is believed.
    """

    def __init__(self, clock: Clock, reference_clock: Callable[[], ReferenceClock]) -> None:
        self._clock, self._reference_clock = clock, reference_clock
        self._origin = clock.now() - self._elapsed()
        self._step: _Step | None = None

    def _elapsed(self) -> timedelta:
        return timedelta(seconds=self._clock.monotonic())

    @property
    def held(self) -> timedelta:
        """How far the machine's clock is ahead of this one, because it was set and is not believed; else 0."""
        return self._step.deviation if self._step else timedelta(0)

    def now(self) -> datetime:
        """Return the present instant in UTC."""
        raw, steady = self._clock.now(), self._origin + self._elapsed()
        deviation = raw - steady
        if abs(deviation) > SLEW and not self._believed(deviation):
            return steady
        self._origin, self._step = self._origin + deviation, None
        return raw

    def _believed(self, deviation: timedelta) -> bool:
        """Tell whether a step is to be followed."""
        seen, now = self._reference_clock(), self._clock.monotonic()
        if self._step is None or abs(deviation - self._step.deviation) > SLEW:
            self._step = _Step(deviation, now, seen.polled)
        elif now - self._step.since >= PATIENCE:
            return True
        by_machine = timedelta(seconds=seen.skew)
        return seen.polled != self._step.polled and abs(by_machine) <= abs(by_machine + deviation)
