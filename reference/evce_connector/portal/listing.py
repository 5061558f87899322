"""Tables as the pages show them: the same cells, whether a page is asked for or the script of an open one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from evce_connector.site.values import utc_text

WIDEST = 300
"""Characters of a cell; what comes from a controller or a client may be longer."""


@dataclass(frozen=True)
class Listing:
    """A table: `columns` and the cells of its `rows`; `about` says what it shows."""

    about: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    more: str = ""
    """What is said beside how many rows there are."""

    @property
    def note(self) -> str:
        """The line below it, as the guide has it."""
        count = f"{len(self.rows)} {'item' if len(self.rows) == 1 else 'items'} present"
        return f"{count}; {self.more}" if self.more else count


def listing(about: str, columns: tuple[str, ...], rows: Sequence[Sequence[object]], more: str = "") -> Listing:
    """Make a table of what can be written as text."""
    return Listing(about, columns, tuple(tuple(cell(value) for value in row) for row in rows), more)


def cell(value: object) -> str:
    """Write a value for people.

    >>> cell(True), cell(None), cell("x" * 301)[-2:]
    ('Yes', '', 'x…')
    """
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return instant(value)
    text = "" if value is None else str(value)
    return text if len(text) <= WIDEST else f"{text[:WIDEST]}…"


def instant(value: datetime) -> str:
    """Write an instant to the second, and say that it is UTC.

    >>> from datetime import UTC
    >>> instant(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    '2026-01-02 03:04:05 UTC'
    """
    return f"{utc_text(value)[:19].replace('T', ' ')} UTC"


def elapsed(seconds: float | None) -> str:
    """Write seconds as hh:mm:ss, as the guide does; empty for None.

    >>> elapsed(3725.9), elapsed(360_000), elapsed(None)
    ('01:02:05', '100:00:00', '')
    """
    if seconds is None:
        return ""
    minutes, rest = divmod(int(max(0.0, seconds)), 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest:02}"
