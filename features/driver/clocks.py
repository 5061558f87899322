"""The clocks that controller and connector share: time passes only when a step says so."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Protocol

from evce_connector.clock import ManualClock

MORNING = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


class ThreadedClock(ManualClock):
    """A clock on which threads wait until a step lets time pass.

    It is moved from one wait of a processor to the next. `late` are threads that look each second whether there is
    something to do: they wait for the end of such a journey (`until`, s) or until they are called, since to wake them
    at each of its stations took most of a scenario.
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

    def call(self, thread: threading.Thread) -> None:
        """Let a thread that waits have its turn now."""
        with self._lock:
            if waits := self._waiting.get(thread.ident or 0):
                wake = waits[1]
                self._waiting[thread.ident or 0] = self._monotonic, wake
                wake.set()


class Watcher(Protocol):
    """Somebody who looks at the site while others wait; `due` is when, in monotonic s."""

    due: float

    def look(self) -> None:
        """Look, if that is due."""


class SteppedClock(ManualClock):
    """A clock for one thread: whoever waits on it lets the time pass, since nobody else could.

    A `watcher` has his looks in between, as he would on a thread of his own.
    """

    def __init__(self) -> None:
        super().__init__(MORNING)
        self.watcher: Watcher | None = None

    def wait(self, stop: threading.Event, seconds: float) -> bool:
        """Let the seconds pass at once."""
        end = self.monotonic() + max(0.0, seconds)
        while self.watcher is not None and self.watcher.due < end:
            self.advance(max(0.0, self.watcher.due - self.monotonic()))
            self.watcher.look()
        self.advance(max(0.0, end - self.monotonic()))
        return stop.is_set()
