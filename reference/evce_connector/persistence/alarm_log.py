"""The alarm log: the present state of every alarm, and an event for every transition, kept in the database."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Engine,
    FromClause,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    and_,
    delete,
    func,
    insert,
    select,
    true,
)

from evce_connector.alarms.rules import Acknowledge
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
from evce_connector.persistence.instants import from_micros, to_micros
from evce_connector.persistence.schema import metadata
from evce_connector.points.tree import AlarmItem

_events = Table(
    "alarm_events",
    metadata,
    Column("sequence", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("alarm", String, nullable=False),
    Column("source", String, nullable=False),
    Column("source_name", String, nullable=False),
    Column("state", SmallInteger, nullable=False),
    Column("acknowledge", SmallInteger, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("category", String, nullable=False),
    Column("message", String, nullable=False),
    Column("occurrence", BigInteger, nullable=False),
    Column("transition", BigInteger, nullable=False),
    Index("alarm_events_by_alarm", "alarm", "sequence"),
)
_facts = Table(
    "alarm_book",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
)


TYPES = ("EVCE Availability", "EVCE Communication", "EVCE Fault", "EVCE Interface", "EVCE Load management")
"""Categories known from the start; an alarm's category is its Type on the wire."""
_LONGEST = 18
"""Digits of a sequence that fits the database."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which events are asked for; None and empty for no limit. The later time is exclusive, priorities are not."""

    alarm: str | None = None
    time_from: datetime | None = None
    time_to: datetime | None = None
    priority_from: int | None = None
    priority_to: int | None = None
    types: frozenset[str] = frozenset()

    def holds(self, event: AlarmEvent) -> bool:
        """Tell whether an event is among them."""
        return (
            self.alarm in (None, event.alarm)
            and (self.time_from is None or self.time_from <= event.transition)
            and (self.time_to is None or event.transition < self.time_to)
            and (self.priority_from is None or self.priority_from <= event.priority)
            and (self.priority_to is None or event.priority <= self.priority_to)
            and (not self.types or event.category in self.types)
        )


