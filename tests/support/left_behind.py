"""Which threads, sockets and SQLite connections are open, and whose: a test's, or a fixture's that outlives the test.

What a thread opens belongs to whom the thread belongs to, so that a server's connections are the server's.
"""

from __future__ import annotations

import gc
import socket
import sqlite3
import sqlite3.dbapi2
import threading
import weakref
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from features.driver.waiting import until

PATIENCE = (0.1, 5.0)
"""Seconds that what is open gets to end after its test, closing takes a moment: at first, and once more."""


@dataclass(eq=False)
class Holder:
    """Who opens: a test, or a fixture of a wider scope, which may keep what is its own as long as it lives."""

    name: str


class Connection(sqlite3.Connection):
    """A connection to SQLite that tells whether it was closed; Python says so from 3.13 on, in any later test."""

    closed = False

    def close(self) -> None:
        """Close it, and remember that."""
        super().close()
        self.closed = True


@dataclass(eq=False)
class Opened:
    """What was opened, with its holder and the test during which that was."""

    holder: Holder
    during: str
    is_open: Callable[[], bool]
    name: Callable[[], str]
    thread: threading.Thread | None = None

    def __str__(self) -> str:
        return f"{self.name()}, opened during {self.during}"


class Ledger:
    """Notes each thread and each socket of this process when it is opened."""

    def __init__(self) -> None:
        self.test = Holder("")
        self._present: Holder | None = None
        self._opened: dict[Opened, None] = {}  # what is opened meanwhile on other threads is lost from no dictionary

    def watch(self) -> None:
        """Note from now on, by methods put in the place of the library's (network.py says why no audit hook)."""
        begin, make, connect = threading.Thread.start, socket.socket.__init__, sqlite3.connect

        def start(self_: threading.Thread) -> None:
            holder = self._holder()
            self_.__dict__["holder"] = holder
            begin(self_)
            self._note(holder, self_.is_alive, lambda: f"the thread {self_.name}", self_)

        def opened(self_: socket.socket, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 - as a socket's
            make(self_, *arguments, **named)
            known = weakref.ref(self_)
            self._note(self._holder(), partial(_has_descriptor, known), lambda: f"the socket {known()}")

        def connected(*arguments: Any, **named: Any) -> sqlite3.Connection:  # noqa: ANN401 - as the library's
            made: sqlite3.Connection = connect(*arguments, **{"factory": Connection, **named})
            if isinstance(made, Connection):
                what = f"a connection to the database {arguments[0] if arguments else named['database']}"
                self._note(self._holder(), lambda: not made.closed, lambda: what)
            return made

        setattr(threading.Thread, "start", start)  # noqa: B010 - to assign to a method is what types forbid
        setattr(socket.socket, "__init__", opened)  # noqa: B010 - as above
        for module in (sqlite3, sqlite3.dbapi2):  # the second is where SQLAlchemy finds it
            setattr(module, "connect", connected)  # noqa: B010 - as above

    def present(self, holder: Holder | None) -> Holder | None:
        """Say who opens what the main thread opens from now on, None for nobody; returns who did before."""
        before, self._present = self._present, holder
        return before

    def open_of(self, holder: Holder) -> list[Opened]:
        """Return what is open of a holder."""
        for one in list(self._opened):
            if not one.is_open():
                del self._opened[one]
        return [one for one in list(self._opened) if one.holder is holder]

    def left_of(self, holder: Holder) -> list[str]:
        """Wait until nothing is open of a holder; returns what still is, in words, and forgets it.

        What was closed may be held open by a file on it that an exception's frames still know: those are collected.
        What is collected without being closed warns, which fails a test as well.
        """
        for seconds in PATIENCE:
            with suppress(AssertionError):
                until(lambda: not self.open_of(holder), "closed", seconds)
                return []
            gc.collect()
        left = self.open_of(holder)
        for one in left:
            del self._opened[one]
        return [str(one) for one in left]

    def hand_over(self, holder: Holder, to: Holder) -> None:
        """Let what is open of a holder belong to another."""
        for one in self.open_of(holder):
            one.holder = to
            if one.thread:
                one.thread.__dict__["holder"] = to

    def _note(
        self,
        holder: Holder | None,
        is_open: Callable[[], bool],
        name: Callable[[], str],
        thread: threading.Thread | None = None,
    ) -> None:
        if holder is not None:
            self._opened[Opened(holder, self.test.name, is_open, name, thread)] = None

    def _holder(self) -> Holder | None:
        thread = threading.current_thread()
        if thread is threading.main_thread():
            return self._present
        holder: Holder | None = thread.__dict__.get("holder")
        return holder


def _has_descriptor(known: weakref.ref[socket.socket]) -> bool:
    found = known()
    return found is not None and found.fileno() != -1
