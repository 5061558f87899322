"""Time enters the simulator here and nowhere else: clocks that go by themselves, by hand, or as a user commands."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What the simulator knows of time; any object with these three methods will do."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC; it jumps when the wall clock is set."""
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


class ManualClock:
    """A clock that stands still until it is told to go on; threads that wait on it wake when their time has come.

    >>> clock = ManualClock()
    >>> clock.advance(90)
    >>> clock.now().isoformat(), clock.monotonic()
    ('2026-01-05T06:01:30+00:00', 90.0)
    """

    def __init__(self, start: datetime = datetime(2026, 1, 5, 6, tzinfo=UTC)) -> None:
        self._now = start
        self._seconds = 0.0
        self._moved = threading.Condition()

    def now(self) -> datetime:
        """Return the instant that was set."""
        return self._now

    def monotonic(self) -> float:
        """Return the seconds advanced so far."""
        return self._seconds

    def advance(self, seconds: float) -> None:
        """Let time pass: both clocks move on and waits that are due return."""
        with self._moved:
            self._seconds += seconds
            self._now += timedelta(seconds=seconds)
            self._moved.notify_all()

    def jump(self, seconds: float) -> None:
        """Set the wall clock forward or back, as a time server does; monotonic time does not move."""
        self._now += timedelta(seconds=seconds)

    def wait(self, stop: threading.Event, seconds: float) -> bool:
        """Wait until the clock was advanced that far; a stop is noticed within 20 ms of real time."""
        with self._moved:
            due = self._seconds + seconds
            while self._seconds < due and not stop.is_set():
                self._moved.wait(0.02)
        return stop.is_set()


class VirtualClock:
    """The site's clock on top of another one: faster, paused, stepped, or with its wall clock set.

    `step` lets time pass on the site; `jump` only sets the wall clock, as a time server does. At speed 1, untouched and
    without a start, it shows exactly what the clock below shows. ValueError when a speed is not above 0, or a step is
    below 0 s.

    >>> below = ManualClock()
    >>> clock = VirtualClock(below, speed=60)
    >>> below.advance(1)
    >>> clock.step(30)
    >>> clock.monotonic()
    90.0
    """

    def __init__(self, below: Clock, speed: float = 1.0, start: datetime | None = None) -> None:
        if speed <= 0:
            raise ValueError(f"the speed of the clock must be above 0, not {speed}")
        self._below = below
        self._lock = threading.RLock()
        self._speed = speed
        self._paused = False
        self._anchor_seconds = below.monotonic()
        self._anchor_now = below.now()
        self._seconds = 0.0
        self._now = start or self._anchor_now

    @property
    def speed(self) -> float:
        """Site seconds in a second of the clock below."""
        return self._speed

    @property
    def paused(self) -> bool:
        """Whether time stands still."""
        return self._paused

    def now(self) -> datetime:
        """Return the instant that the site's wall clock shows, in UTC."""
        with self._lock:
            return self._now if self._paused else self._now + (self._below.now() - self._anchor_now) * self._speed

    def monotonic(self) -> float:
        """Return the seconds that have passed on the site since this clock was made."""
        with self._lock:
            passed = 0.0 if self._paused else (self._below.monotonic() - self._anchor_seconds) * self._speed
            return self._seconds + passed

    def wait(self, stop: threading.Event, seconds: float) -> bool:
        """Wait in site seconds as the speed is now; a pause does not hold a wait that has begun."""
        return self._below.wait(stop, max(0.0, seconds) / self._speed)

    def set_speed(self, speed: float) -> None:
        """Run that many times faster than the clock below from now on."""
        if speed <= 0:
            raise ValueError(f"the speed of the clock must be above 0, not {speed}")
        with self._lock:
            self._settle()
            self._speed = speed

    def pause(self) -> None:
        """Stop time on the site."""
        with self._lock:
            self._settle()
            self._paused = True

    def resume(self) -> None:
        """Let time go on."""
        with self._lock:
            self._settle()
            self._paused = False

    def step(self, seconds: float) -> None:
        """Let that many seconds pass at once; works while paused too."""
        if seconds < 0:
            raise ValueError(f"time can only step forward, not by {seconds} s; use jump to set the wall clock back")
        with self._lock:
            self._settle()
            self._seconds += seconds
            self._now += timedelta(seconds=seconds)

    def jump(self, seconds: float) -> None:
        """Set the wall clock that much forward or back; nothing on the site passes."""
        with self._lock:
            self._settle()
            self._now += timedelta(seconds=seconds)

    def _settle(self) -> None:
        """Take over what has passed, so that the pace may change from here."""
        now, seconds = self.now(), self.monotonic()
        self._anchor_seconds, self._anchor_now = self._below.monotonic(), self._below.now()
        self._now, self._seconds = now, seconds
