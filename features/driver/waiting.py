"""Waiting on a condition with a deadline: the only place of the features that looks at the computer's clock."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

FIRST_LOOK, LOOK_EVERY = 0.0001, 0.002
"""Seconds until the second look, each later one after twice as long, and the longest pause between two."""


def until(condition: Callable[[], object], what: str = "it never came", seconds: float = 30.0) -> None:
    """Return as soon as the condition holds; AssertionError says what did not come about in so many real seconds."""
    deadline, pause, wait = time.monotonic() + seconds, threading.Event(), FIRST_LOOK
    while not condition():
        assert time.monotonic() < deadline, f"{what}: not within {seconds:g} s"
        pause.wait(wait)
        wait = min(2 * wait, LOOK_EVERY)
