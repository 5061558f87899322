"""What a SQLite file says of its owner without its log: an older copy that is written over it says an earlier thing.

The owner's row counts signs of life, and a checkpoint only ever brings later ones into the file.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import NamedTuple, Self

from evce_connector.persistence.looking import open_to_look


class Mark(NamedTuple):
    """The owner's row in the file; without one, nobody ran when the file was left.

    >>> Mark.of(Mark("6f0c", 12, 1700000000000000).text)
    Mark(token='6f0c', renewals=12, since=1700000000000000)
    """

    token: str = ""
    renewals: int = 0
    since: int = 0

    @property
    def text(self) -> str:
        """Return it as it is kept."""
        return f"{self.token} {self.renewals} {self.since}"

    @classmethod
    def of(cls, text: str) -> Self | None:
        """Read what was kept; None of what tells nothing."""
        token, *numbers = text.split(" ")
        if len(numbers) == 2 and all(number.isdecimal() for number in numbers):  # noqa: PLR2004 - as it is kept
            return cls(token, *map(int, numbers))
        return None


class Imprint:
    """The last mark that was found in a file; `token` is the one of the connector that runs on it."""

    def __init__(self, file: Path, token: str) -> None:
        self._file, self._token = file, token
        self._looked: tuple[int, int] | None = None
        self._is_older = False
        self._last = mark_of(file)

    @property
    def is_ours(self) -> bool:
        """Whether the file itself, and not its log alone, says that this connector runs on it."""
        return self._last is not None and self._last.token == self._token

    def is_older(self) -> bool:
        """Tell whether the file says an earlier thing than it said before; it is read when it was changed."""
        with suppress(OSError):
            found = self._file.stat()
            looked = found.st_mtime_ns, found.st_size
            if looked != self._looked:
                self._is_older = self._compare()
                self._looked = looked
        return self._is_older

    def renew(self) -> None:
        """Begin with what the file says now."""
        self._last, self._looked, self._is_older = mark_of(self._file), None, False

    def _compare(self) -> bool:
        mark, last = mark_of(self._file), self._last
        if mark is None:  # another look tells what is the matter with it
            return False
        if last is not None and last.token == self._token and _is_before(mark, last):
            return True
        self._last = mark
        return False


def _is_before(mark: Mark, last: Mark) -> bool:
    """Tell whether a mark is not ours any more, or an older one of ours; another's later one is a taken database."""
    if mark.token == last.token:
        return mark.renewals < last.renewals
    return mark.since <= last.since


def mark_of(file: Path) -> Mark | None:
    """Return what the file alone says; None when it cannot be read so, as in the middle of a checkpoint.

    By SQLite: to close the file by other means would end the locks that it holds in this process.
    """
    try:
        with closing(open_to_look(file, without_log=True)) as connection:
            row = connection.execute("SELECT token, renewals, since FROM owner").fetchone()
    except sqlite3.Error:
        return None
    mark = Mark(*row) if row else Mark()
    return mark if [type(one) for one in mark] == [str, int, int] else None  # spoilt, it tells nothing
