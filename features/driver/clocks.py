"""The clocks that controller and connector share: time passes only when a step says so."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

from evce_connector.clock import ManualClock

MORNING = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


class ThreadedClock(ManualClock):
    """A clock on which threads wait until a step lets time pass.

    It is moved from one wait of a processor to the next. `late` are threads with something to do each second, that
    wait for the end of such a journey (`until`, s): woken at each of its stations they took a fifth of a scenario.
    """

    def __init__(self) -> None:
        super().__init__(MORNING)
        self.late: set[threading.Thread] = set()
        self.until = 0.0

    def wait(self, stop: threading.Event, seconds: float) -> bool:
        """Wait until the clock was moved that far, and further for those that are late."""
        if threading.current_thread() in self.late:
            seconds = max(seconds, self.until - self.monotonic())
        return super().wait(stop, seconds)


class SteppedClock(ManualClock):
    """A clock for one thread: whoever waits on it lets the time pass, since nobody else could."""

    def __init__(self) -> None:
        super().__init__(MORNING)

    def wait(self, stop: threading.Event, seconds: float) -> bool:
        """Let the seconds pass at once."""
        self.advance(max(0.0, seconds))
        return stop.is_set()
