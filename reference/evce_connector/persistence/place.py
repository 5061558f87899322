"""Whether the SQLite file at storage.url is still the one that was opened: SQLite writes on into one that was deleted.

Each use of a connection looks, and so does each commit: nothing is kept in a file that nobody will find.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from sqlalchemy import URL, Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import SQLAlchemyError

DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_PRIMARY = 0xFF
"""Bits of SQLite's error codes that tell the kind; the others tell more of it."""
_GONE = "its tables are gone"
_OURS = b"alarm_events"
"""Stands in each file of ours, where SQLite keeps how tables were made."""
_LOOKED_THROUGH = 16_000_000
"""Bytes at the beginning of a file that are looked through for that."""


class DatabaseAwayError(SQLAlchemyError):
    """The file was deleted, moved or replaced under the connector, or is being opened anew."""

    def __init__(self, file: Path) -> None:
        super().__init__(f"the database file {file} was deleted, moved or replaced")


def file_of(url: URL) -> Path | None:
    """Return the file of a SQLite database, None for all others."""
    named = url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:"
    return Path(str(url.database)).absolute() if named and "uri" not in url.query else None


def is_empty(file: Path | None) -> bool:
    """Tell whether a file is there and holds nothing: no database, ours or another's, is left so by who made it."""
    with suppress(OSError):
        return file is not None and file.is_file() and file.stat().st_size == 0
    return False


def was_ours(file: Path) -> bool:
    """Tell whether a file that is no database was ours: it holds what is left of our tables, or nothing but zeros.

    Whatever else stands at storage.url is somebody else's, and not to be touched.
    """
    with suppress(OSError), file.open("rb") as content:
        beginning = content.read(_LOOKED_THROUGH)
        return _OURS in beginning or not beginning.strip(b"\0")
    return False


def damage_in(error: BaseException | None) -> str:
    """Return in SQLite's words that a file is damaged, if an error or its cause says so; else nothing."""
    while error is not None:
        original = getattr(error, "orig", None) or error
        if getattr(original, "sqlite_errorcode", 0) & _PRIMARY in DAMAGE:
            return str(original)
        error = error.__cause__
    return ""


class Place:
    """The place of an engine's file. Of a database that is no file of ours it never says anything.

    `damage` tells, in SQLite's words, that some statement found the file damaged; empty while none has.
    """

    def __init__(self, engine: Engine) -> None:
        self.file = file_of(engine.url)
        self.damage = ""
        self._renewing = 0
        self._opened = self._present()
        if self.file is not None:
            event.listen(engine, "checkout", lambda *_: self.check())
            event.listen(engine, "commit", lambda *_: self.check())
            event.listen(engine, "handle_error", self._note)

    def _present(self) -> tuple[int, int] | None:
        """Return what tells the file that is there now from others; None when there is none."""
        if self.file is not None:
            with suppress(OSError):
                found = self.file.stat()
                return found.st_dev, found.st_ino
        return None

    def _note(self, context: ExceptionContext) -> None:
        self.damage = self.damage or damage_in(context.original_exception)

    def check(self) -> None:
        """Raise DatabaseAwayError unless the file is the one that was opened, and nobody opens it anew."""
        if self._renewing == threading.get_ident():
            return
        if self.file is not None and (self._renewing or self.is_away()):
            raise DatabaseAwayError(self.file)

    def is_away(self) -> bool:
        """Tell whether another file is there than the one that was opened, or none."""
        return self.file is not None and self._present() != self._opened

    def look(self) -> str:
        """Return why the file cannot be gone on with, in words; empty when it can, as far as a short look tells."""
        if self.file is None:
            return ""
        if self.is_away():
            return str(DatabaseAwayError(self.file))
        if not self.damage:
            self.damage = _damage_of(self.file)
        return f"the database file {self.file} is damaged: {self.damage}" if self.damage else ""

    @contextmanager
    def renewing(self) -> Iterator[None]:
        """Let this thread alone use the place, and take what is there in the end for the file that was opened."""
        self._renewing = threading.get_ident()
        try:
            yield
            self._opened, self.damage = self._present(), ""
        finally:
            self._renewing = 0


def _damage_of(file: Path) -> str:
    """Look at the head and the tables of a file by a connection of its own: others read on what they have in memory."""
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=rw", uri=True, timeout=0)) as connection:
            connection.execute("SELECT version_num FROM alembic_version").fetchall()
    except sqlite3.DatabaseError as error:
        return _GONE if "no such table" in str(error) else damage_in(error)
    return ""
