"""The last runs of each processor configuration: when, how long, how they ended, what they had to say."""

from __future__ import annotations

import json
import threading
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Float,
    Integer,
    Row,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
)

from evce_connector.persistence.attempts import Attempts
from evce_connector.persistence.instants import from_micros, to_micros
from evce_connector.persistence.readable import Reader
from evce_connector.persistence.schema import metadata

KEPT = 50
"""Runs of a configuration that are kept."""
_WAITING = 1000
"""Runs that wait in memory while the database takes none."""
_runs = Table(
    "processor_runs",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("configuration", String, nullable=False, index=True),
    Column("started", BigInteger, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("prompts", Text, nullable=False),
)


class Outcome(StrEnum):
    """How a run ended."""

    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    """It said why it may not continue."""
    CRASHED = "Crashed"
    """By an error of its own, which is in the log."""
    STOPPED = "Stopped"
    """It was asked to."""
    TIMED_OUT = "Timed Out"
    """It was asked to since it took too long."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run that ended: when it started (UTC), for how many s it ran, and its prompts as sentences."""

    configuration: str
    started: datetime
    seconds: float
    outcome: Outcome
    prompts: tuple[str, ...] = ()


class RunStore:
    """Runs in the database; those that it does not take wait in memory for `flush`, and are lost with the process."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._attempts = engine, Attempts(engine)
        self._waiting: deque[Run] = deque(maxlen=_WAITING)
        self._writing = threading.Lock()

    def add(self, run: Run) -> None:
        """Take a run; `flush` writes it."""
        self._waiting.append(run)

    def flush(self) -> None:
        """Write what waits; SQLAlchemyError when the database takes nothing."""
        with self._writing:
            waiting = list(self._waiting)
            if not waiting:
                return
            with self._attempts.begin() as connection:
                connection.execute(insert(_runs), [_row(run) for run in waiting])
                for configuration in {run.configuration for run in waiting}:
                    _forget_old(connection, configuration)
            for _ in waiting:
                self._waiting.popleft()

    def last(self, configuration: str) -> list[Run]:
        """Return the last runs of a configuration, the newest first; SQLAlchemyError when they cannot be read."""
        newest = select(_runs).where(_runs.c.configuration == configuration).order_by(_runs.c.number.desc())
        with self._writing:
            waiting = [run for run in self._waiting if run.configuration == configuration]
            with self._engine.connect() as connection:
                kept = _RUNS.read(connection, newest.limit(KEPT))
        return [*reversed(waiting), *kept][:KEPT]


def _forget_old(connection: Connection, configuration: str) -> None:
    """Keep the last runs of a configuration alone."""
    of_it = _runs.c.configuration == configuration
    oldest = select(_runs.c.number).where(of_it).order_by(_runs.c.number.desc()).offset(KEPT - 1).limit(1)
    connection.execute(delete(_runs).where(of_it, _runs.c.number < oldest.scalar_subquery()))


def _row(run: Run) -> dict[str, object]:
    return {
        "configuration": run.configuration,
        "started": to_micros(run.started),
        "seconds": run.seconds,
        "outcome": run.outcome.value,
        "prompts": json.dumps(run.prompts),
    }


def _run(row: Row[tuple[object, ...]]) -> Run:
    prompts = json.loads(row.prompts)
    if not isinstance(prompts, list):
        raise TypeError("its prompts are no list")
    return Run(row.configuration, from_micros(row.started), row.seconds, Outcome(row.outcome), tuple(map(str, prompts)))


_RUNS = Reader(_runs, _run)
