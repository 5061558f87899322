"""The worker threads: so many processors run at once, each on a thread with a number (C-2)."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from evce_connector.clock import Clock, SystemClock

_REAL = SystemClock()
"""Whoever waits for a thread to end waits in real seconds."""


class ThreadStatus(StrEnum):
    """What a worker thread does, in the guide's words where it has them."""

    WAITING = "Waiting For Work"
    RUNNING = "Running"
    STOPPING = "Stopping"


@dataclass(frozen=True)
class ThreadLine:
    """What is known of a worker thread: its number from 1 on, and for how many s it runs which configuration."""

    number: int
    status: ThreadStatus
    elapsed: float | None = None
    configuration: str = ""


@dataclass(frozen=True)
class Work:
    """What a worker thread is given: a run of a processor configuration, and what asks it to stop."""

    configuration: str
    thread_name: str
    run: Callable[[], None]
    stop: threading.Event


class WorkerThreads:
    """A fixed number of threads that take work in the order in which it was given."""

    def __init__(self, number: int, clock: Clock) -> None:
        self._clock = clock
        self._work: queue.SimpleQueue[Work | None] = queue.SimpleQueue()
        self._busy: dict[int, tuple[Work, float]] = {}
        self._threads = [
            threading.Thread(target=self._run, args=(one,), name=_idle(one), daemon=True) for one in _numbers(number)
        ]

    def start(self) -> None:
        """Start the threads."""
        for thread in self._threads:
            thread.start()

    @property
    def all(self) -> tuple[threading.Thread, ...]:
        """The threads, by their numbers."""
        return tuple(self._threads)

    def give(self, work: Work) -> None:
        """Have work done by the next thread that is free; it must not raise."""
        self._work.put(work)

    def lines(self) -> list[ThreadLine]:
        """Say of each thread what it does."""
        return [self._line(number) for number in _numbers(len(self._threads))]

    def _line(self, number: int) -> ThreadLine:
        work, started = self._busy.get(number, (None, 0.0))
        if work is None:
            return ThreadLine(number, ThreadStatus.WAITING)
        status = ThreadStatus.STOPPING if work.stop.is_set() else ThreadStatus.RUNNING
        return ThreadLine(number, status, self._clock.monotonic() - started, work.configuration)

    def end(self) -> None:
        """Let each thread end after the work that it does; what waits is left undone by whoever gave it."""
        for _ in self._threads:
            self._work.put(None)

    def join(self, timeout: float) -> None:
        """Wait so many s for the threads to end, if they ever ran."""
        until = _REAL.monotonic() + timeout
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(max(0.0, until - _REAL.monotonic()))

    def _run(self, number: int) -> None:
        thread = threading.current_thread()
        while (work := self._work.get()) is not None:
            self._busy[number] = work, self._clock.monotonic()
            thread.name = work.thread_name
            work.run()
            del self._busy[number]
            thread.name = _idle(number)


def _numbers(count: int) -> range:
    """Return the threads' numbers as the guide's Status page counts them."""
    return range(1, count + 1)


def _idle(number: int) -> str:
    return f"worker-{number}"
