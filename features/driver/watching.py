"""Looks again and again, in the time of the site, whether something holds, and notes when it did first."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from features.driver.world import World

PAUSES, MOST_LOOKS = (1.0, 5.0, 15.0), 130
"""Seconds between two looks: the shortest with which there are not too many."""
JUST_AFTER = 0.001
"""Seconds that looks come after whole ones: values are stale when they are *older* than so many seconds."""
HAIR = 1e-6
"""Seconds that rounding may add."""


class Seen(NamedTuple):
    """What a look found: whether it is as it should be, and in words what is there."""

    holds: bool
    words: str


class Watch:
    """One watcher of the site, that waits at most `limit` s for something to hold.

    `after` tells when it held first, in s since the watch began; None as long as it never did. `seen` is what the last
    look found. A look takes no time of the site: whoever reads is answered at once, or not in time.
    """

    def __init__(self, world: World, look: Callable[[], Seen], limit: float) -> None:
        self.after: float | None = None
        self.seen = "nothing"
        self._world, self._look, self._limit = world, look, limit
        self._pause = next((pause for pause in PAUSES if limit <= pause * MOST_LOOKS), PAUSES[-1])
        self._began = world.clock.monotonic()
        self.due = self._began + JUST_AFTER

    def run(self) -> None:
        """Let time pass until it holds, or the limit is over."""
        with self._world.looked_at(self):
            while self.after is None and self.due - self._began <= self._limit + JUST_AFTER + HAIR:
                self._world.pass_time(max(0.0, self.due - self._world.clock.monotonic()))
                self.look()

    def look(self) -> None:
        """Look, if that is due; after a time in which nobody could look, once."""
        now = self._world.clock.monotonic()
        if now < self.due - HAIR:
            return
        while self.due <= now + HAIR:
            self.due += self._pause
        found = self._look()
        assert self._world.clock.monotonic() == now, "who read had to wait"
        self.seen = found.words
        if found.holds:
            self.after, self.due = now - self._began, float("inf")
