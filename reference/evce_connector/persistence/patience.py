"""How long what is asked of the database may take: every statement has a deadline inside its caller's budget.

A caller with a budget says so by `within`: connecting, waiting for a connection, statements and the commit share it.
Who says nothing gets the figures of the database's `Patience`. SQLite itself waits for locks, for as long as it is told
when a connection is taken up; how a PostgreSQL that says nothing any more is left alone is in postgresql.py.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from math import inf
from time import monotonic

from sqlalchemy import Engine

_OPTION = "evce_deadlines"
_until: ContextVar[float] = ContextVar("until", default=inf)
"""The instant until which this thread has time, in s of the monotonic clock."""
AWAY = 2.0
"""Seconds for which a PostgreSQL that did not answer in time is not asked again, but by one."""
_MOMENT = 0.3
LONGEST_LOCK = 5.0
"""Seconds that SQLite waits for a lock at most, however much time its caller has."""
LAST_LOCKS, _LAST_LOCK = 1.0, 0.05
"""Seconds of an end in which locks are waited for, however many ask, and for each of those that ask later."""


@dataclass(frozen=True)
class Patience:
    """How many s a lock, a statement and a connection attempt may take where the caller has no budget of its own."""

    locks: float
    statement: float
    connecting: float


RUNNING = Patience(locks=1.5, statement=5.0, connecting=2.0)
"""For the connector: a poll comes each 15 s, clients of EWS wait 10 s."""
COMMAND = Patience(locks=5.0, statement=300.0, connecting=5.0)
"""For a command that a person waits for; it may print a ledger of ten years."""


class Deadlines:
    """The deadlines of one database, and whether it is away: it did not answer in time, or took no connection.

    `turn` is held by the thread of this process that writes (turns.py).
    """

    def __init__(self, patience: Patience) -> None:
        self.patience = patience
        self.turn = threading.RLock()
        self._hurry = (inf, inf)
        self._lock = threading.Lock()
        self._away, self._again_at = "", 0.0

    def hurry(self, seconds: float) -> None:
        """Let nothing take longer than so many s any more: neither what is under way nor what is yet to come."""
        self._hurry = (monotonic(), seconds)

    def of(self, seconds: float) -> Callable[[], float]:
        """Return what tells the deadline of something that begins now and may take so many s without a budget."""
        began, until = monotonic(), _until.get()
        if until == inf:
            until = began + seconds

        def deadline() -> float:
            since, at_most = self._hurry
            return min(until, max(began, since) + at_most)

        return deadline

    def locks(self) -> float:
        """Return how many s a lock may be waited for now."""
        until = _until.get()
        longest = self.patience.locks if until == inf else min(until - monotonic(), LONGEST_LOCK)
        since, at_most = self._hurry
        left = max(since + LAST_LOCKS - monotonic(), _LAST_LOCK)
        return max(0.0, min(longest, at_most, left))

    def absence(self) -> str:
        """Return why the database need not be asked now, empty when it may be; one asker tries it now and then."""
        with self._lock:
            if self._away and monotonic() >= self._again_at:
                self._again_at = monotonic() + self.patience.connecting + AWAY
                return ""
            return self._away

    def miss(self, why: str) -> None:
        """Note that the database is away."""
        with self._lock:
            self._away, self._again_at = why, monotonic() + AWAY

    def found(self) -> None:
        """Note that it is there."""
        with self._lock:
            self._away = ""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Let all that this thread asks of a database in this block take so many s together, or fail."""
    token = _until.set(min(_until.get(), monotonic() + seconds))
    try:
        yield
    finally:
        _until.reset(token)


@contextmanager
def a_moment_more() -> Iterator[None]:
    """Let what cleans up in this block have a moment, also when the budget is used up."""
    token = _until.set(max(_until.get(), monotonic() + _MOMENT))
    try:
        yield
    finally:
        _until.reset(token)


def give_deadlines(engine: Engine, patience: Patience) -> Deadlines:
    """Give an engine deadlines."""
    deadlines = Deadlines(patience)
    engine.update_execution_options(**{_OPTION: deadlines})
    return deadlines


def deadlines_of(engine: Engine) -> Deadlines | None:
    """Return the deadlines of an engine, if it was given any."""
    deadlines: Deadlines | None = engine.get_execution_options().get(_OPTION)
    return deadlines


def hurry(engine: Engine, seconds: float) -> None:
    """Let nothing that a database is asked take longer than so many s from now on: the process ends."""
    deadlines: Deadlines = engine.get_execution_options()[_OPTION]
    deadlines.hurry(seconds)
