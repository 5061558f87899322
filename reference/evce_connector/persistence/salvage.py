"""Puts a damaged SQLite file aside, with its date in its name, and saves from it what can be read."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, Table
from sqlalchemy.exc import IntegrityError

from evce_connector import owner_only
from evce_connector.persistence import unfinished
from evce_connector.persistence.schema import metadata

_BESIDE = ("", "-wal", "-shm", "-life")
"""A SQLite database is up to three files, and we keep one more."""
LOG = _BESIDE[1:]
"""What of them belongs to the log."""
_AT_ONCE = 1000
"""Rows that are saved in one transaction."""
_LEFT_OUT = frozenset({"owner"})
"""Tables of which nothing is saved: who ran on the damaged file says it anew."""
_LAST = ("history_series", "history_samples")
"""The largest tables, saved when all else is safe; series go before their samples."""


class Saved(NamedTuple):
    """What was saved of a table, and why its rows end there; without a reason it is whole."""

    table: str
    rows: int
    why: str = ""


def move_aside(file: Path, now: datetime, parts: Iterable[str] = _BESIDE) -> Path:
    """Rename a database's files, or those of them that are named, and return the new name; OSError when that fails.

    No connection of ours may be open to them.
    """
    moved = file.with_name(f"{file.name}.damaged-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    for beside in parts:
        part = file.with_name(f"{file.name}{beside}")
        if part.exists():
            owner_only.narrow(part)
            part.rename(moved.with_name(f"{moved.name}{beside}"))
    return moved


@contextmanager
def kept_as_it_is(file: Path, now: datetime) -> Iterator[Path]:
    """Let a file be in the end what it is now, and return the name under which what it became meanwhile is moved.

    Connections that are closed write into it what they had in their log, whatever it holds by then. OSError.
    """
    kept = _copy_of(file)
    try:
        owner_only.make(kept)
        shutil.copyfile(file, kept)
        moved = file.with_name(f"{file.name}.damaged-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
        yield moved
        move_aside(file, now)
        kept.replace(file)
    finally:
        kept.unlink(missing_ok=True)


def broken_off(file: Path) -> str:
    """Say in a sentence that a kill left a copy of a file which was being put aside; empty when none is there."""
    if not (left := _copy_of(file)).exists():
        return ""
    return (
        f"{left} is what the database file held when a connector was killed while it opened another in its place: "
        f"look at it by `evce-connector verify {left}`, and delete it when nothing in it is missed."
    )


def _copy_of(file: Path) -> Path:
    return file.with_name(f"{file.name}{unfinished.ENDING}")


def save(moved: Path, engine: Engine) -> list[Saved]:
    """Copy into a new database, table by table, the rows of a damaged one up to the first that cannot be read.

    SQLAlchemyError or sqlite3.Error when the new one cannot be written.
    """
    tables = [table for table in metadata.sorted_tables if table.name not in (*_LAST, *_LEFT_OUT)]
    tables += [metadata.tables[name] for name in _LAST]
    try:
        old = sqlite3.connect(f"{moved.as_uri()}?mode=rw", uri=True)
    except sqlite3.Error as error:
        return [Saved(table.name, 0, str(error)) for table in tables]
    with closing(old):
        old.text_factory = lambda text: text.decode("utf-8", "replace")
        return [_save_table(old, table, engine) for table in tables]


def _save_table(old: sqlite3.Connection, table: Table, engine: Engine) -> Saved:
    rows, saved, reader = 0, 0, _Reader(old, table)
    found = iter(reader)
    while batch := list(islice(found, _AT_ONCE)):
        with engine.begin() as connection:
            saved += _insert(connection, table, reader.columns, batch)
        rows += len(batch)
    lacking = ", ".join(column.name for column in table.columns if column.name not in reader.columns)
    why = f"they lack {lacking}" if lacking else f"{rows - saved} rows are spoilt"
    spoilt = why if rows != saved else ""
    return Saved(table.name, saved, reader.why or spoilt)


def _insert(connection: Connection, table: Table, columns: list[str], rows: list[tuple[Any, ...]]) -> int:
    """Insert rows as they are, but those that the table cannot take; returns how many it took."""
    names = ", ".join(f'"{column}"' for column in columns)
    marks = ", ".join("?" * len(columns))
    sql = f'INSERT OR IGNORE INTO "{table.name}" ({names}) VALUES ({marks})'  # noqa: S608 - names of our own tables
    try:
        with connection.begin_nested():
            return connection.exec_driver_sql(sql, rows).rowcount
    except IntegrityError:  # some belong to rows that are lost
        return sum(_insert_one(connection, sql, row) for row in rows)


def _insert_one(connection: Connection, sql: str, row: tuple[Any, ...]) -> int:
    try:
        return connection.exec_driver_sql(sql, row).rowcount
    except IntegrityError:
        return 0


class _Reader:
    """Reads a table of a damaged file until a row cannot be read; `why` tells then why that is."""

    def __init__(self, old: sqlite3.Connection, table: Table) -> None:
        self._old, self._table = old, table
        self.columns: list[str] = []
        self.why = ""

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        name = self._table.name
        try:
            present = {row[1] for row in self._old.execute(f'PRAGMA table_info("{name}")')}
            self.columns = [column.name for column in self._table.columns if column.name in present]
            if not self.columns:
                self.why = "the table is gone"
                return
            names = ", ".join(f'"{column}"' for column in self.columns)
            yield from self._old.execute(f'SELECT {names} FROM "{name}"')  # noqa: S608 - names of our own tables
        except sqlite3.Error as error:
            self.why = str(error)


def words(saved: list[Saved]) -> str:
    """Say what was saved: `12 rows of alarm_events, 3 of commands and no more (malformed)`."""
    told = [f"{one.rows} of {one.table}{f' and no more ({one.why})' if one.why else ''}" for one in saved]
    return ", ".join(told)
