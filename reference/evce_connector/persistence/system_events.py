"""Events of the connector itself, for GetSystemEvents: starts and stops, who guesses passwords, what processors add."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Column, Engine, Integer, String, Table, delete, func, insert, select

from evce_connector.persistence.instants import from_micros, to_micros
from evce_connector.persistence.schema import metadata

_events = Table(
    "system_events",
    metadata,
    Column("sequence", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("time", BigInteger, nullable=False),
    Column("type", String, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("message", String, nullable=False),
)
TYPES = ("EWS login", "EWS server")
"""Types known from the start."""
KEPT = 10_000
"""Events kept; older ones are deleted."""


@dataclass(frozen=True, slots=True)
class SystemEvent:
    """Something that happened to the connector; priority 0-1000, the lower the more urgent."""

    sequence: int
    time: datetime
    type: str
    priority: int
    message: str


class SystemEvents:
    """The last events, in the database."""

    def __init__(self, engine: Engine, types: Iterable[str] = TYPES, kept: int = KEPT) -> None:
        self._engine = engine
        self._kept = kept
        self._lock = threading.Lock()
        with engine.connect() as connection:
            self.last: int = connection.scalar(select(func.max(_events.c.sequence))) or 0
            self._types = set(types) | set(connection.scalars(select(_events.c.type).distinct()))

    @property
    def types(self) -> list[str]:
        """Every type of event that there is or was."""
        return sorted(self._types)

    def add(self, now: datetime, type_: str, message: str, priority: int = 500) -> None:
        """Keep an event."""
        with self._lock, self._engine.begin() as connection:
            number = self.last + 1
            row = {"sequence": number, "time": to_micros(now), "type": type_, "priority": priority, "message": message}
            connection.execute(insert(_events), [row])
            connection.execute(delete(_events).where(_events.c.sequence <= number - self._kept))
            self.last = number
            self._types.add(type_)

    def take_up(self) -> None:
        """Go on in a database that was opened anew: no number is given twice."""
        with self._lock, self._engine.connect() as connection:
            self.last = max(self.last, connection.scalar(select(func.max(_events.c.sequence))) or 0)

    def events(self, after: int, until: int) -> list[SystemEvent]:
        """Return the events after one sequence and up to another, oldest first."""
        query = select(_events).where(_events.c.sequence > after, _events.c.sequence <= until)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(_events.c.sequence)).all()
        return [SystemEvent(row.sequence, from_micros(row.time), row.type, row.priority, row.message) for row in rows]
