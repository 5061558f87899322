"""Waiting on a condition with a deadline: the only place of the features that looks at the computer's clock."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

LOOK_EVERY = 0.002


def until(condition: Callable[[], bool], what: str, seconds: float = 10.0) -> None:
    """Return as soon as the condition holds; AssertionError says what did not come about in so many real seconds."""
    deadline, pause = time.monotonic() + seconds, threading.Event()
    while not condition():
        assert time.monotonic() < deadline, f"{what}: not within {seconds:g} s"
        pause.wait(LOOK_EVERY)
