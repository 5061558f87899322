"""The alarm log: the present state of every alarm, and an event for every transition, kept in the database.

Memory comes first: what moves is told and can be acknowledged whatever the database does. What it cannot take now
waits, and is written before whatever comes next.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, Engine, delete, insert, select
from sqlalchemy.exc import SQLAlchemyError

from evce_connector.alarms.state_machine import (
    ACKNOWLEDGED,
    NORMAL,
    AlarmEvent,
    AlarmState,
    Input,
    Judgement,
    follow,
    moved,
)
from evce_connector.persistence.alarm_memory import AlarmMemory
from evce_connector.persistence.alarm_table import (
    EVENTS,
    Selection,
    categories_of,
    courses,
    events_table,
    facts_of,
    facts_table,
    last_events,
    last_sequence,
    row_of,
    selected,
)
from evce_connector.persistence.attempts import NEVER_TAKEN, Attempts
from evce_connector.persistence.instants import to_micros
from evce_connector.persistence.pieces import delete_rows, old_rows
from evce_connector.persistence.turns import writing
from evce_connector.points.tree import AlarmItem
from evce_connector.site.values import utc_text

LOGGER = logging.getLogger("evce_connector")
TYPES = ("EVCE Availability", "EVCE Communication", "EVCE Fault", "EVCE Interface", "EVCE Load management")
"""Categories known from the start; an alarm's category is its Type on the wire."""
_LONGEST = 18
"""Digits of a sequence that fits the database."""


