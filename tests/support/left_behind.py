"""Which threads and sockets are open, and whose they are: a test's, or a fixture's that outlives the test.

What a thread opens belongs to whom the thread belongs to, so that a server's connections are the server's.
"""

from __future__ import annotations

import gc
import socket
import threading
import weakref
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from features.driver.waiting import until

PATIENCE = (0.1, 5.0)
"""Seconds that threads and sockets get to end after their test, closing takes a moment: at first, and once more."""


@dataclass(eq=False)
class Holder:
    """Who opens: a test, or a fixture of a wider scope, which may keep what is its own as long as it lives."""

    name: str


@dataclass(eq=False)
class Opened:
    """A thread or a socket, with its holder and the test during which it was opened."""

    holder: Holder
    during: str
    thread: threading.Thread | None = None
    wire: weakref.ref[socket.socket] | None = None

    def is_open(self) -> bool:
        """Say whether the thread runs still, or the socket has a descriptor."""
        if self.thread is not None:
            return self.thread.is_alive()
        found = self.wire() if self.wire is not None else None
        return found is not None and found.fileno() != -1

    def __str__(self) -> str:
        what = f"the thread {self.thread.name}" if self.thread else f"the socket {self.wire and self.wire()}"
        return f"{what}, opened during {self.during}"


class Ledger:
    """Notes each thread and each socket of this process when it is opened."""

    def __init__(self) -> None:
        self.test = Holder("")
        self._present: Holder | None = None
        self._opened: dict[Opened, None] = {}  # what is opened meanwhile on other threads is lost from no dictionary

    def watch(self) -> None:
        """Note from now on, by methods put in the place of the library's (network.py says why no audit hook)."""
        begin, make = threading.Thread.start, socket.socket.__init__

        def opened(self_: socket.socket, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 - as a socket's
            make(self_, *arguments, **named)
            if (holder := self._holder()) is not None:
                self._opened[Opened(holder, self.test.name, wire=weakref.ref(self_))] = None

        def start(self_: threading.Thread) -> None:
            holder = self._holder()
            self_.__dict__["holder"] = holder
            begin(self_)
            if holder is not None:
                self._opened[Opened(holder, self.test.name, self_)] = None

        setattr(threading.Thread, "start", start)  # noqa: B010 - to assign to a method is what types forbid
        setattr(socket.socket, "__init__", opened)  # noqa: B010 - as above

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

    def _holder(self) -> Holder | None:
        thread = threading.current_thread()
        if thread is threading.main_thread():
            return self._present
        holder: Holder | None = thread.__dict__.get("holder")
        return holder
