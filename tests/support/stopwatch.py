"""How long a process takes, without the time for which other work kept it from a core."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

TURNS, WORK = 150_000, 0.005
"""So many additions are so many s of a core such as bounds are written for."""


def worked() -> float:
    """Return how long, in s of the core, the additions take on it just now."""
    began, total = time.thread_time(), 0
    for turn in range(TURNS):
        total += turn
    return time.thread_time() - began


def slowness(times: Iterable[float]) -> float:
    """Return how many times as long as on such a core the same work took, never less than once."""
    measured = [*times]
    return max(1.0, fmean(measured) / WORK) if measured else 1.0


class Took(NamedTuple):
    """What something took in s: by the clock, and without the time that it had to wait for a core."""

    wall: float
    own: float


class Stopwatch:
    """Measures from its making on what a process takes to start, or one that runs to end, as on a quiet machine.

    The wall time alone would fail on a machine that has other things to do; the CPU time alone would pass over what
    waits, for a lease, a lock or its disk. So the kernel is asked how long the process, and we who ask it, were
    ready to run while others had the cores: that is taken off the wall time, and is nothing on a quiet machine. Where
    the kernel does not tell (Linux's does), nothing is taken off.
    """

    def __init__(self, running: int = 0) -> None:
        self._began = time.monotonic()
        self._waited = _waited_for_a_core(_me()) + (_waited_for_a_core(f"{running}") if running else 0.0)

    def took(self, process: int) -> Took:
        """Return what it took until now a process that was started after this watch, or that it was made for.

        Of one that has ended the kernel still tells as long as nobody has asked for its status.
        """
        wall = time.monotonic() - self._began
        waited = _waited_for_a_core(f"{process}") + _waited_for_a_core(_me()) - self._waited
        return Took(wall, max(0.0, wall - waited))


def _me() -> str:
    return f"{os.getpid()}/task/{threading.get_native_id()}"


def _waited_for_a_core(task: str) -> float:
    """Return the s that a thread was ready to run and did not, since it began; of a process its first one's."""
    return ran_and_waited(task)[1]


def ran_and_waited(task: str) -> tuple[float, float]:
    """Return for how many s a thread has run, and waited for a core; 0 where it has ended or the kernel does not tell.

    `task` is its place below /proc, such as `7/task/8`.
    """
    try:
        ran, waited, *_ = Path(f"/proc/{task}/schedstat").read_text().split()
    except (OSError, ValueError):
        return 0.0, 0.0
    return int(ran) / 1e9, int(waited) / 1e9
