"""What is counted and timed of a running connector, for whoever watches it: any thread adds, `/metrics` reads.

To add costs a look-up and an addition; sums and histograms are made when they are read.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field

Labels = tuple[str, ...]
"""Values of the labels of a figure, in their order; there are only so many, none is what a client sent."""
BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0)
"""Upper bounds in s of the classes that durations are counted in: from a value in memory to the longest poll."""
OK = "OK"
"""The outcome of an EWS request that was answered; others are the reasons of faults."""


class Tally:
    """Counts events by the values of their labels; those of `begin` are there from the start, with 0.

    >>> tally = Tally(("outcome",), [("confirmed",)])
    >>> tally.add("refused", count=2)
    >>> tally.read()
    {('confirmed',): 0, ('refused',): 2}
    """

    def __init__(self, labels: Labels, begin: Iterable[Labels] = ()) -> None:
        self.labels = labels
        self._counts = dict.fromkeys(begin, 0)
        self._lock = threading.Lock()

    def add(self, *values: str, count: int = 1) -> None:
        """Count an event, or several of one kind."""
        with self._lock:
            self._counts[values] = self._counts.get(values, 0) + count

    def read(self) -> dict[Labels, int]:
        """Return how many events there were, by the values of their labels."""
        with self._lock:
            return dict(self._counts)


@dataclass(slots=True)
class Classes:
    """Durations of one kind: how many fell in each class, the last of which has no bound, and their sum in s."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    seconds: float = 0.0

    def plus(self, other: Classes) -> Classes:
        """Return the durations of two kinds together."""
        counts = [one + another for one, another in zip(self.counts, other.counts, strict=True)]
        return Classes(counts, self.seconds + other.seconds)


class Timed:
    """Counts and times events in one go, by the values of their labels; `read` tells both.

    Durations are told by the first labels alone, `timed_by` in number: each further one multiplies their classes.
    """

    def __init__(self, labels: Labels, timed_by: int, begin: Iterable[Labels] = ()) -> None:
        self.labels, self.timed_by = labels, timed_by
        self._found = {values: Classes() for values in begin}
        self._lock = threading.Lock()

    def add(self, seconds: float, *values: str) -> None:
        """Take an event that took so long."""
        place = bisect_left(BOUNDS, seconds)
        with self._lock:
            found = self._found.get(values)
            if found is None:
                found = self._found[values] = Classes()
            found.counts[place] += 1
            found.seconds += seconds

    def counts(self) -> dict[Labels, int]:
        """Return how many events there were, by the values of all labels."""
        with self._lock:
            return {values: sum(found.counts) for values, found in self._found.items()}

    def durations(self) -> dict[Labels, Classes]:
        """Return how long they took, by the values of the first labels."""
        together: dict[Labels, Classes] = {}
        with self._lock:
            for values, found in self._found.items():
                of = values[: self.timed_by]
                together[of] = together.get(of, Classes()).plus(found)
        return together


def _outcomes(*words: str) -> list[Labels]:
    return [(word,) for word in words]


class Figures:
    """The figures of one running connector; they begin anew with each start, as counters of Prometheus may.

    What can happen is there from the start, with 0, so that the first time is seen as an increase.
    """

    def __init__(self) -> None:
        self.ews_logins = Tally(("outcome",), _outcomes("admitted", "asked", "refused", "slowed"))
        self.ews_requests = Timed(("operation", "outcome"), 1, [("GetValues", OK), ("SetValues", OK)])
        self.controller_requests = Timed(("method", "outcome"), 1, [("GET", "2xx"), ("GET", "none")])
        self.polls = Timed(
            ("outcome",), 0, _outcomes("good", "unreachable", "login", "busy", "refused", "shrunk", "unusable")
        )
        self.writes = Tally(("outcome",), _outcomes("confirmed", "refused", "sent", "answered"))
        self.log_runs = Tally(("outcome",), _outcomes("taken", "waiting", "missed"))
