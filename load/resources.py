"""What a process uses while a load test runs: memory, threads, open files, and the size of its database."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

import psutil

from load import clock

WARM_UP = 0.25
"""Share of a run in which memory may grow: tables are read, histories rendered, caches filled."""
_END = 0.1
"""Share of a run whose median is its end, and the beginning that follows the warm-up."""


class Sample(NamedTuple):
    """What a process used at an instant (s since 1970)."""

    at: float
    memory: float
    """MB, resident."""
    threads: int
    files: int
    """Open files and sockets."""
    database: float
    """MB on the disk."""


class Watch:
    """Takes samples of a process, not more often than each `every` s."""

    def __init__(self, process: int, folder: Path, every: float) -> None:
        self._process = psutil.Process(process)
        self._folder = folder
        self._every = every
        self.samples: list[Sample] = []

    def look(self) -> None:
        """Take a sample when it is time."""
        at = clock.unix()
        if self.samples and at - self.samples[-1].at < self._every:
            return
        with self._process.oneshot():
            memory = self._process.memory_info().rss / 1e6
            threads = self._process.num_threads()
            files = self._process.num_fds() if psutil.POSIX else len(self._process.open_files())
        database = sum(file.stat().st_size for file in self._folder.glob("*.db*")) / 1e6
        self.samples.append(Sample(at, memory, threads, files, database))

    def keep(self, file: Path) -> None:
        """Write the samples as CSV."""
        with file.open("w", encoding="utf-8", newline="") as lines:
            rows = csv.writer(lines)
            rows.writerow(Sample._fields)
            rows.writerows(self.samples)


class Growth(NamedTuple):
    """What was used after the warm-up, and at the end."""

    what: str
    unit: str
    before: float
    after: float

    @property
    def share(self) -> float:
        """How much it grew, as a share of what it was."""
        return self.after / self.before - 1 if self.before else 0.0


def growths(samples: Sequence[Sample]) -> list[Growth]:
    """Compare the end of a run with the beginning after its warm-up; nothing to compare in a few samples."""
    first, some = int(len(samples) * WARM_UP), max(1, int(len(samples) * _END))
    if len(samples) < 2 * some + first or first == 0:
        return []
    before, after = samples[first : first + some], samples[-some:]
    return [
        Growth("memory", " MB", median(one.memory for one in before), median(one.memory for one in after)),
        Growth("threads", "", median(one.threads for one in before), median(one.threads for one in after)),
        Growth("open files", "", median(one.files for one in before), median(one.files for one in after)),
    ]
