"""Who owns the database: the one connector that runs on it, as a row of it tells everybody else."""

from __future__ import annotations

import os
import platform
import sqlite3
import uuid
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from sqlalchemy import BigInteger, Column, Connection, Engine, Integer, String, Table, delete, insert, select
from sqlalchemy.exc import SQLAlchemyError

from evce_connector.errors import ConnectorError
from evce_connector.persistence import processes
from evce_connector.persistence.instants import from_micros, to_micros
from evce_connector.persistence.life import Life
from evce_connector.persistence.place import file_of
from evce_connector.persistence.readable import Reader
from evce_connector.persistence.schema import metadata

LEASE = 30.0
"""How long in s a connector that gave no sign of life keeps the database, where its process cannot be looked at."""

_owner = Table(
    "owner",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("token", String(32), nullable=False),
    Column("renewals", Integer, nullable=False),
    Column("renewed", BigInteger, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("host", String, nullable=False),
    Column("kernel", String, nullable=False),
    Column("process", Integer, nullable=False),
    Column("started", String, nullable=False),
    Column("address", String, nullable=False),
    Column("imprint", String, nullable=False, server_default=""),
)
_MOST_PROCESSES = 2**32
"""Beyond all ids of processes."""
_ONLY = 1
"""The number of the one row."""


@dataclass(frozen=True)
class Owner:
    """A connector that runs on the database.

    `token` is its own alone, `renewals` counts its signs of life and `renewed` is the time of the last (microseconds
    since 1970, UTC, by its clock, as `since`); `kernel` and `started` say of which process `process` is the id.
    `imprint` is what the SQLite file said of its owner without its log when this was written, as `Mark.text`.
    """

    token: str
    renewals: int
    renewed: int
    since: int
    host: str
    kernel: str
    process: int
    started: str
    address: str
    imprint: str = ""

    @classmethod
    def this_process(cls, address: str, now: datetime) -> Self:
        """Return this process as an owner from now on, with the address of its EWS server."""
        process, at = os.getpid(), to_micros(now)
        started = processes.start_of(process)
        token = uuid.uuid4().hex
        return cls(token, 0, at, at, platform.node(), processes.kernel(), process, started, address)

    @property
    def name(self) -> str:
        """Say who it is, for a person: host, process, since when and where it serves."""
        since = f"{from_micros(self.since):%Y-%m-%d %H:%M:%S} UTC"
        return f"process {self.process} on {self.host} since {since}, EWS server at {self.address}"

    def is_visible(self) -> bool:
        """Tell whether its process is one of those that we can look at."""
        return bool(self.kernel and self.started) and self.kernel == processes.kernel()

    def has_ended(self) -> bool:
        """Tell whether its process can be looked at and is gone."""
        return self.is_visible() and processes.is_gone(self.process, self.started)

    def left(self, now: datetime) -> float:
        """Return how many s of its lease are left; 0 when it ran out, or was given by a clock that was set back."""
        age = (now - from_micros(self.renewed)) / timedelta(seconds=1)
        return LEASE - age if 0 <= age < LEASE else 0.0


def _read(row: Any) -> Owner:  # noqa: ANN401 - a row of the table
    found = Owner(*row[1:])
    from_micros(found.since)
    from_micros(found.renewed)
    if not 0 < found.process < _MOST_PROCESSES:
        raise ValueError(f"no process is {found.process}")
    return found


_OWNERS = Reader(_owner, _read)


class OwnedError(ConnectorError):
    """Another connector runs on the database; `owner` is None when it has not said yet which."""

    def __init__(self, database: str, owner: Owner | None, left: float = 0.0) -> None:
        self.owner = owner
        who = f": {owner.name}" if owner else ""
        own = "storage.url or a storage.site" if database.startswith("postgresql") else "storage.url"
        wait = f" If it is dead already, start again in {left:.0f} s." if left else ""
        stop = f"Stop it, or give this one a {own} of its own."
        super().__init__(f"Another connector runs on the database {database}{who}. {stop}{wait}")


def read_owner(engine: Engine) -> Owner | None:
    """Return who owns the database, dead or alive; None when it is free. It never waits for a writer."""
    with engine.connect() as connection:
        return owner_of(connection)


def owner_of(connection: Connection) -> Owner | None:
    """Return the same on an open connection."""
    found = _OWNERS.read(connection, select(_owner))
    return found[0] if found else None


def write_owner(connection: Connection, owner: Owner) -> None:
    """Let this one be the owner, whoever was before."""
    connection.execute(delete(_owner))
    connection.execute(insert(_owner).values(number=_ONLY, **asdict(owner)))


def forget_owner(connection: Connection, token: str) -> None:
    """Give the database back, if it is still the owner of this token that has it."""
    connection.execute(delete(_owner).where(_owner.c.token == token))


def forget_dead(engine: Engine) -> None:
    """Let nobody own a database whose owner was killed: what is in its log comes into the file with who opened it."""
    file = file_of(engine.url)
    with suppress(SQLAlchemyError), engine.connect() as connection:  # then the next start finds a log
        found = owner_of(connection)
        if found is not None and found.has_ended():
            if file is not None:
                Life(file).forget()
            forget_owner(connection, found.token)
            connection.commit()


def forget_in_copy(copy: sqlite3.Connection) -> None:
    """Let nobody own a copy of a SQLite database: a start would miss the log of who did."""
    with suppress(sqlite3.DatabaseError):  # an old one knew no owner, and a damaged one is copied as it is
        copy.execute("DELETE FROM owner")
        copy.commit()
