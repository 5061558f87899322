"""New addresses of the pages and of the EWS server hold once somebody has confirmed them; else they are undone."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence

from evce_connector.clock import Clock

WITHIN = 120.0
"""Seconds in which they are to be confirmed."""


class NewAddresses:
    """What was saved and is not confirmed yet; pages confirm it, and the host looks whether they did.

    `changes` says by key what is new. Time is that of people, in real s.
    """

    def __init__(self, changes: Sequence[str], clock: Clock) -> None:
        self.changes, self._clock = tuple(changes), clock
        self._until = clock.monotonic() + WITHIN
        self._kept = threading.Event()
        self.mark = hashlib.sha256("\n".join(self.changes).encode()).hexdigest()[:8]
        """Tells these from others: a form that shows others confirms nothing."""

    def keep(self) -> None:
        """Confirm them."""
        self._kept.set()

    @property
    def kept(self) -> bool:
        """Whether somebody has confirmed them."""
        return self._kept.is_set()

    @property
    def left(self) -> float:
        """Seconds that are left to confirm them, 0 when they are over."""
        return max(0.0, self._until - self._clock.monotonic())
