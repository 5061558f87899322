"""The log (`-wal`) beside a SQLite file: connections write on into one that was deleted, and no next start finds it.

SQLite itself deletes the log when the last connection closes, and makes another with the next. So one connection is
kept open that nobody uses: through it what stands in a deleted log comes into the file, though all others have closed.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from enum import Enum
from pathlib import Path
from time import monotonic
from weakref import WeakKeyDictionary, WeakSet

from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from evce_connector.persistence.hindrance import kind_of
from evce_connector.persistence.looking import log_of

_OPTION = "evce_log_beside"
_PATIENCE = 5.0
"""Seconds that connections which are in use get to end: as long as a statement may take."""
_WAIT = 1.0
"""Seconds that the kept connection waits for others."""
_LOOK = 0.05
"""Seconds between two looks at that: some end without a word."""
_BEGINNINGS = (b"", b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")
"""How a log begins, empty or not."""

Identity = tuple[int, int]
"""What tells a file from others: its device, and its number there."""


class Away(Enum):
    """What became of what was opened."""

    FILE = "the database file {file} was deleted, moved or replaced"
    LOG = "the log of the database, {file}-wal, was deleted, moved or replaced"
    CONTENT = "the database file {file}, or its log {file}-wal, was overwritten with something older"

    def words(self, file: Path) -> str:
        """Say it of a database file."""
        return self.value.format(file=file)


class DatabaseAwayError(SQLAlchemyError):
    """The file or its log was deleted, moved or replaced under the connector, or is being opened anew."""

    def __init__(self, away: Away, file: Path) -> None:
        super().__init__(away.words(file))


class InUseError(SQLAlchemyError):
    """Somebody still reads or writes in a file that is to be opened anew."""

    def __init__(self, file: Path) -> None:
        super().__init__(f"{file} is still read or written in, which is waited for")


class WritingConnection(sqlite3.Connection):
    """A connection that can be kept in mind without being kept open by that."""


def can_write(connection: sqlite3.Connection) -> bool:
    """Tell whether a connection can write, and change nothing; it does not wait for locks afterwards.

    SQLite opens for reading what may not be written, and says so to nobody but who writes.
    """
    connection.execute("PRAGMA busy_timeout=0")
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("PRAGMA user_version=0")
    except sqlite3.Error as error:
        return kind_of(error) != sqlite3.SQLITE_READONLY
    finally:
        connection.rollback()
    return True


def identity(path: Path) -> Identity | None:
    """Return what tells the file that is there now from others; None when there is none."""
    with suppress(OSError):
        found = path.stat()
        return found.st_dev, found.st_ino
    return None


class LogBeside:
    """The log that an engine's connections write in; any thread may ask."""

    def __init__(self, file: Path) -> None:
        self.file, self.path = file, log_of(file)
        self._writers = WeakKeyDictionary[object, Identity]()
        self._leaving = WeakSet[object]()
        self._lock = threading.Lock()
        self._keeper: WritingConnection | None = None
        self.before_opening: Callable[[], None] = self.check
        """Raises DatabaseAwayError where nothing is to be opened."""

    @classmethod
    def of(cls, engine: Engine) -> LogBeside | None:
        """Return the log of an engine's file; None where it has no file of its own."""
        found: LogBeside | None = engine.get_execution_options().get(_OPTION)
        return found

    def follow(self, engine: Engine) -> None:
        """Note which connections of an engine close; those that it opens are to be told by `joined`."""
        engine.update_execution_options(**{_OPTION: self})
        event.listen(engine, "close", self._closed)
        event.listen(engine, "checkin", self._leave)
        event.listen(engine, "engine_disposed", lambda _: self._let_go())

    def keep(self) -> None:
        """Open the connection that nobody uses, unless the file cannot be written.

        One that only reads would do harm: as long as a process has one open, SQLite lets no other of it write.
        """
        self._let_go()
        uri = f"{self.file.as_uri()}?mode=rw"
        with suppress(sqlite3.Error), ExitStack() as undo:
            keeper = sqlite3.connect(uri, uri=True, timeout=_WAIT, check_same_thread=False, factory=WritingConnection)
            undo.callback(keeper.close)
            keeper.execute("SELECT 1 FROM sqlite_master").fetchall()
            if can_write(keeper):
                keeper.execute(f"PRAGMA busy_timeout={1000 * _WAIT:.0f}")
                self.joined(keeper)
                undo.pop_all()
                self._keeper = keeper

    def keep_when_it_can_be_written(self) -> None:
        """Open the connection that nobody uses if it could not be opened before."""
        if self._keeper is None:
            self.keep()

    def _let_go(self) -> None:
        keeper, self._keeper = self._keeper, None
        if keeper is not None:
            self._forget(keeper)
            keeper.close()

    def joined(self, connection: sqlite3.Connection) -> None:
        """Take up a connection that was opened; DatabaseAwayError when it did not find the log of the others."""
        found = identity(self.path)
        with self._lock:
            if any(other != found for other in self._writers.values()):
                raise DatabaseAwayError(Away.LOG, self.file)
            if found is not None:  # some file systems can have none
                self._writers[connection] = found

    def check(self) -> None:
        """Raise DatabaseAwayError when the log that connections have open is not there any more."""
        if self.is_away():
            raise DatabaseAwayError(Away.LOG, self.file)

    def is_away(self) -> bool:
        """Tell whether the log that connections have open is not the one that is there, or is none any more."""
        with self._lock:
            known = set(self._writers.values())
        return bool(known) and known != {identity(self.path)}

    def is_spoilt(self) -> bool:
        """Tell whether the log begins as none does: it was emptied, and written on where its end had been.

        SQLite holds no lock on it that closing it here would end.
        """
        with suppress(OSError), self.path.open("rb") as log:
            return bool(self._writers) and log.read(len(_BEGINNINGS[-1])) not in _BEGINNINGS
        return False

    def is_empty(self) -> bool:
        """Tell whether connections have a log open that holds nothing."""
        with suppress(OSError):
            return bool(self._writers) and self.path.stat().st_size == 0
        return False

    def _closed(self, connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        self._forget(connection)

    def _forget(self, connection: object) -> None:
        with self._lock:
            self._writers.pop(connection, None)
            self._leaving.discard(connection)

    def _leave(self, connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
        """Close a connection that was in use when the others were closed."""
        if connection in self._leaving:
            record.invalidate()

    def pass_on(self) -> None:
        """Write into the file what can be, so that it says itself who runs on it; a trouble is told by who writes."""
        if self._keeper is not None:
            with suppress(sqlite3.Error):
                self._keeper.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def bring_home(self) -> None:
        """Write into the file what stands in the log alone, also in one that was deleted; InUseError, sqlite3.Error.

        To be asked for where the file is the one that the log belongs to: pages would be mixed with another's.
        """
        if self._keeper is not None:
            (busy, *_) = self._keeper.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if busy:
                raise InUseError(self.file)

    def close_all(self, engine: Engine) -> None:
        """Close an engine's connections, and wait for those that are in use; InUseError when one stays.

        The kept one is the last, so that what it keeps is there as long as somebody may still write.
        """
        with self._lock:
            self._leaving.update(one for one in self._writers if one is not self._keeper)
        keeper, self._keeper = self._keeper, None
        try:
            engine.dispose()
            self._await_end()
        except BaseException:
            self._keeper = keeper
            raise
        self._keeper = keeper
        self._let_go()

    def _await_end(self) -> None:
        until, waited = monotonic() + _PATIENCE, threading.Event()
        while self._leaving:
            if monotonic() > until:
                raise InUseError(self.file)
            waited.wait(_LOOK)
