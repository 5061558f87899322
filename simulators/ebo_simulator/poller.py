"""A whole product at work: one discovery, then values, alarms and history at the profile's intervals."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median, quantiles
from typing import TYPE_CHECKING

from ebo_simulator.errors import EboError
from ebo_simulator.feeds import AlarmList, Feed, PollingFeed, value_feed
from ebo_simulator.tree import Kind

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from ebo_simulator.clock import Clock
    from ebo_simulator.soap import Exchange
    from ebo_simulator.workstation import Workstation

MILLISECONDS = 1000


@dataclass(slots=True)
class Statistics:
    """What was sent and what came back; `seconds` are the answer times of each operation.

    `left_out` is what the profile would do and the server does not offer.
    """

    items: int = 0
    left_out: list[str] = field(default_factory=list)
    rounds: Counter[str] = field(default_factory=Counter)
    value_changes: int = 0
    alarm_events: int = 0
    history_records: int = 0
    seconds: dict[str, list[float]] = field(default_factory=dict)
    sizes: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    last_error: str = ""

    def count(self, exchange: Exchange) -> None:
        """Enter one request and its answer."""
        self.seconds.setdefault(exchange.operation, []).append(exchange.seconds)
        self.sizes[exchange.operation] += exchange.size
        if exchange.error:
            self.errors[exchange.error] += 1

    def operations(self) -> list[dict[str, object]]:
        """Give a row per operation: requests, bytes received, median, 95th percentile and maximum in ms."""
        return [
            {
                "operation": operation,
                "requests": len(seconds),
                "bytes": self.sizes[operation],
                "median_ms": round(median(seconds) * MILLISECONDS, 1),
                "p95_ms": round(percentile_95(seconds) * MILLISECONDS, 1),
                "max_ms": round(max(seconds) * MILLISECONDS, 1),
            }
            for operation, seconds in self.seconds.items()
        ]


def percentile_95(values: list[float]) -> float:
    """Give the value that 95 % do not exceed; of a single value itself."""
    return values[0] if len(values) == 1 else quantiles(values, n=20, method="inclusive")[-1]


class Poller:
    """Polls a server as the workstation's profile says; a failed round is counted and the next one tried on time."""

    def __init__(self, workstation: Workstation, clock: Clock) -> None:
        self.workstation = workstation
        self.clock = clock
        self.statistics = Statistics()
        self._feed: Feed | None = None
        self._alarms = AlarmList(workstation)
        self._history_to: datetime | None = None

    def run(self, seconds: float) -> Statistics:
        """Ask what the server offers, discover once, then poll that for `seconds`; a failure before ends the run."""
        client = self.workstation.client
        client.observer = self.statistics.count
        try:
            offered = client.get_web_service_information().operations
            self.statistics.items = len(self.workstation.discover().by_id)
            self._poll_until(self.clock.monotonic() + seconds, offered)
        finally:
            if self._feed is not None:
                self._feed.close()
            client.observer = None
        return self.statistics

    def _poll_until(self, end: float, offered: tuple[str, ...]) -> None:
        profile = self.workstation.profile
        tasks = [
            (profile.values_interval, "values", "GetValues", self._values),
            (profile.alarms_interval, "alarms", "GetAlarmEvents", self._alarm_events),
            (profile.history_interval, "history", "GetHistory", self._histories),
        ]
        due = {name: (self.clock.monotonic(), every, task) for every, name, _, task in tasks if every}
        self.statistics.left_out = [name for _, name, operation, _ in tasks if name in due and operation not in offered]
        for name in self.statistics.left_out:
            del due[name]
        if profile.subscriptions and "Subscribe" not in offered:
            self.statistics.left_out.append("subscriptions")
        while due:
            name = min(due, key=lambda waiting: due[waiting][0])
            at, every, task = due[name]
            if at >= end:
                break
            self.clock.wait(at - self.clock.monotonic())
            self._round(name, task)
            # A round that takes longer than its interval is followed by the next one, not by a heap of late ones.
            due[name] = (max(at + every, self.clock.monotonic()), every, task)
        self.clock.wait(end - self.clock.monotonic())

    def _round(self, name: str, task: Callable[[], None]) -> None:
        self.statistics.rounds[name] += 1
        try:
            task()
        except EboError as error:
            self.statistics.last_error = str(error)

    def _values(self) -> None:
        if self._feed is None:
            polls = "subscriptions" in self.statistics.left_out
            self._feed = PollingFeed(self.workstation) if polls else value_feed(self.workstation, self.clock)
        self.statistics.value_changes += len(self._feed.changes())

    def _alarm_events(self) -> None:
        self.statistics.alarm_events += len(self._alarms.changes())

    def _histories(self) -> None:
        """Read every history from where the last round ended; the first round goes back one interval."""
        now = self.clock.now()
        start = self._history_to or now - timedelta(seconds=self.workstation.profile.history_interval)
        for point in self.workstation.tree.root.all_points(Kind.HISTORY):
            self.statistics.history_records += len(self.workstation.history(point.path, start, now)[1])
        self._history_to = now
