"""The log (`-wal`) that a killed connector left: whether it belongs to the file beside it, and whether it is whole.

SQLite opens what it finds. A log without its file it deletes, one of another file it mixes into this one, and of one
that was cut it takes what there is; each without a word. So this is looked at before SQLite is asked.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from shutil import copyfile
from struct import unpack_from
from tempfile import TemporaryDirectory
from typing import NamedTuple

from evce_connector.errors import ConnectorError
from evce_connector.persistence import processes
from evce_connector.persistence.imprint import Mark, mark_of
from evce_connector.persistence.life import last_sign
from evce_connector.persistence.looking import is_logged, log_of, open_to_look, shared_of
from evce_connector.persistence.place import damage_in, is_sound
from evce_connector.persistence.whose import NOTHING, alone_in

_ONE_OF_TWO = slice(0, 48), slice(48, 96)
"""Where SQLite keeps twice, in what is shared about a log, how far it goes; they differ where it was being written."""
_LARGEST_PAGE = 65536
"""Bytes of the largest page that SQLite knows; the first page says how large pages are."""
_CUT = "which were cut off or spoilt"
"""What became of what a log lacks."""
_SALT_SHARED, _SALT_OF_LOG = slice(32, 40), slice(16, 24)
"""What each beginning of a log has for itself alone, in what is shared about it and in the log."""


class StrangeLogError(ConnectorError):
    """The log beside a database file is not its own: to open them together would spoil both."""


class LeftLog:
    """A file and the log beside it, as they were found: to be made before anybody opens the file.

    Whoever opens it first takes of the log what there is, and from then on nothing tells that there was more.
    """

    def __init__(self, file: Path) -> None:
        self.file, self.log, self._shared = file, log_of(file), shared_of(file)
        self._last, self._pages = last_sign(file), 0
        with suppress(OSError):
            self._pages = _pages_shared(file)

    def refuse_strange(self) -> None:
        """Raise StrangeLogError before the file is opened with a log that is not its own."""
        if self.is_alone():
            gone = "is empty" if self.file.exists() else "is not there"
            raise StrangeLogError(
                f"The database file {self.file} {gone}, but its log {self.log} is there, with what was written last. "
                "Put the file back in its place; or let `evce-connector run` move the log aside, and begin a new "
                "database."
            )
        if self.is_of_another_file():
            raise StrangeLogError(
                f"The log {self.log} was left by a connector that was killed, and is not of the file {self.file}: an "
                "older one, or another connector's, was put in its place. Opened together they would be a mixture. Put "
                "the former file back in its place; or let `evce-connector run` move the log aside, and go on with the "
                "file that is there."
            )
        if self.is_behind():
            raise StrangeLogError(
                f"The log {self.log} was cut or spoilt: the file {self.file} holds later things than it, and would "
                "lose them if it was opened with it. Put the whole log back in its place; or let `evce-connector run` "
                "move the log aside, and go on with the file that is there."
            )

    def is_alone(self) -> bool:
        """Tell whether the log has something in it, and its file is not there or empty."""
        with suppress(OSError):
            return is_logged(self.file) and not (self.file.is_file() and self.file.stat().st_size > NOTHING)
        return False

    def is_of_another_file(self) -> bool:
        """Tell whether the log was left beside another file than the one that is there, as far as the two tell.

        What the file said for certain when the log was begun is kept beside it. The owner's row says what the file said
        of its owner when the row was written; later the file says the same or a later thing. That was not yet on the
        disk perhaps: where the machine lost its power, it is not judged by.
        """
        with suppress(OSError):
            if not self.file.is_file() or not is_logged(self.file) or (alone := self._mark()) is None:
                return False
            if self._last is not None and self._last.rules_out(alone, self.file):
                return True
            try:
                owner = _last_owner(self.file)
            except sqlite3.Error as error:
                return bool(damage_in(error)) and is_sound(self.file)
            return owner is not None and owner.was_killed() and owner.says_more_than(alone)
        return False

    def is_behind(self) -> bool:
        """Tell whether the file alone holds later signs of life than with the log, as SQLite takes that.

        SQLite had brought pages into the file that were cut off the log, and would read older ones of the log in their
        place: what is safe in the file would be lost, or mixed with what it was.
        """
        with suppress(OSError, sqlite3.Error):
            if self.file.is_file() and is_logged(self.file) and (alone := mark_of(self.file)) is not None:
                owner = _last_owner(self.file)  # after the file: who writes meanwhile only adds to it
                is_older = owner is not None and owner.token == alone.token and owner.renewals < alone.renewals
                return is_older and is_sound(self.file)
        return False

    def _mark(self) -> Mark | None:
        """Return what the file alone says of its owner; those of the first version knew none."""
        if (mark := mark_of(self.file)) is not None:
            return mark
        content = alone_in(self.file)
        return Mark() if content and "owner" not in content.tables else None

    def missing(self) -> str:
        """Say which part of a killed connector's log is gone; nothing where it is whole, or nobody was killed.

        SQLite itself takes the log and what is shared about it away together, so one without the other tells that
        somebody else did.
        """
        with suppress(OSError, sqlite3.Error):
            if not self.file.is_file():  # to open a named pipe would take for ever
                return ""
            owner = _last_owner(self.file)
            if not self.log.exists():
                is_left = (self._shared.exists() and self.has_dead_owner()) or self._signs_lost(owner) > 0
                return f"its log {self.log} is not there, which a connector that was killed had left" if is_left else ""
            if (lost := self._pages_lost(owner)) > 0:
                return f"its log {self.log} lacks the last {lost} of {self._pages} pages, {_CUT}"
            if (lost := self._signs_lost(owner)) > 0:
                return f"its log {self.log} lacks what was written with the last {lost} signs of life, {_CUT}"
        return ""

    def _pages_lost(self, owner: _Owner | None) -> int:
        """Return how many pages SQLite does not find any more, under the boot that shared how many there were."""
        if owner is None or not self._pages or not owner.was_killed():
            return 0
        return self._pages - _pages_found(self.file)

    def _signs_lost(self, owner: _Owner | None) -> int:
        """Return how many signs of life file and log together lack, of who ran there last."""
        if owner is None or self._last is None or not self._last.is_later_than(owner.token, owner.renewals):
            return 0
        return self._last.renewals - owner.renewals

    def perhaps_missing(self) -> bool:
        """Tell whether nothing is left of a killed connector's log: all of it may have come into the file, or not."""
        return not self.log.exists() and not self._shared.exists() and self.has_dead_owner()

    def has_dead_owner(self) -> bool:
        """Tell whether the file alone says that somebody runs on it; with no log beside it nobody does."""
        alone = mark_of(self.file)
        return alone is not None and bool(alone.token)


