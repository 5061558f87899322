"""Whether the connector lives: what must run until the end does, and nothing hangs that waits for nobody.

A controller or a database that fails is no death: the connector goes on without them, and no new start would help.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence

from evce_connector.host.step import Step

Threads = Callable[[], Iterable[threading.Thread | None]]


class Liveness:
    """Looks at the threads that must never end, and at the steps that say how long a turn of theirs may take."""

    def __init__(self, steps: Sequence[Step], threads: Threads) -> None:
        """Look at `steps` and at what `threads` returns; None among these is a thread that is not wanted now."""
        self._steps, self._threads = steps, threads

    def dead(self) -> list[str]:
        """Say in a sentence each what has ended by an error or hangs; empty when the connector lives. Never waits."""
        every = [*(step.thread for step in self._steps), *self._threads()]
        ended = [
            f"The thread {thread.name} has ended by an error of its own."
            for thread in every
            if thread is not None and thread.ident is not None and not thread.is_alive()
        ]
        hanging = [f"{step.thread.name} hangs for {step.turns_for():.0f} s." for step in self._steps if step.hangs()]
        return ended + hanging
