"""Time enters the connector here and nowhere else: UTC now, a monotonic count, and a wait that can be cancelled."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

LOOK_FIRST, LOOK_EVERY = 0.02, 0.3
"""Real seconds in which a thread that waits on a manual clock looks whether it has to stop: at first, and at most."""


class Clock(Protocol):
    """What the connector knows of time."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC; it jumps when the machine's clock is set."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never jump; only differences mean something."""
        ...

    def wait(self, stop: threading.Event, seconds: float) -> bool:
        """Wait that many seconds or until `stop` is set; true when it was set."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the present instant in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return the system's monotonic seconds."""
        return time.monotonic()

    def wait(self, stop: threading.Event, seconds: float) -> bool:
        """Wait in real seconds."""
        return stop.wait(max(0.0, seconds))


class ElapsedTime:
    """The instant at which it was made plus what has elapsed since, however the clock is set.

    >>> clock = ManualClock()
    >>> time = ElapsedTime(clock)
    >>> clock.advance(60)
    >>> clock.jump(-3600)
    >>> time.now().isoformat()
    '2026-01-01T00:01:00+00:00'
    """

    def __init__(self, clock: Clock) -> None:
        self._clock, self._began, self._count = clock, clock.now(), clock.monotonic()

    def now(self) -> datetime:
        """Return the instant in UTC; it never jumps."""
        return self._began + timedelta(seconds=self._clock.monotonic() - self._count)


class ScaledClock:
    """A clock that runs `speed` times faster than the machine's, from `start` (UTC) on: a day in minutes.

    ValueError when the speed is not above 0.
    """

    def __init__(self, speed: float, start: datetime | None = None) -> None:
        if speed <= 0:
            raise ValueError(f"speed must be above 0, not {speed}")
        self._speed = speed
        self._origin = time.monotonic()
        self._start = start or datetime.now(UTC)

    def now(self) -> datetime:
        """Return the simulated instant in UTC."""
        return self._start + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        """Return simulated seconds since this clock was made."""
        return (time.monotonic() - self._origin) * self._speed

    def wait(self, stop: threading.Event, seconds: float) -> bool:
        """Wait in simulated seconds."""
        return stop.wait(max(0.0, seconds) / self._speed)


class ManualClock:
    """A clock that stands still until it is told to go on; threads that wait on it wake when their time has come.

    >>> clock = ManualClock()
    >>> clock.advance(90)
    >>> clock.now().isoformat(), clock.monotonic()
    ('2026-01-01T00:01:30+00:00', 90.0)
    >>> clock.jump(-3600)
    >>> clock.now().isoformat(), clock.monotonic()
    ('2025-12-31T23:01:30+00:00', 90.0)
    """

    def __init__(self, start: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
        self._now = start
        self._monotonic = 0.0
        self._lock = threading.Lock()
        self._waiting: dict[int, tuple[float, threading.Event]] = {}

    def now(self) -> datetime:
        """Return the instant that was set."""
        return self._now

    def monotonic(self) -> float:
        """Return the seconds advanced so far."""
        return self._monotonic

    def advance(self, seconds: float) -> None:
        """Let time pass: both clocks move on and waits that are due return; the others sleep on."""
        with self._lock:
            self._monotonic += seconds
            self._now += timedelta(seconds=seconds)
            for due, wake in self._waiting.values():
                if due <= self._monotonic:
                    wake.set()

    def jump(self, seconds: float) -> None:
        """Set the wall clock forward or back, as a time server does; monotonic time does not move."""
        self._now += timedelta(seconds=seconds)

    def waiting(self) -> list[float]:
        """Return the seconds that each waiting thread still has to wait."""
        return sorted(self.waits().values())

    def waits(self) -> dict[int, float]:
        """Return the same by the threads' identifiers."""
        with self._lock:
            return {thread: due - self._monotonic for thread, (due, _) in self._waiting.items()}

    def wait(self, stop: threading.Event, seconds: float) -> bool:
        """Wait until the clock was advanced that far; a stop is noticed soon, the later the longer nothing moved."""
        wake = threading.Event()
        with self._lock:
            due = self._monotonic + seconds
            if due <= self._monotonic:
                return stop.is_set()
            self._waiting[threading.get_ident()] = due, wake
        pause = LOOK_FIRST
        try:
            while not stop.is_set() and not wake.wait(pause):
                pause = min(2 * pause, LOOK_EVERY)
        finally:
            with self._lock:
                del self._waiting[threading.get_ident()]
        return stop.is_set()