class AlarmLog:
    """Moves alarms and remembers. What a method returns is committed; the present states are also in memory.

    LastUpdate is `<book>.<sequence>`: it survives a restart, and another database does not know it.
    """

    def __init__(self, engine: Engine, types: Iterable[str] = TYPES) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        with engine.begin() as connection:
            facts = {row.name: row.value for row in connection.execute(select(_facts))}
            if "epoch" not in facts:
                facts["epoch"] = secrets.token_hex(4)
                connection.execute(insert(_facts).values(name="epoch", value=facts["epoch"]))
            latest = select(func.max(_events.c.sequence)).group_by(_events.c.alarm)
            rows = connection.execute(select(_events).where(_events.c.sequence.in_(latest))).all()
            categories = connection.scalars(select(_events.c.category).distinct()).all()
        self._present = {row.alarm: _event(row) for row in rows}
        self._epoch = facts["epoch"]
        self._pruned = int(facts.get("pruned", "0"))
        self._last = max([self._pruned, *(event.sequence for event in self._present.values())])
        self._types = set(types) | set(categories)

    @property
    def last(self) -> int:
        """Sequence of the last event, 0 before the first ever."""
        return self._last

    @property
    def types(self) -> list[str]:
        """Every category that alarms have or had."""
        return sorted(self._types)

    def event(self, alarm: str) -> AlarmEvent | None:
        """Return the last event of an alarm by its id: what it is at present; None when it never moved."""
        return self._present.get(alarm)

    def state(self, alarm: str) -> AlarmState:
        """Return the present state of an alarm by its id; one that never moved is Normal."""
        event = self._present.get(alarm)
        return event.state if event else NORMAL

    def present(self, selection: Selection | None = None, normal: bool = False) -> list[AlarmEvent]:
        """Return the last event of each alarm that is not Normal (or of every alarm), in the order they came."""
        chosen = selection or Selection()
        found = [
            event
            for event in list(self._present.values())
            if (normal or event.state is not NORMAL) and chosen.holds(event)
        ]
        return sorted(found, key=lambda event: event.sequence)

    def move(self, judgements: Iterable[tuple[AlarmItem, Judgement]], now: datetime) -> list[AlarmEvent]:
        """Let alarms follow what was judged of them; returns an event for each that changed, all in one transaction."""
        found = list(judgements)
        if not self._moved(found, now):
            return []  # without the lock: who keeps an event waits for the database under it
        with self._lock:
            return self._keep(self._moved(found, now))

    def _moved(self, judgements: list[tuple[AlarmItem, Judgement]], now: datetime) -> list[AlarmEvent]:
        """Return an event for each alarm that these judgements change."""
        events = (follow(self._present.get(item.key), item, judgement, now) for item, judgement in judgements)
        return [event for event in events if event]

    def acknowledge(self, alarm: str, now: datetime) -> bool:
        """Acknowledge an alarm; false when it has nothing to acknowledge. Doing it twice is no mistake."""
        with self._lock:
            old = self._present.get(alarm)
            if old is None:
                return False
            if old.state is ACKNOWLEDGED:
                return True
            event = moved(old, Input.ACKNOWLEDGE, now)
            return bool(event and self._keep([event]))

    def retain(self, alarms: Iterable[str], now: datetime) -> list[AlarmEvent]:
        """Let every alarm go back to Normal whose item left the tree; `alarms` are the ids that remain."""
        kept = set(alarms)
        with self._lock:
            gone = [e for e in self._present.values() if e.alarm not in kept and e.state is not NORMAL]
            return self._keep([replace(event, state=NORMAL, transition=now) for event in gone])

    def _keep(self, events: list[AlarmEvent]) -> list[AlarmEvent]:
        """Give events their numbers, commit them, then show them."""
        if not events:
            return []
        numbered = [replace(event, sequence=number) for number, event in enumerate(events, self._last + 1)]
        with self._engine.begin() as connection:
            connection.execute(insert(_events), [_row(event) for event in numbered])
        self._present |= {event.alarm: event for event in numbered}
        self._types |= {event.category for event in numbered if event.category}
        self._last = numbered[-1].sequence
        return numbered

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
        asks for some priorities would never hear that an alarm got milder and went.
        """
        chosen = _chosen(selection, _events)
        if followed and (selection.types or (selection.priority_from, selection.priority_to) != (None, None)):
            earlier = _events.alias()
            same = (earlier.c.alarm == _events.c.alarm) & (earlier.c.occurrence == _events.c.occurrence)
            before = same & (earlier.c.sequence < _events.c.sequence) & _chosen(selection, earlier)
            chosen |= select(earlier.c.sequence).where(before).exists()
        query = select(_events).where(_events.c.sequence > after, _events.c.sequence <= until, chosen)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(_events.c.sequence).limit(limit)).all()
        return [_event(row) for row in rows]

    def knows(self, alarm: str) -> bool:
        """Tell whether an alarm ever moved."""
        return alarm in self._present

    def prune(self, before: datetime) -> int:
        """Delete events older than an instant, save the last of each alarm that is not Normal; returns how many."""
        with self._lock:
            kept = [event.sequence for event in self._present.values() if event.state is not NORMAL]
            old = (_events.c.transition < to_micros(before)) & _events.c.sequence.not_in(kept)
            with self._engine.begin() as connection:
                newest = connection.scalar(select(func.max(_events.c.sequence)).where(old))
                if newest is None:
                    return 0
                self._pruned = max(self._pruned, newest)
                connection.execute(delete(_facts).where(_facts.c.name == "pruned"))
                connection.execute(insert(_facts).values(name="pruned", value=str(self._pruned)))
                return connection.execute(delete(_events).where(old)).rowcount


def _chosen(selection: Selection, events: FromClause) -> ColumnElement[bool]:
    """Put a selection into SQL."""
    columns = events.c
    conditions: list[ColumnElement[bool]] = [true()]
    if selection.alarm is not None:
        conditions.append(columns.alarm == selection.alarm)
    if selection.time_from is not None:
        conditions.append(columns.transition >= to_micros(selection.time_from))
    if selection.time_to is not None:
        conditions.append(columns.transition < to_micros(selection.time_to))
    if selection.priority_from is not None:
        conditions.append(columns.priority >= selection.priority_from)
    if selection.priority_to is not None:
        conditions.append(columns.priority <= selection.priority_to)
    if selection.types:
        conditions.append(columns.category.in_(selection.types))
    return and_(*conditions)


def _row(event: AlarmEvent) -> dict[str, Any]:
    names = ("sequence", "alarm", "source", "source_name", "priority", "category", "message")
    return {name: getattr(event, name) for name in names} | {
        "state": int(event.state),
        "acknowledge": int(event.acknowledge),
        "occurrence": to_micros(event.occurrence),
        "transition": to_micros(event.transition),
    }


def _event(row: Any) -> AlarmEvent:  # noqa: ANN401 - a row of the table
    return AlarmEvent(
        row.sequence,
        row.alarm,
        row.source,
        row.source_name,
        AlarmState(row.state),
        Acknowledge(row.acknowledge),
        row.priority,
        row.category,
        row.message,
        from_micros(row.occurrence),
        from_micros(row.transition),
    )
