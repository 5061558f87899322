"""The command ledger: every write of a client, kept before it is sent and completed when its answer is known.

A line goes through stages: asked (kept, nothing known yet), then one of refused, sent, answered and confirmed. Who is
killed between two of them leaves a line that is still asked; the next start looks at the controller and completes it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, astuple, dataclass, fields
from datetime import datetime
from enum import StrEnum
from itertools import zip_longest
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Engine,
    Index,
    Integer,
    String,
    Table,
    desc,
    exc,
    func,
    insert,
    select,
    update,
)

from evce_connector.persistence.attempts import NEVER_TAKEN, PATIENCE, Attempts
from evce_connector.persistence.pieces import delete_rows, old_rows
from evce_connector.persistence.readable import Reader, instant
from evce_connector.persistence.schema import metadata
from evce_connector.persistence.turns import writing
from evce_connector.sheets import csv_text
from evce_connector.site.values import utc_text

LOGGER = logging.getLogger("evce_connector")
WIDEST = 128
"""Characters of who wrote, and from where."""
_commands = Table(
    "commands",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=True),
    Column("at", String(32), nullable=False),
    Column("user", String(WIDEST), nullable=False),
    Column("client", String(WIDEST), nullable=False),
    Column("item", String(128), nullable=False, index=True),
    Column("old", String, nullable=False),
    Column("new", String, nullable=False),
    Column("success", Boolean, nullable=False),
    Column("answer", String, nullable=False),
    Column("read_back", String, nullable=False),
    Column("valid_until", String(32), nullable=False),
    Column("stage", String(16), nullable=False, server_default=""),
)
Index("ix_commands_last", _commands.c.success, _commands.c.item, _commands.c.sequence)
Index("ix_commands_stage", _commands.c.stage, _commands.c.sequence)
MOST_WAITING = 10_000
"""Lines that wait in memory at most; beyond it the oldest go."""


class Stage(StrEnum):
    """How far a command came; lines of 0.1.0 tell none."""

    UNKNOWN = ""
    ASKED = "asked"
    REFUSED = "refused"
    """Nothing was sent."""
    SENT = "sent"
    """Sent, and no answer tells what became of it."""
    ANSWERED = "answered"
    """The controller answered, and does not have what was asked for."""
    CONFIRMED = "confirmed"
    """The controller has what was asked for, or will have when a transaction ends."""


@dataclass(frozen=True)
class Command:
    """One line of the ledger: when (UTC), who, from which address, what, and how it ended; values as on the wire.

    `answer` is empty or a word on success (Accepted, Scheduled), else the reason; `valid_until` is the end of the
    reduction that the write set, empty for others.
    """

    at: str
    user: str
    client: str
    item: str
    old: str
    new: str
    success: bool
    answer: str = ""
    read_back: str = ""
    valid_until: str = ""
    stage: str = Stage.UNKNOWN

    def values(self, arrow: str) -> str:
        """Return old and new value, with an arrow between them where there was one before."""
        return f"{self.old} {arrow} {self.new}" if self.old or not self.new else self.new

    @property
    def outcome(self) -> str:
        """How it ended, in words."""
        asked = "asked for, and nobody knows yet how it ended" if self.stage == Stage.ASKED else ""
        return self.answer or asked or "done"


class _Waiting(NamedTuple):
    """A line that is to be completed by its number, or without one to be added."""

    number: int | None
    command: Command
    only_open: bool


_FIELDS = tuple(field.name for field in fields(Command))
_COMPLETED = ("old", "success", "answer", "read_back", "valid_until", "stage")
"""What of a line is known only at its end."""


class CommandLedger:
    """The ledger in the database. `added` counts the lines that this start added or completed.

    What is complete and cannot be written waits in memory, and is written before whatever comes next.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._attempts = Attempts(engine)
        self.added = 0
        self._lock, self._flushing, self._reading = threading.Lock(), threading.Lock(), threading.Lock()
        self._waiting: list[_Waiting] = []
        self._last: dict[str, tuple[int, Command]] | None = None
        self._seen = 0
        self._open: set[int] = set()

    def intend(self, commands: Sequence[Command]) -> list[int]:
        """Keep what is about to be sent; returns the numbers of the lines, which are safe on disk then."""
        self._attempts.refuse_while_down()
        self.flush()
        rows = [asdict(command) | {"stage": Stage.ASKED} for command in commands]
        statement = insert(_commands).returning(_commands.c.sequence, sort_by_parameter_order=True)
        with self._attempts.begin() as connection:
            return list(connection.scalars(statement, rows))

    def complete(self, numbers: Sequence[int], commands: Sequence[Command]) -> None:
        """Say how lines ended; without numbers, add them. When that fails they wait in memory: SQLAlchemyError."""
        self.wait_for(numbers, commands)
        self._attempts.refuse_while_down()
        self.flush()

    def wait_for(self, numbers: Sequence[int], commands: Sequence[Command], *, only_open: bool = False) -> None:
        """Let lines wait in memory for the next `flush`; `only_open`: those that somebody has completed stay so."""
        with self._lock:
            self._waiting += [_Waiting(*pair, only_open) for pair in zip_longest(numbers, commands)]
            del self._waiting[:-MOST_WAITING]

    def flush(self) -> None:
        """Write what waits in memory, oldest first; a line that the database will never take is logged, and let go.

        TimeoutError (SQLAlchemy's) when another write does not end.
        """
        if not self._waiting:
            return
        if not self._flushing.acquire(timeout=PATIENCE):
            raise exc.TimeoutError("another write to the command ledger does not end")
        try:
            with self._lock:
                lines = list(self._waiting)
            try:
                self._write(lines)
            except NEVER_TAKEN:
                for line in lines:
                    self._write_one(line)
        finally:
            self._flushing.release()

    def _write_one(self, line: _Waiting) -> None:
        try:
            self._write([line])
        except NEVER_TAKEN as error:
            LOGGER.warning("The database will never take this line of the command ledger (%s): %s", error, line.command)
            self._let_go([line])

    def _write(self, lines: Sequence[_Waiting]) -> None:
        with self._attempts.begin() as connection:
            for line in lines:
                _write(connection, line)
        self._let_go(lines)
        self.added += len(lines)

    def _let_go(self, lines: Sequence[_Waiting]) -> None:
        with self._lock:
            gone = set(map(id, lines))
            self._waiting = [line for line in self._waiting if id(line) not in gone]

    @property
    def waiting(self) -> list[Command]:
        """The lines that wait in memory until the database can be written."""
        with self._lock:
            return [line.command for line in self._waiting]

    def take_up(self) -> None:
        """Go on in a database that was opened anew: it gets the last line of each item, where it has none of it.

        Lines that wait to be completed are added: in another database their numbers mean nothing.
        """
        with self._reading:
            last, self._last, self._seen, self._open = self._last or {}, None, 0, set()
            with self._engine.connect() as connection:
                known = self._read_new(connection).keys()
            lines = sorted((pair for item, pair in last.items() if item not in known), key=itemgetter(0))
            with self._lock:
                waiting = [_Waiting(None, line.command, only_open=False) for line in self._waiting]
                self._waiting = [*(_Waiting(None, line, only_open=False) for _, line in lines), *waiting]
            self._last = None
        self.flush()

    def lines(self, limit: int | None = 1000) -> list[Command]:
        """Return the last lines, oldest first; all with None."""
        with self._engine.connect() as connection:
            lines = _LINES.read(connection, select(_commands).order_by(desc(_commands.c.sequence)).limit(limit))
        return [line for _, line in reversed(lines)]

    def open_lines(self) -> dict[int, Command]:
        """Return by number the lines of which nobody knows yet how they ended."""
        query = select(_commands).where(_commands.c.stage == Stage.ASKED).order_by(_commands.c.sequence)
        with self._engine.connect() as connection:
            return dict(_LINES.read(connection, query))

    def last_of(self, name: str) -> dict[str, Command]:
        """Return the last successful command of each item whose id ends in `/name`.

        The ledger is read whole by the first call; later ones read what came or ended since.
        """
        with self._reading, self._engine.connect() as connection:
            last = self._read_new(connection)
        return {item: command for item, (_, command) in last.items() if item.endswith(f"/{name}")}

    def _read_new(self, connection: Connection) -> dict[str, tuple[int, Command]]:
        if self._last is None:
            newest = (
                select(func.max(_commands.c.sequence)).where(_commands.c.success).group_by(_commands.c.item).subquery()
            )
            lines = _LINES.read(connection, select(_commands).where(_commands.c.sequence.in_(select(newest))))
            found = {line.item: (number, line) for number, line in lines}
            self._open = set(connection.scalars(select(_commands.c.sequence).where(_commands.c.stage == Stage.ASKED)))
            self._seen = connection.scalar(select(func.max(_commands.c.sequence))) or 0
            self._last = found
            return found
        query = select(_commands).order_by(_commands.c.sequence)  # two queries: for an "or" SQLite reads all lines
        rows = connection.execute(query.where(_commands.c.sequence.in_(self._open))).all() if self._open else []
        rows = [*rows, *connection.execute(query.where(_commands.c.sequence > self._seen))]
        self._seen = max([self._seen, *(row.sequence for row in rows)])
        self._open.difference_update(row.sequence for row in rows)
        for number, line in _LINES.made_of(connection, rows):
            if line.stage == Stage.ASKED:
                self._open.add(number)
            elif line.success and self._last.get(line.item, (0,))[0] <= number:
                self._last[line.item] = (number, line)
        return self._last

    def prune(self, before: datetime) -> Iterator[int]:
        """Delete lines older than an instant (UTC), piece by piece; yields how many went with each.

        The last successful one of each item stays, and what is open.
        """
        for old in old_rows(self._engine, _commands.c.sequence, _commands.c.at < utc_text(before)):
            with self._reading, self._engine.connect() as connection:
                kept = {number for number, _ in self._read_new(connection).values()} | self._open
                kept.add(self._seen)  # SQLite gives the number of a newest line that is deleted to the next one
            if gone := [number for number in old if number not in kept]:
                with writing(self._engine) as connection:
                    count = delete_rows(connection, _commands.c.sequence, gone)
                yield count


def csv_of(lines: Iterable[Command]) -> str:
    """Return lines as CSV, in their order."""
    return csv_text(_FIELDS, (astuple(line) for line in lines))


def _write(connection: Connection, line: _Waiting) -> None:
    if line.number is not None:
        ended = {name: getattr(line.command, name) for name in _COMPLETED}
        is_open = (_commands.c.sequence == line.number, _commands.c.stage == Stage.ASKED)
        if connection.execute(update(_commands).where(*is_open).values(**ended)).rowcount or line.only_open:
            return
    connection.execute(insert(_commands), [asdict(line.command)])


def _line(row: Any) -> tuple[int, Command]:  # noqa: ANN401 - a row of the table
    instant(row.at)
    Stage(row.stage)
    if row.valid_until:
        instant(row.valid_until)
        if row.item.endswith("/ZoneReduction"):
            float(row.new)
    return row.sequence, Command(*(getattr(row, name) for name in _FIELDS))


_LINES = Reader(_commands, _line)
