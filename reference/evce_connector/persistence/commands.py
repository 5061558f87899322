"""The command ledger: every write of a client, what the controller answered, and what was read back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, astuple, dataclass, fields

from sqlalchemy import Boolean, Column, Engine, Integer, String, Table, desc, func, insert, select

from evce_connector.persistence.schema import metadata
from evce_connector.sheets import csv_text

_commands = Table(
    "commands",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=True),
    Column("at", String(32), nullable=False),
    Column("user", String(128), nullable=False),
    Column("client", String(128), nullable=False),
    Column("item", String(128), nullable=False, index=True),
    Column("old", String, nullable=False),
    Column("new", String, nullable=False),
    Column("success", Boolean, nullable=False),
    Column("answer", String, nullable=False),
    Column("read_back", String, nullable=False),
    Column("valid_until", String(32), nullable=False),
)


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


_FIELDS = tuple(field.name for field in fields(Command))


class CommandLedger:
    """The ledger in the database; lines are only ever added. `added` counts those of this start."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.added = 0

    def add(self, commands: Iterable[Command]) -> None:
        """Add lines, all or none; they are safe on disk when this returns."""
        rows = [asdict(command) for command in commands]
        if rows:
            with self._engine.begin() as connection:
                connection.execute(insert(_commands), rows)
            self.added += len(rows)

    def last_sequence(self) -> int:
        """Return the number of the last line, 0 when there is none; other processes may have added it."""
        with self._engine.connect() as connection:
            return connection.scalar(select(func.max(_commands.c.sequence))) or 0

    def csv(self) -> str:
        """Return the whole ledger as CSV, oldest line first."""
        return csv_text(_FIELDS, (astuple(command) for command in self.lines(None)))

    def lines(self, limit: int | None = 1000) -> list[Command]:
        """Return the last lines, oldest first; all with None."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(_commands).order_by(desc(_commands.c.sequence)).limit(limit)).all()
        return [Command(*(getattr(row, name) for name in _FIELDS)) for row in reversed(rows)]

    def last_of(self, name: str) -> dict[str, Command]:
        """Return the last successful command of each item whose id ends in `/name`."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(_commands)
                .where(_commands.c.item.like(f"%/{name}"), _commands.c.success)
                .order_by(_commands.c.sequence)
            ).all()
        return {row.item: Command(*(getattr(row, name_) for name_ in _FIELDS)) for row in rows}
