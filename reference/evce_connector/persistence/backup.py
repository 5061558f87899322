"""Copies a SQLite database while the connector writes in it, and looks whether a database or a copy is sound."""

from __future__ import annotations

import os
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from evce_connector import owner_only, storage_url
from evce_connector.errors import ConnectorError
from evce_connector.persistence import unfinished
from evce_connector.persistence.hindrance import unfit, why_unread
from evce_connector.persistence.instants import from_micros
from evce_connector.persistence.left_log import LeftLog
from evce_connector.persistence.looking import open_to_look
from evce_connector.persistence.owner import forget_in_copy
from evce_connector.persistence.place import file_of
from evce_connector.persistence.readable import unreadable_in
from evce_connector.persistence.versions import revisions
from evce_connector.persistence.whose import Content as Tables
from evce_connector.persistence.whose import Whose, content_of, refuse_others
from evce_connector.site.values import utc_text

PAGES_AT_ONCE = 1000
"""Pages between two looks at how far a copy is; in between the connector can write."""
NEWEST = {
    "alarm_events": ("transition", True),
    "commands": ("at", False),
    "history_samples": ("time", True),
    "refused_writes": ("at", False),
    "site_changes": ("at", False),
    "system_events": ("time", True),
}
"""The tables that grow: the column of a row's instant, and whether that is in microseconds."""
MANY = 20
"""Faults of a file that are told; one that is spoilt has thousands."""


class BackupError(ConnectorError):
    """A copy cannot be made, or a database cannot be looked at; the sentence says why, and what to do."""


class Content(NamedTuple):
    """What a table holds: its rows, and the instant of the newest (UTC, as text; empty where rows have none)."""

    table: str
    rows: int
    newest: str


def sqlite_file(url: str) -> Path:
    """Return the file of a SQLAlchemy URL; BackupError for a database that is none, or that is not there."""
    file = file_of(make_url(url))
    if file is None:
        raise BackupError(
            f"{storage_url.shown(url)} is no SQLite file: PostgreSQL's own tools back it up (pg_dump) and look whether "
            "it is sound (pg_amcheck)."
        )
    if why := unfit(file):
        raise BackupError(f"There is no database {file}: {why}.")
    if not file.is_file():
        raise BackupError(f"There is no database {file}. Check storage.url; the connector makes it at its first start.")
    return file


def back_up(file: Path, output: Path, progress: Callable[[int, int], None]) -> None:
    """Copy a database that may be in use into a new file, which belongs to its owner alone.

    `progress` is told how many pages of how many are copied. The file gets its name when it is whole and on the disk;
    until then it is one of `left_over`. BackupError when it cannot be done, AnothersError and StrangeLogError when it
    is not ours to be copied; nothing is left then.
    """
    if output.exists() or output.is_symlink():
        raise _there_already(output)
    refuse_others(file, str(file), revisions())
    part = output.with_name(f"{output.name}.{uuid.uuid4().hex[:8]}{unfinished.ENDING}")
    try:
        owner_only.make(part)
        with closing(_opened(file)) as old, closing(sqlite3.connect(part)) as new:
            old.backup(new, pages=PAGES_AT_ONCE, progress=lambda _, left, total: progress(total - left, total))
            forget_in_copy(new)
        _sync(part)
        _name(part, output)
    except sqlite3.Error as error:
        raise BackupError(f"{file} cannot be copied to {output}: {why_unread(file, error)}.") from error
    except OSError as error:
        raise BackupError(f"{output} cannot be written: {error.strerror}.") from error
    finally:
        unfinished.remove(part)


def left_over(output: Path) -> list[Path]:
    """Return what stands beside a copy that was begun and is not finished, or never will be."""
    return unfinished.begun(output.parent, f"{output.name}.", "*")


def _there_already(output: Path) -> BackupError:
    return BackupError(f"{output} is there already, and stays as it is: name another file.")


def _name(part: Path, output: Path) -> None:
    """Give a copy its name, unless another file took it meanwhile; some disks know no second name of a file."""
    try:
        output.hardlink_to(part)
    except FileExistsError as error:
        raise _there_already(output) from error
    except OSError:
        part.replace(output)
    _sync(output.parent)


def _sync(path: Path) -> None:
    """Let what was written survive a power cut; a folder cannot be asked for that on Windows."""
    if path.is_dir() and os.name != "posix":
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def faults(file: Path) -> Iterator[str]:
    """Say what is wrong with a database, a sentence each; nothing of one that is sound."""
    try:
        with closing(_opened(file)) as connection:
            for (found,) in connection.execute(f"PRAGMA integrity_check({MANY})"):
                if found != "ok":
                    yield f"{file} is damaged: {found}."
            yield from _content_faults(file, connection)
    except sqlite3.Error as error:
        yield f"{file} cannot be read: {why_unread(file, error)}."


def row_faults(file: Path) -> Iterator[str]:
    """Say which rows of a database that has no other faults cannot be read, a sentence each; BackupError."""
    told = 0
    try:
        for row in unreadable_in(file):
            told += 1
            if told <= MANY:
                yield f"{file} is damaged: row {row.words} cannot be read."
    except SQLAlchemyError as error:
        raise BackupError(f"{file} cannot be read: {why_unread(file, error)}.") from error
    if told > MANY:
        yield f"{told - MANY} more rows cannot be read."


def _content_faults(file: Path, connection: sqlite3.Connection) -> Iterator[str]:
    """Say whether the tables are those of this version."""
    known, content = revisions(), content_of(connection)
    whose = content.whose(known)
    if content.has_lost_revision(known):
        yield f"{file} is damaged: the revision of its tables is gone{_and_missing(content)}."
    elif content.revision is None:
        yield f"{file} holds no revision of the connector's tables: it is another program's, or of version 0.1.0."
    elif whose is Whose.ANOTHERS:
        yield f"{file} is another program's: {content.strange()}."
    elif whose is Whose.NEWER:
        found = content.revision
        yield f"{file} belongs to a newer version of the connector: revision {found}, this one knows {known[-1]}."
    elif content.revision == known[-1] and (missing := content.missing()):
        yield f"{file} is damaged: {missing}."


def _and_missing(content: Tables) -> str:
    missing = content.missing()
    return f", and {missing}" if missing else ""


def contents(file: Path) -> list[Content]:
    """Return what the tables that grow hold; BackupError when they cannot be read."""
    try:
        with closing(_opened(file)) as connection:
            return [_content(connection, table, *column) for table, column in NEWEST.items()]
    except sqlite3.Error as error:
        raise BackupError(f"{file} cannot be read: {why_unread(file, error)}.") from error


def _content(connection: sqlite3.Connection, table: str, column: str, micros: bool) -> Content:
    rows, newest = connection.execute(f"SELECT count(*), max({column}) FROM {table}").fetchone()  # noqa: S608 - our tables
    if newest is None:
        return Content(table, rows, "")
    return Content(table, rows, utc_text(from_micros(newest)) if micros else str(newest))


def _opened(file: Path) -> sqlite3.Connection:
    """Open a database to read; StrangeLogError, sqlite3.Error."""
    LeftLog(file).refuse_strange()
    return open_to_look(file)
