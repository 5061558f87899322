"""Samples that the database has not taken yet, in memory: bounded, in their order, and readable meanwhile."""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from evce_connector.site.values import State

MOST_WAITING = 500_000
"""Samples that wait at most, some 100 MB: of 500 stations at 15 min a whole day, of 40 stations two weeks."""


class Sample(NamedTuple):
    """One record of a log: what the value was at an instant (UTC)."""

    time: datetime
    value: float
    state: State


class Batch(NamedTuple):
    """What is written in one transaction: samples with the ids of their items, and what is kept with them."""

    samples: Sequence[tuple[str, Sample]]
    also: Callable[[Connection], None] | None


class WaitingSamples:
    """Batches in the order they came; any thread may ask."""

    def __init__(self, most: int = MOST_WAITING) -> None:
        self._most = most
        self._batches: deque[Batch] = deque()
        self._count = 0
        self._by_item: defaultdict[str, deque[Sample]] = defaultdict(deque)
        self._lost: list[datetime] = []
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """Count the samples."""
        return self._count

    def add(self, batch: Batch) -> None:
        """Take a batch; when they are too many the oldest go, but never the last one."""
        with self._lock:
            self._batches.append(batch)
            self._count += len(batch.samples)
            for item, sample in batch.samples:
                self._by_item[item].append(sample)
            while self._count > self._most and len(self._batches) > 1:
                self._lost += sorted({sample.time for _, sample in self._remove_first().samples})

    def first(self) -> Batch | None:
        """Return the oldest batch, None when nothing waits."""
        with self._lock:
            return self._batches[0] if self._batches else None

    def let_go(self, batch: Batch) -> None:
        """Let the oldest batch wait no longer, if it is still this one."""
        with self._lock:
            if self._batches and self._batches[0] is batch:
                self._remove_first()

    def _remove_first(self) -> Batch:
        batch = self._batches.popleft()
        self._count -= len(batch.samples)
        for item, _ in batch.samples:
            self._by_item[item].popleft()
            if not self._by_item[item]:
                del self._by_item[item]
        return batch

    def of(self, item: str) -> list[Sample]:
        """Return what waits of an item."""
        with self._lock:
            return list(self._by_item.get(item, ()))

    def take_lost(self) -> list[datetime]:
        """Return the instants (UTC) of samples that had to go since this was asked last."""
        with self._lock:
            lost, self._lost = self._lost, []
            return lost
