"""What a fleet takes of its PostgreSQL: CPU, connections, size, and what is written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

import click
import psutil
from sqlalchemy import Engine, NullPool, create_engine, text

from features.driver.postgresql import MISSING, Postgres, programs, served

CONNECTIONS_OF_ONE = 10
"""Connections of a connector for which the server has room: more than it was ever seen to have."""
_OTHERS = 20
_LOOK = text(
    "SELECT (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()),"
    " pg_database_size(current_database()), xact_commit, tup_inserted + tup_updated + tup_deleted,"
    " pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') FROM pg_stat_database WHERE datname = current_database()"
)


class Seen(NamedTuple):
    """The server at a moment: what counts up does so since its start."""

    cpu: float
    """CPU seconds of all its processes, those that have ended too."""
    connections: int
    size: float
    """MB of the database."""
    transactions: int
    rows: int
    """Rows that were inserted, changed or deleted."""
    log: float
    """MB of its log (WAL)."""


class Database:
    """The server of a fleet, looked at beside the connectors."""

    def __init__(self, server: Postgres) -> None:
        self.url = server.url
        self._process = server.process
        self._engine: Engine = create_engine(server.url, poolclass=NullPool)

    def look(self) -> Seen:
        """Look at it now."""
        with self._engine.connect() as connection:
            connections, size, transactions, rows, log = connection.execute(_LOOK).one()
        return Seen(_cpu_of(self._process), connections, size / 1e6, transactions, rows, float(log) / 1e6)


@contextmanager
def serving(connectors: int) -> Iterator[Database]:
    """Serve a PostgreSQL for so many connectors, as safe on its disk as at a site; ClickException without."""
    if programs() is None:
        raise click.ClickException(f"{MISSING}.")
    connections = CONNECTIONS_OF_ONE * connectors + _OTHERS
    with served("fsync = on", "autovacuum = on", f"max_connections = {connections}") as server:
        yield Database(server)


def _cpu_of(first: psutil.Process) -> float:
    """Return the CPU seconds of a server, whose first process is told those of its children when they end."""
    own = first.cpu_times()
    seconds = own.user + own.system + own.children_user + own.children_system
    for process in first.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            seconds += times.user + times.system
    return float(seconds)
