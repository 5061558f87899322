"""Signals while a site is written to: SIGTERM ends a run as Ctrl-C does, and neither interrupts what takes back."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class TerminatedError(KeyboardInterrupt):
    """SIGTERM: the run ends as by Ctrl-C, so that leases are restored on the way out."""


def end(_number: int, _frame: FrameType | None) -> None:
    """Handle SIGTERM: TerminatedError."""
    raise TerminatedError("SIGTERM")


@contextmanager
def ended_by_sigterm() -> Iterator[None]:
    """Let SIGTERM end what is done within as Ctrl-C does, by TerminatedError."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Let neither Ctrl-C nor SIGTERM interrupt what restores the site; a harder end leaves it to the watchdog."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