class AlarmLog:
    """Moves alarms and remembers. What a method returns is committed, or waits while the database takes nothing.

    LastUpdate is `<book>.<sequence>`: it survives a restart, and another database does not know it. Events that the
    database did not take have the microseconds of that instant as numbers: should this process end before they are
    written, no later start tells others by them, and whoever names one is told everything anew.
    """

    def __init__(self, engine: Engine, types: Iterable[str] = TYPES) -> None:
        self._engine = engine
        self._attempts = Attempts(engine)
        self._lock = threading.Lock()
        with engine.connect() as connection:
            facts, last = facts_of(connection), last_sequence(connection)
            present = last_events(connection)
            earlier = courses(connection)
            categories = categories_of(connection)
        self._epoch = facts.get("epoch") or secrets.token_hex(4)
        self._facts_kept = {"epoch", "pruned"} <= facts.keys()
        self._pruned = int(facts["pruned"]) if self._facts_kept else last
        self._last = self._written = max(self._pruned, last)
        self._memory = AlarmMemory(present, earlier, self._last)
        self._types = set(types) | set(categories)
        self._doubtful = False
        with suppress(SQLAlchemyError):  # the first event enters them otherwise
            self._write([])

    @property
    def last(self) -> int:
        """Sequence of the last event, 0 before the first ever."""
        return self._last

    @property
    def types(self) -> list[str]:
        """Every category that alarms have or had."""
        return sorted(self._types)

    @property
    def waiting(self) -> list[AlarmEvent]:
        """The events that the database has not taken yet, oldest first."""
        return self._memory.waiting

    def event(self, alarm: str) -> AlarmEvent | None:
        """Return the last event of an alarm by its id: what it is at present; None when it never moved."""
        return self._memory.present.get(alarm)

    def state(self, alarm: str) -> AlarmState:
        """Return the present state of an alarm by its id; one that never moved is Normal."""
        event = self.event(alarm)
        return event.state if event else NORMAL

    def present(self, selection: Selection | None = None, normal: bool = False) -> list[AlarmEvent]:
        """Return the last event of each alarm that is not Normal (or of every alarm), in the order they came."""
        chosen = selection or Selection()
        found = [
            event
            for event in list(self._memory.present.values())
            if (normal or event.state is not NORMAL) and chosen.holds(event)
        ]
        return sorted(found, key=lambda event: event.sequence)

    def move(self, judgements: Iterable[tuple[AlarmItem, Judgement]], now: datetime) -> list[AlarmEvent]:
        """Let alarms follow what was judged of them; returns an event for each that changed, all in one transaction."""
        found = list(judgements)
        if not self._moved(found, now):
            return []  # without the lock: who keeps an event waits for the database under it
        with self._lock:
            return self._keep(self._moved(found, now), now)

    def _moved(self, judgements: list[tuple[AlarmItem, Judgement]], now: datetime) -> list[AlarmEvent]:
        """Return an event for each alarm that these judgements change."""
        events = (follow(self.event(item.key), item, judgement, now) for item, judgement in judgements)
        return [event for event in events if event]

    def acknowledge(self, alarm: str, now: datetime, by: str = "") -> bool:
        """Acknowledge an alarm; false when it has nothing to acknowledge. Doing it twice is no mistake.

        It holds whatever the database does; while it waits for that, the log alone would tell of it after a kill.
        """
        with self._lock:
            old = self.event(alarm)
            if old is None:
                return False
            if old.state is ACKNOWLEDGED:
                return True
            event = moved(old, Input.ACKNOWLEDGE, now)
            kept = self._keep([event], now) if event else []
            if kept and kept[0] in self._memory.waiting:
                LOGGER.warning(
                    "Only memory holds this acknowledgement until the storage takes it: of %s by the user %r at %s",
                    *(alarm, by, utc_text(now)),
                )
            return bool(kept)

    def retain(self, alarms: Iterable[str], now: datetime) -> list[AlarmEvent]:
        """Let every alarm go back to Normal whose item left the tree; `alarms` are the ids that remain."""
        kept = set(alarms)
        with self._lock:
            gone = [e for e in self._memory.present.values() if e.alarm not in kept and e.state is not NORMAL]
            return self._keep([replace(event, state=NORMAL, transition=now) for event in gone], now)

    def _keep(self, events: list[AlarmEvent], now: datetime) -> list[AlarmEvent]:
        """Give events their numbers and commit them, or let them wait, then show them."""
        if not events:
            return []
        waiting = self._memory.waiting
        numbered = _numbered(events, self._last + 1)
        try:
            self._attempts.refuse_while_down()
            self._write([*waiting, *numbered])
        except SQLAlchemyError:
            if not waiting:
                numbered = _numbered(events, max(self._last + 1, to_micros(now)))
            self._lose(self._memory.wait_for(numbered))
        self._memory.show(numbered)
        self._types |= {event.category for event in numbered if event.category}
        self._last = numbered[-1].sequence
        return numbered

    def flush(self) -> None:
        """Write the events that wait, in their order; SQLAlchemyError when the database still does not take them."""
        if self._memory.waiting:
            with self._lock:
                self._write(self._memory.waiting)

    def _write(self, events: Sequence[AlarmEvent]) -> None:
        """Commit events; one that the database will never take is logged, and let go."""
        try:
            self._commit(events)
        except NEVER_TAKEN:
            for event in events:
                try:
                    self._commit([event])
                except NEVER_TAKEN as error:
                    LOGGER.warning("The database will never take this alarm event (%s): %s", error, event)
        self._memory.let_go(events)

    def _commit(self, events: Sequence[AlarmEvent]) -> None:
        if not events and self._facts_kept:
            return
        doubtful, self._doubtful = self._doubtful, True
        with self._attempts.begin() as connection:
            if doubtful:  # the last commit failed, and may have come to pass all the same
                connection.execute(delete(events_table).where(events_table.c.sequence > self._written))
            if not self._facts_kept:
                self._enter_facts(connection)
            if events:
                connection.execute(insert(events_table), [row_of(event) for event in events])
        self._doubtful, self._facts_kept = False, True
        self._written = max([self._written, *(event.sequence for event in events)])

    def _enter_facts(self, connection: Connection) -> None:
        connection.execute(delete(facts_table))
        facts = {"epoch": self._epoch, "pruned": str(self._pruned)}
        connection.execute(insert(facts_table), [{"name": name, "value": value} for name, value in facts.items()])

    def _lose(self, sequence: int) -> None:
        """Take note that the events up to one will never be written: whoever has seen less is told everything anew."""
        if sequence:
            self._pruned, self._facts_kept = sequence, False

    def take_up(self) -> None:
        """Go on in a database that was opened anew: it gets the events in memory that it lacks.

        In one that knows another book the alarms get new numbers. Whoever has seen less than what is in memory is told
        everything anew, for the rest may be lost.
        """
        with self._lock:
            with self._engine.connect() as connection:
                facts = facts_of(connection)
                known = set(connection.scalars(select(events_table.c.sequence)))
            if known and facts.get("epoch") != self._epoch:
                self._begin_another_book(max(known))
            events = {event.sequence: event for event in (*self._memory.present.values(), *self._memory.recent())}
            events |= {event.sequence: event for event in self._memory.waiting}
            self._pruned = max(self._pruned, self._memory.whole_since)
            self._written, self._doubtful, self._facts_kept = self._last, False, False
            self._commit([events[sequence] for sequence in sorted(events.keys() - known)])
            self._memory.let_go(events.values())

    def _begin_another_book(self, latest: int) -> None:
        """Give the present alarms other numbers, after all that a database holds of other ones."""
        present = _numbered(self.present(normal=True), max(latest, self._last) + 1)
        self._epoch, self._last = secrets.token_hex(4), max([latest, *(event.sequence for event in present)])
        self._memory = self._memory.renumbered(present)

    def cursor(self, sequence: int | None = None) -> str:
        """Return the LastUpdate that stands for everything up to an event, by default the last."""
        return f"{self._epoch}.{self._last if sequence is None else sequence}"

    def position(self, cursor: str) -> int | None:
        """Return the sequence that a LastUpdate stands for, None when events since then are not known to be whole."""
        epoch, _, number = cursor.partition(".")
        if epoch != self._epoch or not number.isascii() or not number.isdecimal() or len(number) > _LONGEST:
            return None
        sequence = int(number)
        return sequence if self._pruned <= sequence <= self._last else None

    def events(
        self, selection: Selection, after: int, until: int, limit: int, followed: bool = False
    ) -> list[AlarmEvent]:
        """Return the first `limit` events after one sequence and up to another, oldest first.

        With `followed`, an alarm that was among the chosen ones stays among them until it is Normal again: else who
        asks for some priorities would never hear that an alarm got milder and went. The last events come from memory,
        whatever the database does.
        """
        followed = followed and (
            bool(selection.types) or (selection.priority_from, selection.priority_to) != (None, None)
        )
        recent = self._memory.events(selection, max(after, self._memory.whole_since), until, followed=followed)
        if after >= self._memory.whole_since:
            return recent[:limit]
        found = {event.sequence: event for event in self._read(selection, after, until, limit, followed=followed)}
        found |= {event.sequence: event for event in recent}
        return [found[sequence] for sequence in sorted(found)][:limit]

    def _read(self, selection: Selection, after: int, until: int, limit: int, *, followed: bool) -> list[AlarmEvent]:
        """Return the same of what the database holds."""
        wanted = selected(selection, events_table)
        if followed:
            earlier = events_table.alias()
            same = (earlier.c.alarm == events_table.c.alarm) & (earlier.c.occurrence == events_table.c.occurrence)
            before = same & (earlier.c.sequence < events_table.c.sequence) & selected(selection, earlier)
            wanted |= select(earlier.c.sequence).where(before).exists()
        query = select(events_table).where(events_table.c.sequence > after, events_table.c.sequence <= until, wanted)
        with self._engine.connect() as connection:
            return EVENTS.read(connection, query.order_by(events_table.c.sequence).limit(limit))

    def knows(self, alarm: str) -> bool:
        """Tell whether an alarm ever moved."""
        return alarm in self._memory.present

    def prune(self, before: datetime) -> Iterator[int]:
        """Delete events older than an instant, piece by piece, save the last of each alarm that is not Normal.

        Yields how many went with each piece.
        """
        number = events_table.c.sequence
        for old in old_rows(self._engine, number, events_table.c.transition < to_micros(before)):
            if gone := self._let_go(old):
                yield gone

    def _let_go(self, old: list[int]) -> int:
        """Delete a piece of events, but those that say how an alarm is now; returns how many."""
        with self._lock:
            kept = {event.sequence for event in self._memory.present.values() if event.state is not NORMAL}
            if not (gone := [sequence for sequence in old if sequence not in kept]):
                return 0
            self._pruned = max(self._pruned, *gone)
            with writing(self._engine) as connection:
                self._enter_facts(connection)
                count = delete_rows(connection, events_table.c.sequence, gone)
            self._memory.forget(gone)
            return count


def _numbered(events: Iterable[AlarmEvent], first: int) -> list[AlarmEvent]:
    return [replace(event, sequence=number) for number, event in enumerate(events, first)]
