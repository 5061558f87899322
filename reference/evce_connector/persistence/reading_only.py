"""A SQLite file that cannot be written is read as it stands: the site is there, and what is new waits in memory.

SQLite needs files beside a database that is in use, and opens it not even for reading when it can make none, on a full
disk or in a folder that may not be written. Each connection is tried in the usual way first, so all is well again with
the first one that succeeds.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from evce_connector.persistence.hindrance import hindrance, kind_of, no_room
from evce_connector.persistence.log_beside import (
    Away,
    DatabaseAwayError,
    LogBeside,
    WritingConnection,
    can_write,
)
from evce_connector.persistence.looking import is_logged, log_of

_KINDS = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN})
"""How SQLite fails where it cannot write."""
_WHY = "evce_reads_only"
_AS_IT_STANDS = "mode=ro&immutable=1"
"""How SQLite opens a file without looking for others beside it, or making them."""
_READS_ONLY = "attempt to write a readonly database"
"""What SQLite says to who writes by a connection that only reads."""

SetUp = Callable[[sqlite3.Connection], None]


def read_when_it_cannot_be_written(engine: Engine, file: Path, set_up: SetUp) -> None:
    """Let an engine's connections read a file that cannot be written; `set_up` prepares each one that can write."""
    was_there, log = file.exists(), LogBeside(file)
    log.follow(engine)

    def connect(_: object, record: ConnectionPoolEntry, __: list[Any], options: dict[str, Any]) -> sqlite3.Connection:
        log.before_opening()
        if why := _why_not_to_try(file):
            record.info[_WHY] = why
            return _opened(file, _AS_IT_STANDS, options)
        try:
            connection = _opened(
                file, "mode=rw", options, partial(_joining, log, set_up)
            )  # SQLite makes no other one so
        except sqlite3.Error as error:
            if was_there and not file.exists():
                raise DatabaseAwayError(Away.FILE, file) from error
            if not _can_be_read(file, error):
                raise
            record.info[_WHY] = hindrance(file, error)
            return _opened(file, _AS_IT_STANDS, options)
        if not can_write(connection):  # a log that was left beside the file lets SQLite open it for reading
            record.info[_WHY] = hindrance(file, sqlite3.OperationalError(_READS_ONLY))
        return connection

    def give_up(_: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
        if record.info.pop(_WHY, ""):
            record.invalidate()  # at once: while one is open that only reads, SQLite lets no other write

    event.listen(engine, "do_connect", connect)
    event.listen(engine, "checkin", give_up)
    event.listen(engine, "handle_error", partial(_say_why, file), retval=True)


def _opened(file: Path, how: str, options: dict[str, Any], set_up: SetUp | None = None) -> sqlite3.Connection:
    factory: dict[str, Any] = {"factory": WritingConnection}
    connection: sqlite3.Connection = sqlite3.connect(f"{file.as_uri()}?{how}", uri=True, **options | factory)
    try:
        if set_up is not None:
            set_up(connection)
    except (sqlite3.Error, DatabaseAwayError):
        connection.close()
        raise
    return connection


def _joining(log: LogBeside, set_up: SetUp, connection: sqlite3.Connection) -> None:
    set_up(connection)
    log.joined(connection)


def why_reading_only(connection: Connection) -> str:
    """Return why a connection reads only, and what to do, in words; empty when it can write."""
    return str(connection.info.get(_WHY, ""))


def _why_not_to_try(file: Path) -> str:
    """Return why SQLite would fail to make its files beside a file, in words: it leaves them there, empty."""
    with suppress(OSError):
        return no_room(file) if not log_of(file).exists() and _is_whole(file) else ""
    return ""


def _can_be_read(file: Path, error: sqlite3.Error) -> bool:
    """Tell whether a file that SQLite fails to write can be read without its log."""
    return kind_of(error) in _KINDS and _is_whole(file)


def _is_whole(file: Path) -> bool:
    """Tell whether a file holds all that was written into it; what its log holds as well may be part of it only."""
    with suppress(OSError):
        return file.stat().st_size > 0 and not is_logged(file)
    return False


def _say_why(file: Path, context: ExceptionContext) -> OperationalError | None:
    """Let who writes hear why the file cannot be written, and what to do, as far as that can be seen."""
    error = context.original_exception
    if context.connection is None or kind_of(error) not in _KINDS:
        return None
    context.is_disconnect = True  # a file that was opened for reading stays so, whatever is done about its rights
    if context.execution_context is not None:
        context.execution_context.cursor.close()  # who keeps the error would keep it, and it the file open for reading
    why = why_reading_only(context.connection) or hindrance(file, error)
    return OperationalError(context.statement, None, sqlite3.OperationalError(why)) if why != str(error) else None
