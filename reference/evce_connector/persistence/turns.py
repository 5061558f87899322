"""Threads that write to one SQLite file do so one after another.

SQLite takes one writer at a time, and lets the others try again by chance, after pauses that grow: beside three threads
that write all the time, a fourth was told "database is locked" after its second, though none held the file for longer
than 5 ms. Here they wait in line, and the longest wait was 0.2 s. Writers of other processes are left to SQLite.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from evce_connector.persistence.patience import deadlines_of


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that writes, when it is this thread's turn."""
    with in_turn(engine), engine.begin() as connection:
        yield connection


@contextmanager
def in_turn(engine: Engine) -> Iterator[None]:
    """Wait for this thread's turn to write, as long as for a lock; then SQLite is asked all the same, and says no."""
    deadlines = deadlines_of(engine)
    if deadlines is None or engine.dialect.name != "sqlite":
        yield
        return
    ours = deadlines.turn.acquire(timeout=deadlines.locks())
    try:
        yield
    finally:
        if ours:
            deadlines.turn.release()