class _Owner(NamedTuple):
    """The owner's row as file and log together say it."""

    token: str
    renewals: int
    kernel: str
    process: int
    started: str
    imprint: str

    def was_killed(self) -> bool:
        """Tell whether it ran under this boot of this machine, and does not any more."""
        return self.kernel == processes.kernel() != "" and processes.is_gone(self.process, self.started)

    def says_more_than(self, alone: Mark) -> bool:
        """Tell whether a file that once said what this row tells cannot say this."""
        told = Mark.of(self.imprint)
        if told is None:
            return False
        if alone.token != self.token:
            return alone != told
        return told.token == self.token and alone.renewals < told.renewals


def _last_owner(file: Path) -> _Owner | None:
    """Read the row; None where there is none that can be read, or an older version wrote it. sqlite3.Error."""
    with closing(open_to_look(file)) as connection:
        names = {name for _, name, *_ in connection.execute("PRAGMA table_info(owner)")}
        if not names.issuperset(_Owner._fields):
            return None
        row = connection.execute(f"SELECT {', '.join(_Owner._fields)} FROM owner").fetchone()  # noqa: S608 - our own names
        kinds = [type(one) for one in row or ()]
        return _Owner(*row) if kinds == [str, int, str, int, str, str] else None  # spoilt, it tells nothing


def _pages_shared(file: Path) -> int:
    """Return how many pages the log had, by what its writers shared; 0 where that is not of this log."""
    shared = shared_of(file)
    if not shared.exists():
        return 0
    head, log = shared.read_bytes()[:96], log_of(file).read_bytes()[: _SALT_OF_LOG.stop]
    one, other = (head[part] for part in _ONE_OF_TWO)
    if len(head) < _ONE_OF_TWO[1].stop or one != other:
        return 0
    pages: int = unpack_from("=I", one, 16)[0]
    is_same = len(log) < _SALT_OF_LOG.stop or one[_SALT_SHARED] == log[_SALT_OF_LOG]
    return pages if is_same else 0


def _pages_found(file: Path) -> int:
    """Return how many pages SQLite finds in the log: in a copy of it, for the look itself changes what is shared."""
    with TemporaryDirectory(prefix="evce-log-") as folder:
        copy = Path(folder) / file.name
        with file.open("rb") as original:
            copy.write_bytes(original.read(_LARGEST_PAGE))
        copyfile(log_of(file), log_of(copy))
        with closing(sqlite3.connect(copy)) as connection, suppress(sqlite3.DatabaseError):  # it lacks all other pages
            connection.execute("PRAGMA schema_version").fetchall()
            return _pages_shared(copy)
    return 0
