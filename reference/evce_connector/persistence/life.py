"""The last sign of life of who runs on a SQLite file, kept in a small file beside it: a log that is cut leaves it.

It also ties the log to its file, whatever boot of the machine comes between: SQLite begins a log anew, under a name
that no other has, only when all that stood in it is in the file and on the disk.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Self

from evce_connector import owner_only
from evce_connector.persistence.imprint import Mark
from evce_connector.persistence.looking import life_of, log_of

_NAME = slice(16, 24)
"""Where a log has the name under which it was begun."""
_COUNTED = 4
"""Bytes of that name which are counted up at each beginning; the others are chance, as all are of a new log file."""
_MOST_BEGUN = 1000
"""How often a log is begun between two signs of life, at most."""
_LENGTH = 96
"""Bytes that each sign has: it is written over the one before, and no kill leaves a half."""
_NONE = "-"
"""Stands for the name of a log where there is none."""


class Sign(NamedTuple):
    """A sign of life that is in the database for certain: whose it is, and how many it had given.

    `log` is the name of the log just after, and `in_file` the sign that the file itself held when that log was begun;
    0 where that is not known.

    >>> Sign.of(Sign("6f0c", 12, "00ff00ff00ff00ff", 9).text)
    Sign(token='6f0c', renewals=12, log='00ff00ff00ff00ff', in_file=9)
    """

    token: str
    renewals: int
    log: str
    in_file: int = 0

    @property
    def text(self) -> str:
        """Return it as it is kept."""
        return f"{self.token} {self.renewals} {self.log} {self.in_file}".ljust(_LENGTH)

    @classmethod
    def of(cls, text: str) -> Self | None:
        """Read what was kept; None of what tells nothing."""
        fields = text.split()
        if len(fields) == len(cls._fields) and fields[1].isdecimal() and fields[3].isdecimal():
            return cls(fields[0], int(fields[1]), fields[2], int(fields[3]))
        return None

    def is_later_than(self, token: str, renewals: int) -> bool:
        """Tell whether a database that once held this sign cannot say that this was the last."""
        return token == self.token and renewals < self.renewals

    def rules_out(self, alone: Mark, file: Path) -> bool:
        """Tell whether the log that is beside a file now was begun beside one that said a later thing, or of others."""
        found = _name_of_log(file)
        if _NONE in {found, self.log}:
            return False
        if found == self.log:
            return self.in_file > 0 and (alone.token != self.token or alone.renewals < self.in_file)
        return _is_begun_later(found, self.log) and self.is_later_than(alone.token, alone.renewals)


class Life:
    """Keeps the signs of life of one who runs on a file; the caller lets no two threads in at once.

    What cannot be kept is not told: an older sign, or none, claims no more than is there.
    """

    def __init__(self, file: Path) -> None:
        self._file, self._last = file, Sign("", 0, _NONE)

    def keep(self, token: str, renewals: int) -> None:
        """Keep a sign that was written into the database just now."""
        last, log = self._last, _name_of_log(self._file)
        in_file = last.in_file if log == last.log else 0
        is_new = _NONE not in {log, last.log} and log != last.log
        self._last = Sign(token, renewals, log, last.renewals if is_new else in_file)
        with suppress(OSError):
            _write(life_of(self._file), self._last.text, lasting=is_new)

    def forget(self) -> None:
        """Take away what is kept: before the database becomes another's or nobody's, or it would be missed there."""
        self._last = Sign("", 0, _NONE)
        with suppress(OSError):
            life_of(self._file).unlink(missing_ok=True)


def last_sign(file: Path) -> Sign | None:
    """Return the sign that is kept beside a file; None where none is that can be read."""
    with suppress(OSError, ValueError):
        return Sign.of(life_of(file).read_text(encoding="ascii"))
    return None


def _name_of_log(file: Path) -> str:
    """Return the name of the log beside a file; SQLite holds no lock on a log that closing it here would end."""
    with suppress(OSError), log_of(file).open("rb") as log:
        return log.read(_NAME.stop)[_NAME].hex() or _NONE
    return _NONE


def _is_begun_later(log: str, other: str) -> bool:
    """Tell by their names whether one log was begun in the place of another: the first half is counted up."""
    one, two = (int(name[: _COUNTED * 2], 16) for name in (log, other))
    return 0 < (one - two) % (1 << 8 * _COUNTED) < _MOST_BEGUN


def _write(path: Path, text: str, *, lasting: bool) -> None:
    """Write over what is there; what lasts is on the disk in the end."""
    descriptor = owner_only.opener(str(path), os.O_WRONLY | os.O_CREAT)
    try:
        os.write(descriptor, text.encode("ascii"))
        if lasting:
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
