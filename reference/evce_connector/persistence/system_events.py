"""Events of the connector itself, for GetSystemEvents: starts and stops, who guesses passwords, what processors add."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Engine, Integer, String, Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from evce_connector.persistence.attempts import NEVER_TAKEN, Attempts
from evce_connector.persistence.instants import from_micros, to_micros
from evce_connector.persistence.readable import Reader
from evce_connector.persistence.schema import metadata

LOGGER = logging.getLogger("evce_connector")
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
    """The last events, in memory and in the database; what that does not take waits for `flush`."""

    def __init__(self, engine: Engine, types: Iterable[str] = TYPES, kept: int = KEPT) -> None:
        self._engine, self._kept = engine, kept
        self._attempts = Attempts(engine)
        self._insert = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert
        self._lock, self._writing = threading.Lock(), threading.Lock()
        self._recent: deque[SystemEvent] = deque(self._read(), maxlen=kept)
        self._waiting: list[SystemEvent] = []
        self._types = set(types) | {event.type for event in self._recent}

    def _read(self) -> list[SystemEvent]:
        """Return the last events, the oldest first, and know the number of the last, which may not be readable."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(_events).order_by(_events.c.sequence.desc()).limit(self._kept)).all()
            self.last = rows[0].sequence if rows else 0
            return _EVENTS.made_of(connection, reversed(rows))

    @property
    def types(self) -> list[str]:
        """Every type of event that there is or was."""
        return sorted(self._types)

    def add(self, now: datetime, type_: str, message: str, priority: int = 500) -> None:
        """Keep an event; one that the database does not take now waits."""
        with self._lock:
            event = SystemEvent(self.last + 1, now, type_, priority, message)
            self._recent.append(event)
            self._waiting = [*self._waiting, event][-self._kept :]
            self.last = event.sequence
            self._types.add(type_)
        with suppress(SQLAlchemyError):  # `flush` tells
            self._attempts.refuse_while_down()
            self.flush()

    @property
    def waiting(self) -> int:
        """How many events the database has not taken yet."""
        return len(self._waiting)

    def flush(self) -> None:
        """Write the events that wait; SQLAlchemyError when the database does not take them."""
        with self._writing:
            with self._lock:
                events = list(self._waiting)
            if not events:
                return
            last = events[-1].sequence
            try:
                self._write(events, last)
            except NEVER_TAKEN as error:
                LOGGER.warning("The database will never take %s system events: %s", len(events), error)
            with self._lock:
                self._waiting = [event for event in self._waiting if event.sequence > last]

    def _write(self, events: list[SystemEvent], last: int) -> None:
        with self._attempts.begin() as connection:
            # a commit that failed may have come to pass all the same
            connection.execute(self._insert(_events).on_conflict_do_nothing(), [_row(event) for event in events])
            connection.execute(delete(_events).where(_events.c.sequence <= last - self._kept))

    def take_up(self) -> None:
        """Go on in a database that was opened anew: it gets the events in memory that it lacks, no number twice."""
        with self._writing, self._lock, self._engine.connect() as connection:
            known = set(connection.scalars(select(_events.c.sequence)))
            self.last = max(self.last, max(known, default=0))
            self._waiting = [event for event in self._recent if event.sequence not in known]
        self.flush()

    def events(self, after: int, until: int) -> list[SystemEvent]:
        """Return the events after one sequence and up to another, oldest first."""
        with self._lock:
            return [event for event in self._recent if after < event.sequence <= until]


def _event(row: Any) -> SystemEvent:  # noqa: ANN401 - a row of the table
    return SystemEvent(row.sequence, from_micros(row.time), row.type, row.priority, row.message)


_EVENTS = Reader(_events, _event)


def _row(event: SystemEvent) -> dict[str, Any]:
    return {
        "sequence": event.sequence,
        "time": to_micros(event.time),
        "type": event.type,
        "priority": event.priority,
        "message": event.message,
    }
