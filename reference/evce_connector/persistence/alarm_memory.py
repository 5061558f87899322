"""What of the alarms is in memory: how each is now, the last events, and those that the database has not taken yet."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from evce_connector.alarms.state_machine import NORMAL, AlarmEvent
from evce_connector.persistence.alarm_table import Course, Selection

MOST_RECENT = 10_000
"""Events that are read without the database; clients ask for those of the last minutes."""
MOST_WAITING = 10_000
"""Events that wait for the database at most, some 5 MB; beyond it the oldest go."""


class _Told(NamedTuple):
    event: AlarmEvent
    before: Course


class AlarmMemory:
    """Present states and last events; any thread may ask, and none waits for a database here.

    `whole_since` is the sequence after which every event is in memory, `present` the last event of each alarm.
    """

    def __init__(self, present: Mapping[str, AlarmEvent], courses: Mapping[str, Course], last: int) -> None:
        self.present = dict(present)
        self.whole_since = last
        self._courses = dict(courses)
        self._recent: deque[_Told] = deque()
        self._waiting: list[AlarmEvent] = []
        self._lock = threading.Lock()

    def show(self, events: Iterable[AlarmEvent]) -> None:
        """Take events as told, each after those before it."""
        with self._lock:
            for event in events:
                before = self._courses.get(event.alarm, Course())
                self._recent.append(_Told(event, before))
                self._courses[event.alarm] = before | {(event.priority, event.category)}
                if event.state is NORMAL:
                    del self._courses[event.alarm]
                self.present[event.alarm] = event
            while len(self._recent) > MOST_RECENT:
                self.whole_since = self._recent.popleft().event.sequence

    def wait_for(self, events: Iterable[AlarmEvent]) -> int:
        """Let events wait for the database; returns the sequence of the last that had to go for it, 0 if none had."""
        with self._lock:
            self._waiting += events
            lost = self._waiting[:-MOST_WAITING]
            del self._waiting[:-MOST_WAITING]
        return lost[-1].sequence if lost else 0

    def let_go(self, events: Iterable[AlarmEvent]) -> None:
        """Let events wait no longer: the database has them, or never takes them."""
        gone = {event.sequence for event in events}
        with self._lock:
            self._waiting = [event for event in self._waiting if event.sequence not in gone]

    def renumbered(self, present: Sequence[AlarmEvent]) -> AlarmMemory:
        """Return what is known of the alarms, with other numbers; earlier events are not in it."""
        last = present[-1].sequence if present else self.whole_since
        return AlarmMemory({event.alarm: event for event in present}, self._courses, last)

    @property
    def waiting(self) -> list[AlarmEvent]:
        """The events that the database has not taken yet, oldest first."""
        with self._lock:
            return list(self._waiting)

    def recent(self) -> list[AlarmEvent]:
        """Return the last events, oldest first."""
        with self._lock:
            return [told.event for told in self._recent]

    def events(self, selection: Selection, after: int, until: int, *, followed: bool) -> list[AlarmEvent]:
        """Return the events in memory after one sequence and up to another, oldest first.

        With `followed`, an alarm that was among the chosen ones stays among them until it is Normal again.
        """
        with self._lock:
            found = [told for told in self._recent if after < told.event.sequence <= until]
        return [told.event for told in found if selection.holds(told.event) or (followed and _held(selection, told))]

    def forget(self, sequences: Iterable[int]) -> None:
        """Forget events that are deleted from the database."""
        gone = set(sequences)
        with self._lock:
            self._recent = deque(told for told in self._recent if told.event.sequence not in gone)


def _held(selection: Selection, told: _Told) -> bool:
    """Tell whether a selection held an earlier event of the same occurrence."""
    return any(
        selection.holds(replace(told.event, priority=priority, category=category)) for priority, category in told.before
    )
