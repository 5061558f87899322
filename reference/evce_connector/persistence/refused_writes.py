"""Writes that were refused before the rules of writing saw them: of whom, of what, and why; so many, and no more.

They stand beside the command ledger, not in it: that keeps what was asked of the site for years, this what a client may
send by the thousand. Whoever refuses waits for no disk: lines wait in memory until somebody flushes them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Engine, Integer, String, Table, delete, desc, func, insert, select

from evce_connector.clock import Clock, SystemClock
from evce_connector.evce.one_line import one_line
from evce_connector.persistence.attempts import NEVER_TAKEN, Attempts
from evce_connector.persistence.commands import WIDEST, Command, CommandLedger, Stage
from evce_connector.persistence.readable import Reader, instant
from evce_connector.persistence.schema import metadata
from evce_connector.points.write_request import RefusedWrite
from evce_connector.site.values import utc_text

KEPT = 5000
"""Lines kept; older ones are deleted."""
A_MINUTE = 20
"""Lines kept of one minute; what is more is counted."""
MOST_WAITING = 1000
"""Lines that wait in memory at most, while the database takes none; what is more is counted."""
_MINUTE = 60.0
_refused = Table(
    "refused_writes",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("at", String(32), nullable=False),
    Column("user", String(WIDEST), nullable=False),
    Column("client", String(WIDEST), nullable=False),
    Column("item", String, nullable=False),
    Column("old", String, nullable=False),
    Column("new", String, nullable=False),
    Column("why", String, nullable=False),
)


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of the table."""

    at: str
    user: str
    client: str
    item: str
    old: str
    new: str
    why: str

    def command(self) -> Command:
        """Return it as a line of the command ledger is."""
        told = self.at, self.user, self.client, self.item, self.old, self.new
        return Command(*told, success=False, answer=self.why, stage=Stage.REFUSED)


class RefusedWrites:
    """The last refusals; any thread may `keep` one.

    `clean` takes out of a text what nobody may read: a client may send a password where a number belongs.
    """

    def __init__(self, engine: Engine, clock: Clock | None = None, clean: Callable[[str], str] = str) -> None:
        self._engine, self._clock, self._clean = engine, clock or SystemClock(), clean
        self._attempts = Attempts(engine)
        self._lock, self._writing = threading.Lock(), threading.Lock()
        self._waiting: list[_Line] = []
        self._room, self._until = 0, float("-inf")
        self._left_out = 0

    def keep(self, write: RefusedWrite) -> None:
        """Take a refusal, if there is room for it in this minute; else count it. Nothing is waited for."""
        with self._lock:
            now = self._clock.monotonic()
            if now >= self._until:
                self._room, self._until = A_MINUTE, now + _MINUTE
            if self._room and len(self._waiting) < MOST_WAITING:
                self._room -= 1
                self._waiting.append(self._line(write))
            else:
                self._left_out += 1

    def _line(self, write: RefusedWrite) -> _Line:
        item, old, new, why = (self._shown(text) for text in (write.item, write.old, write.new, write.why))
        user, client = self._shown(write.user)[:WIDEST], self._shown(write.client)[:WIDEST]
        return _Line(utc_text(self._clock.now()), user, client, item, old, new, why)

    def _shown(self, text: str) -> str:
        """Return what somebody sent as people may see it: cleaned before it is cut, for a part of a secret is none."""
        return one_line(self._clean(text))

    @property
    def waiting(self) -> int:
        """How many lines the database has not taken yet."""
        return len(self._waiting)

    def flush(self) -> None:
        """Write what waits, and how many were left out; SQLAlchemyError when the database takes nothing."""
        with self._writing:
            with self._lock:
                lines, left_out = list(self._waiting), self._left_out
            if not lines and not left_out:
                return
            count = [_left_out(left_out, utc_text(self._clock.now()))] if left_out else []
            try:
                self._write([*lines, *count])
            except NEVER_TAKEN:  # nothing that anybody should wait for
                left_out -= len(lines)
            with self._lock:
                del self._waiting[: len(lines)]
                self._left_out -= left_out

    def _write(self, lines: list[_Line]) -> None:
        names = [column.name for column in _refused.columns][1:]
        with self._attempts.begin() as connection:
            connection.execute(insert(_refused), [dict(zip(names, astuple(line), strict=True)) for line in lines])
            newest = select(func.max(_refused.c.number)).scalar_subquery()
            connection.execute(delete(_refused).where(_refused.c.number <= newest - KEPT))

    def lines(self, limit: int | None = None) -> list[Command]:
        """Return the last refusals as lines of the ledger, the oldest first; those that wait in memory are the last."""
        with self._writing:
            with self._engine.connect() as connection:
                kept = _LINES.read(connection, select(_refused).order_by(desc(_refused.c.number)).limit(limit))
            with self._lock:
                found = [*reversed(kept), *self._waiting]
        return [line.command() for line in (found if limit is None else found[-limit:])]


def all_lines(ledger: CommandLedger, refused: RefusedWrites, limit: int | None, refusals: int | None) -> list[Command]:
    """Return the last lines of the ledger, and so many refusals among them, by their time; None: all there are."""
    return sorted([*ledger.lines(limit), *refused.lines(refusals)], key=_time)


def _left_out(count: int, at: str) -> _Line:
    was = "write that was refused is not kept" if count == 1 else "writes that were refused are not kept"
    return _Line(at, "", "", "", "", "", f"{count} more {was}: {A_MINUTE} of a minute are")


def _time(line: Command) -> datetime:
    return instant(line.at)


def _line(row: Any) -> _Line:  # noqa: ANN401 - a row of the table
    instant(row.at)
    return _Line(row.at, row.user, row.client, row.item, row.old, row.new, row.why)


_LINES = Reader(_refused, _line)
