"""The journal of requests to the simulated API, for tests to assert on; it holds no credentials and no bodies."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

_KEPT = 100_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One request as it was answered: when it came (UTC, and seconds that never jump), what it was, how it ended.

    `path` is the path after /api/v2, without the query. `status` is 0 when no HTTP status was sent (a connection that
    was reset or closed). `seconds` is how long the answer took by the simulator's clock; `fault` names the fault that
    hit it.
    """

    number: int
    time: datetime
    monotonic: float
    method: str
    path: str
    query: str
    status: int
    seconds: float
    fault: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the entry for a machine."""
        return asdict(self) | {"time": self.time.isoformat().replace("+00:00", "Z")}


class Journal:
    """All requests in the order of their coming; the oldest are dropped beyond 100,000."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=_KEPT)
        self._arrived = threading.Condition(threading.RLock())
        self._count = 0

    def add(self, **parts: Any) -> None:  # noqa: ANN401 - the fields of Entry, by name
        """Note a request that was answered."""
        with self._arrived:
            self._count += 1
            self._entries.append(Entry(number=self._count, **parts))
            self._arrived.notify_all()

    def entries(
        self,
        method: str | None = None,
        path: str | None = None,
        status: int | None = None,
        fault: str | None = None,
        since: float | None = None,
    ) -> list[Entry]:
        """Return the requests that fit all that is given; `since` is monotonic, a path ending in * is a beginning."""
        with self._arrived:
            entries = list(self._entries)
        return [
            entry
            for entry in entries
            if (method is None or entry.method == method.upper())
            and (path is None or _fits(entry.path, path))
            and (status is None or entry.status == status)
            and (fault is None or entry.fault == fault)
            and (since is None or entry.monotonic >= since)
        ]

    def count(
        self,
        method: str | None = None,
        path: str | None = None,
        status: int | None = None,
        fault: str | None = None,
        since: float | None = None,
    ) -> int:
        """Count the requests that fit."""
        return len(self.entries(method, path, status, fault, since))

    def wait_for(self, count: int, path: str | None = None, method: str | None = None, timeout: float = 10) -> None:
        """Wait until so many fitting requests were answered; TimeoutError after `timeout` real seconds."""
        with self._arrived:
            if not self._arrived.wait_for(lambda: self.count(method, path) >= count, timeout):
                seen = self.count(method, path)
                raise TimeoutError(f"{seen} of {count} requests to {path or 'any path'} came within {timeout} s.")

    def intervals(self, path: str, method: str = "GET") -> list[float]:
        """Return the seconds from the start of each request on a path to the start of the next."""
        starts = [entry.monotonic for entry in self.entries(method, path)]
        return [after - before for before, after in pairwise(starts)]

    def clear(self) -> None:
        """Forget all requests."""
        with self._arrived:
            self._entries.clear()

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries())


def _fits(path: str, wanted: str) -> bool:
    return path.startswith(wanted[:-1]) if wanted.endswith("*") else path == wanted
