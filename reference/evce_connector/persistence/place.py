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

from evce_connector.persistence.hindrance import kind_of
from evce_connector.persistence.imprint import Imprint
from evce_connector.persistence.log_beside import Away, DatabaseAwayError, LogBeside, identity
from evce_connector.persistence.looking import open_to_look
from evce_connector.persistence.whose import NOTHING, TablesMissingError, content_of

DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_UNREAD = "it cannot be read"
"""What may be no damage of the file: something lacks what it should hold, as a log that was emptied does."""


def file_of(url: URL) -> Path | None:
    """Return the file of a SQLite database, None for all others."""
    named = url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:"
    return Path(str(url.database)).absolute() if named and "uri" not in url.query else None


def is_empty(file: Path | None) -> bool:
    """Tell whether a file is there and holds nothing: no database, ours or another's, is left so by who made it."""
    with suppress(OSError):
        return file is not None and file.is_file() and file.stat().st_size <= NOTHING
    return False


def damage_in(error: BaseException | None) -> str:
    """Return in words, mostly SQLite's, that a file is damaged, if an error or its cause says so; else nothing."""
    while error is not None:
        if isinstance(error, TablesMissingError):
            return str(error)
        original = getattr(error, "orig", None) or error
        if kind_of(original) in DAMAGE:
            return str(original)
        error = error.__cause__
    return ""


class Place:
    """The place of an engine's file. Of a database that is no file of ours it never says anything.

    `token` is that of the connector in the owner's row. `damage` tells, in SQLite's words, that some statement found
    the file damaged; empty while none has.
    """

    def __init__(self, engine: Engine, token: str = "") -> None:
        self.file = file_of(engine.url)
        self.damage = ""
        self._renewing, self._emptied = 0, False
        self._engine, self._log = engine, LogBeside.of(engine)
        if self.file is not None:
            self._opened = identity(self.file)
            self._imprint = Imprint(self.file, token)
            self._keep()
            if self._log is not None:
                self._log.before_opening = self.check  # to open another program's file would change it
            event.listen(
                engine, "do_connect", lambda *_: self.check(), insert=True
            )  # opening would change another's file
            event.listen(engine, "checkout", lambda *_: self.check())
            event.listen(engine, "commit", lambda *_: self.check())
            event.listen(engine, "handle_error", self._note)

    def _keep(self) -> None:
        if self._log is not None:
            self._log.keep()

    def _note(self, context: ExceptionContext) -> None:
        self.damage = self.damage or damage_in(context.original_exception)

    def check(self) -> None:
        """Raise DatabaseAwayError unless all that was opened is there as it was, and nobody opens it anew."""
        if self._renewing == threading.get_ident() or self.file is None:
            return
        away = Away.FILE if self._renewing else self.away()
        if away:
            raise DatabaseAwayError(away, self.file)

    def away(self) -> Away | None:
        """Return what was taken away or put in another's place, if anything was."""
        if self.file is None:
            return None
        if identity(self.file) != self._opened:
            return Away.FILE
        if self._emptied or self._imprint.is_older() or (self._log and self._log.is_spoilt()):
            return Away.CONTENT
        return Away.LOG if self._log and self._log.is_away() else None

    def look(self) -> str:
        """Return why the file cannot be gone on with, in words; empty when it can, as far as a short look tells."""
        if self.file is None:
            return ""
        if away := self.away():
            return away.words(self.file)
        found = _damage_of(self.file)
        if (self.damage or found) and self._log and self._log.is_empty() and is_sound(self.file):
            self._emptied = True
            return Away.CONTENT.words(self.file)
        self.damage = self.damage or ("" if found == _UNREAD else found)
        if self._log and not self.damage:
            self._log.keep_when_it_can_be_written()
            if not self._imprint.is_ours:
                self._log.pass_on()
        return f"the database file {self.file} is damaged: {self.damage}" if self.damage else ""

    @contextmanager
    def renewing(self) -> Iterator[None]:
        """Let this thread alone use the place, and take what is there in the end for the file that was opened."""
        self._renewing = threading.get_ident()
        try:
            yield
            if self.file is not None:
                self._opened, self.damage, self._emptied = identity(self.file), "", False
                self._imprint.renew()
                self._keep()
        finally:
            self._renewing = 0

    def let_go(self, away: Away | None) -> None:
        """Close all that is open; what stands in the log alone comes into its file, unless that is another by now.

        SQLAlchemyError when that fails, or when somebody still uses the file.
        """
        if self._log is None:
            self._engine.dispose()
            return
        if away in {Away.FILE, Away.LOG}:
            self._log.bring_home()
        self._log.close_all(self._engine)


def _damage_of(file: Path) -> str:
    """Look at the head and the tables of a file by a connection of its own: others read on what they have in memory."""
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=rw", uri=True, timeout=0)) as connection:
            return _damage_in_head(connection)
    except sqlite3.DatabaseError as error:
        return damage_in(error)


def _damage_in_head(connection: sqlite3.Connection) -> str:
    try:
        return content_of(connection).missing()
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_IOERR_SHORT_READ:
            return _UNREAD
        return damage_in(error)


def is_sound(file: Path) -> bool:
    """Tell whether a file is sound without its log: then what was damaged is the log."""
    with suppress(sqlite3.Error), closing(open_to_look(file, without_log=True)) as alone:
        return alone.execute("PRAGMA quick_check(1)").fetchone() == ("ok",) and not _damage_in_head(alone)
    return False
