"""Time enters load tests and the benchmark here and nowhere else."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime


def now() -> datetime:
    """Return the present instant in UTC."""
    return datetime.now(UTC)


def unix() -> float:
    """Return seconds since 1970, for reports."""
    return time.time()


def shared() -> float:
    """Return seconds that every process of this machine counts alike, and that no correction of its clock moves."""
    return time.monotonic()


def wall() -> float:
    """Return seconds that never jump, for durations."""
    return time.perf_counter()


def cpu() -> float:
    """Return the CPU seconds that this process has used."""
    return time.process_time()


def pause(seconds: float) -> None:
    """Do nothing for so many seconds."""
    time.sleep(max(0.0, seconds))


def until(condition: Callable[[], object], seconds: float, every: float = 0.02) -> bool:
    """Wait until a condition holds; false when it does not within so many seconds."""
    deadline = wall() + seconds
    while not condition():
        if wall() >= deadline:
            return False
        pause(every)
    return True


def rounds(seconds: float, most: int) -> Iterator[int]:
    """Count from 0 until so many seconds are over or `most` is reached."""
    deadline = wall() + seconds
    for count in range(most):
        if wall() >= deadline:
            return
        yield count


@dataclass(frozen=True)
class Cost:
    """What something took: CPU of this process and wall time, both in s."""

    cpu: float
    wall: float


def cost_of(work: Callable[[], object]) -> Cost:
    """Do some work once and say what it took."""
    cpu_before, wall_before = cpu(), wall()
    work()
    return Cost(cpu() - cpu_before, wall() - wall_before)
