"""The tables of the alarm log: an event for each transition of an alarm, and how events become rows and are chosen."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    and_,
    func,
    select,
    true,
)

from evce_connector.alarms.rules import Acknowledge
from evce_connector.alarms.state_machine import NORMAL, AlarmEvent, AlarmState
from evce_connector.persistence.instants import from_micros, to_micros
from evce_connector.persistence.readable import Reader, fits
from evce_connector.persistence.schema import metadata

events_table = Table(
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
facts_table = Table(
    "alarm_book",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
)


_MOST = 2**62
"""Beyond all numbers of events."""
Course = frozenset[tuple[int, str]]
"""How urgent and of which categories an alarm has been since it was raised."""


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


def selected(selection: Selection, events: FromClause) -> ColumnElement[bool]:
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


def row_of(event: AlarmEvent) -> dict[str, Any]:
    """Return the row of an event."""
    names = ("sequence", "alarm", "source", "source_name", "priority", "category", "message")
    return {name: getattr(event, name) for name in names} | {
        "state": int(event.state),
        "acknowledge": int(event.acknowledge),
        "occurrence": to_micros(event.occurrence),
        "transition": to_micros(event.transition),
    }


def event_of(row: Any) -> AlarmEvent:  # noqa: ANN401 - a row of the table
    """Return the event of a row."""
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


def _fact(row: Any) -> tuple[str, str]:  # noqa: ANN401 - a row of the table
    if row.name == "pruned" and not 0 <= int(row.value) < _MOST:
        raise ValueError(f"no event has the number {row.value}")
    return row.name, row.value


EVENTS, _FACTS = Reader(events_table, event_of), Reader(facts_table, _fact)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and fits(value)


def facts_of(connection: Connection) -> dict[str, str]:
    """Return what the book says of itself."""
    return dict(_FACTS.read(connection, select(facts_table)))


def categories_of(connection: Connection) -> list[str]:
    """Return every category that events have."""
    found = connection.scalars(select(events_table.c.category).distinct())
    return [category for category in found if _is_text(category)]


def last_sequence(connection: Connection) -> int:
    """Return the number of the last event, 0 when there is none; that event may not be readable."""
    return connection.scalar(select(func.max(events_table.c.sequence))) or 0


def last_events(connection: Connection) -> dict[str, AlarmEvent]:
    """Return the last event of each alarm."""
    latest = select(func.max(events_table.c.sequence)).group_by(events_table.c.alarm)
    return {
        event.alarm: event
        for event in EVENTS.read(connection, select(events_table).where(events_table.c.sequence.in_(latest)))
    }


def courses(connection: Connection) -> dict[str, Course]:
    """Return by alarm what each that is not Normal has been since it was raised."""
    latest = select(func.max(events_table.c.sequence)).group_by(events_table.c.alarm)
    present = events_table.alias()
    same = (present.c.alarm == events_table.c.alarm) & (present.c.occurrence == events_table.c.occurrence)
    query = select(events_table.c.alarm, events_table.c.priority, events_table.c.category).join(present, same)
    query = query.where(present.c.sequence.in_(latest), present.c.state != int(NORMAL)).distinct()
    found: defaultdict[str, set[tuple[int, str]]] = defaultdict(set)
    for row in connection.execute(query):
        if _is_text(row.alarm) and _is_text(row.category) and type(row.priority) is int:
            found[row.alarm].add((row.priority, row.category))
    return {alarm: Course(course) for alarm, course in found.items()}
