"""The heartbeat: reductions that live only as long as Building Operation keeps writing an item (ours; optional).

With `writes.heartbeat_seconds` above 0 the item Interface/Heartbeat can be written. A reduction that was set without a
validity of its own gets the default validity, a short one then; while the heart beats it is renewed with each beat
that finds half of it over. After a pause longer than `heartbeat_seconds` everything set before is left to lapse; a
restart is such a pause. The controller itself ends what is not renewed, so this holds without the connector too.
"""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import NamedTuple

from evce_connector.clock import Clock

BEAT = "Heartbeat"


class Kept(NamedTuple):
    """A reduction of a zone (its folder) that lives by the heartbeat, as the controller confirmed it at `since` (s)."""

    folder: str
    value: float
    validity: datetime
    since: float


class Renewal(NamedTuple):
    """A reduction to be written again with another validity."""

    present: Kept
    validity: datetime


class Heartbeat:
    """Remembers what lives by the heartbeat, and says at each beat what is to be renewed; `pause` is in s, 0: off."""

    def __init__(self, pause: float, validity: timedelta | None, clock: Clock) -> None:
        self._pause, self._validity, self._clock = pause, validity or timedelta.max, clock
        self._kept: dict[str, Kept] = {}
        self._last = float("-inf")
        self._lock = threading.Lock()

    def keep(self, folder: str, value: float, validity: datetime, *, chosen: bool) -> None:
        """Remember a reduction (%) that was set until an instant (UTC).

        One whose end the client chose, or of 0, lives without the heartbeat.
        """
        with self._lock:
            if chosen or not value or not self._pause or self._is_over():
                self._kept.pop(folder, None)
            else:
                self._kept[folder] = Kept(folder, value, validity, self._clock.monotonic())

    def forget(self, folder: str) -> None:
        """Let a reduction lapse, because it is no longer ours."""
        with self._lock:
            self._kept.pop(folder, None)

    def beat(self) -> list[Renewal]:
        """Take a beat; returns what is to be renewed with it."""
        with self._lock:
            if self._is_over():
                self._kept.clear()
            now = self._last = self._clock.monotonic()
            aged = [(kept, timedelta(seconds=int(now - kept.since))) for kept in self._kept.values()]
            # The age is added, rather than a new end taken from our clock: the controller's may show another time.
            return [Renewal(kept, kept.validity + age) for kept, age in aged if age >= self._validity / 2]

    def _is_over(self) -> bool:
        """Tell whether the heart has not beaten for too long, or never yet."""
        return self._clock.monotonic() - self._last > self._pause
