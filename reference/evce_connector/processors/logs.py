"""EvceLogsProcessor: writes the nine series of each zone and station at boundaries of its interval (P-3, P-4, D-6)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from logging import INFO, WARNING
from typing import ClassVar

from sqlalchemy import Connection

from evce_connector.alarms.rules import Condition
from evce_connector.history.schedule import Due, LogPosition, due, until_next
from evce_connector.history.steady_time import ReferenceClock, SteadyTime
from evce_connector.persistence.snapshots import enter_fact
from evce_connector.persistence.waiting_samples import Sample
from evce_connector.points.interface import InterfacePoints
from evce_connector.points.tree import HistoryItem, Tree
from evce_connector.processors.base import Context, Processor, Prompt
from evce_connector.processors.status import SETUP_PAUSE, WAITING
from evce_connector.processors.unreadable import GOOD
from evce_connector.site.values import EPOCH, State, utc_text

POSITION = "logs.position"
"""The fact that says how far the logs are."""
LONGEST_WAIT = 10.0
"""Time in s between two looks at the clock, shorter than any tolerance: it may be set."""
RETRY = 1.0
"""Time in s after which the database is asked again that took nothing."""


class EvceLogsProcessor(Processor):
    """Long running: takes samples of what the store shows, and never asks the controller.

    A sample is taken on time: at its boundary, or up to one status interval later. It holds value and state; what is
    Offline leaves a gap. What could not be taken on time is missed, counted in LogsMissed, and named in LogsState and
    in the log; nothing is dated back. What the database does not take waits in memory with its time; when that is too
    much the oldest go, and count as missed as well.
    """

    name: ClassVar[str] = "EvceLogsProcessor"
    long_running: ClassVar[bool] = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.time = SteadyTime(context.clock, partial(reference_clock, context.items.interface))
        self._series: tuple[int, list[HistoryItem]] = (-1, [])
        self._position: LogPosition | None = None
        self._words, self._said = GOOD, ""
        self._late: str | None = None
        self._first_lost: datetime | None = None
        self._times_lost = 0
        self._held = False

    @property
    def interval(self) -> timedelta:
        """Time from one sample to the next."""
        return timedelta(minutes=self.context.configuration.logs.interval_minutes)

    @property
    def tolerance(self) -> timedelta:
        """How late a sample may be taken: by then every value was polled since the boundary, or is Uncertain."""
        return timedelta(seconds=self.context.configuration.status.interval_seconds)

    def waits_for(self) -> str:
        """Say that there is no tree yet."""
        return WAITING if self.context.items.index is None else ""

    def execute(self, stop: threading.Event) -> list[Prompt]:
        """Take samples until stopped."""
        while not stop.is_set():
            self.context.clock.wait(stop, self.cycle())
        return []

    def cycle(self) -> float:
        """Take the samples that are due now, if set-up has made a tree; returns s until the next look."""
        context, storage = self.context, self.context.storage
        if context.items.index is None:
            self._say(WAITING)
            return SETUP_PAUSE
        now = self.time.now()
        self._say_held()
        if self._position is None:
            storage.attempt("history", partial(self._take_up, now))
        if self._position is not None and (found := due(self._position, now, self.interval, self.tolerance)):
            self._run(found)
        self._tell_lost()
        storage.flush()
        self._say(self._words)
        self._alarm(late="" if self._words == GOOD else self._words)
        return RETRY if storage.trouble else min(LONGEST_WAIT, until_next(now, self.interval))

    def _take_up(self, now: datetime) -> None:
        """Take up where the logs were before this start."""
        text = self.context.snapshots.fact(POSITION)
        self._show(LogPosition.of_text(text) if text else LogPosition.first(now, self.interval, self.tolerance))

    def _run(self, found: Due) -> None:
        """Take the samples of a boundary, or let it go; position and samples are kept together."""
        context = self.context
        samples = list(self._samples(found.at)) if found.at else []
        keep = partial(_keep_position, found.position)
        kept = context.storage.attempt("history", lambda: context.history.append(samples, keep))
        runs = context.figures.log_runs
        if found.at:
            runs.add("taken" if kept else "waiting")
        if found.missed:
            runs.add("missed", count=found.missed)
        self._show(found.position)
        words = ""
        if found.missed:
            first = utc_text(found.first_missed)
            words = f"samples were missed {found.missed} times, first at {first}: the connector was late or did not run"
        self._words = words or GOOD

    def _alarm(self, late: str) -> None:
        """Tell the interface's alarm in words what the logs lack, or that it is nothing any more."""
        if late != self._late:
            self.context.interface_alarm.report(Condition.LOGS_LATE, late)
            self._late = late

    def _tell_lost(self) -> None:
        """Count samples that had to go before the database took them, and say so: once when it begins, once after."""
        context, position = self.context, self._position
        lost = context.history.waiting.take_lost()
        if lost and position is not None:
            context.figures.log_runs.add("missed", count=len(lost))
            self._show(replace(position, missed=position.missed + len(lost)))
            if self._first_lost is None:
                self._first_lost = lost[0]
            self._times_lost += len(lost)
        if self._first_lost is None:
            return
        first, why = utc_text(self._first_lost), "the database took nothing for too long"
        if context.history.waiting:
            self._words = f"samples are missed from {first} on: {why}"
        else:
            self._words = f"samples were missed {self._times_lost} times, first at {first}: {why}"
            self._first_lost, self._times_lost = None, 0

    def _samples(self, at: datetime) -> Iterator[tuple[str, Sample]]:
        """Yield what the logged items show now, all of one poll; nothing of what is Offline."""
        items = self.context.items
        with items.lock:
            items.apply_staleness()
            for history in self._histories(items.tree):
                value, state = history.source.value, history.source.state
                if state is not State.OFFLINE and isinstance(value, float):
                    yield history.key, Sample(at, value, state)

    def _histories(self, tree: Tree) -> list[HistoryItem]:
        """Return all history items of the tree."""
        revision, found = self._series
        if revision != tree.hierarchy_revision:
            revision = tree.hierarchy_revision
            found = [history for folder in tree.root.walk() for history in folder.histories]
            self._series = revision, found
        return found

    def _show(self, position: LogPosition) -> None:
        """Take over a position, and show it in the tree."""
        self._position = position
        self.context.items.interface.set(LogsMissed=position.missed)
        if position.taken is not None:
            self.context.items.interface.set(LastLog=position.taken)

    def _say(self, state: str) -> None:
        """Show the state in the tree, and log it once when it changes; of the database's troubles Storage logs."""
        if state != self._said:
            self.context.log.log(INFO if state == GOOD else WARNING, "%s: %s", self.name, state)
            self._said = state
        self.context.items.interface.set(LogsState=self.context.storage.trouble or state)

    def _say_held(self) -> None:
        """Log once that the machine's clock was set and is not believed, and once that it is again."""
        if bool(self.time.held) == self._held:
            return
        self._held = bool(self.time.held)
        seconds = self.time.held.total_seconds()
        words = f"the machine's clock was set by {seconds:+.0f} s; logs go on with the time before" if seconds else GOOD
        self.context.log.log(WARNING if seconds else INFO, "%s: time: %s", self.name, words)


def reference_clock(points: InterfacePoints) -> ReferenceClock:
    """Return what the last good poll said of the controller's clock."""
    polled, skew = points.get("LastGoodPoll"), points.get("ClockSkew")
    if isinstance(polled, datetime) and isinstance(skew, float):
        return ReferenceClock(polled, skew)
    return ReferenceClock(EPOCH, 0.0)


def _keep_position(position: LogPosition, connection: Connection) -> None:
    enter_fact(connection, POSITION, position.text())
