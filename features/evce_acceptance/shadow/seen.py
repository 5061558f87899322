"""What both sides showed of their figures, look after look: it tells what a sample of their logs may say."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime, timedelta

NEAR = timedelta(minutes=5)
"""How far from a sample a look may be that tells of it, beyond what a poll takes."""


class Seen:
    """Readings of items by time, for as long as they are `kept`; after `window` seconds both sides show a change."""

    def __init__(self, window: float, kept: timedelta) -> None:
        self._window = timedelta(seconds=window)
        self._kept = kept
        self._shown: dict[str, list[tuple[datetime, frozenset[str]]]] = {}
        self._looks: list[datetime] = []

    def see(self, item: str, at: datetime, readings: Iterable[str]) -> None:
        """Enter what both sides show of an item; what came before the last `kept` is forgotten."""
        shown = self._shown.setdefault(item, [])
        now = frozenset(readings)
        if not shown or shown[-1][1] != now:
            shown.append((at, now))
        while len(shown) > 1 and shown[1][0] < at - self._kept:
            del shown[0]

    def looked(self, at: datetime) -> None:
        """Note that a look has read all items."""
        self._looks = [look for look in self._looks if look >= at - self._kept] + [at]

    def around(self, item: str, time: datetime) -> set[str]:
        """Give all that was shown around a sample's time, from 5 min before to 5 min after both sides have polled.

        Empty when nobody looked before, or after both have polled: what was shown is not known then.
        """
        polled = time + self._window
        start, end = time - NEAR, polled + NEAR
        known = any(start <= look <= time for look in self._looks) and any(
            polled <= look <= end for look in self._looks
        )
        shown = self._shown.get(item, [])
        if not known or not shown:
            return set()
        first = max(0, bisect_right(shown, start, key=lambda one: one[0]) - 1)
        return {reading for at, readings in shown[first:] if at <= end for reading in readings}
