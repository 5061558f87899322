"""The only place of this package that asks the computer for the time."""

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Time as the client needs it."""

    def now(self) -> datetime:
        """Tell the time of day, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds since an arbitrary start, for measuring how long something took."""
        ...

    def wait(self, seconds: float) -> None:
        """Let `seconds` pass."""
        ...


class SystemClock:
    """The computer's clock."""

    def now(self) -> datetime:
        """Tell the time of day, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds of the performance counter."""
        return time.perf_counter()

    def wait(self, seconds: float) -> None:
        """Wait for `seconds`; Ctrl-C ends it."""
        # An event that nobody sets, because Ctrl-C interrupts its wait on Windows and Linux alike.
        threading.Event().wait(max(0.0, seconds))


class ManualClock:
    """A clock that moves only when told, or when somebody waits: a day of polling runs in a moment."""

    def __init__(self, start: datetime) -> None:
        self._now = start
        self._elapsed = 0.0

    def now(self) -> datetime:
        """Tell the time that was set, in UTC."""
        return self._now

    def monotonic(self) -> float:
        """Seconds passed since the start."""
        return self._elapsed

    def wait(self, seconds: float) -> None:
        """Pass `seconds` at once."""
        self.advance(max(0.0, seconds))

    def advance(self, seconds: float) -> None:
        """Move forward by `seconds`."""
        self._elapsed += seconds
        self._now += timedelta(seconds=seconds)
