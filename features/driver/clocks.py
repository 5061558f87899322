"""The clocks that controller and connector share: time passes only when a step says so."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

from evce_connector.clock import ManualClock

MORNING = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


def threaded_clock() -> ManualClock:
    """Make a clock on which threads wait until a step lets time pass."""
    return ManualClock(MORNING)


class SteppedClock(ManualClock):
    """A clock for one thread: whoever waits on it lets the time pass, since nobody else could."""

    def __init__(self) -> None:
        super().__init__(MORNING)

    def wait(self, stop: threading.Event, seconds: float) -> bool:
        """Let the seconds pass at once."""
        self.advance(max(0.0, seconds))
        return stop.is_set()
