"""Differences between two endpoints, with when they were first and last seen, and whether they have healed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

NOT_THERE = "(not there)"


class Key(NamedTuple):
    """What is compared: an item by its path of names at the left, or the right where only it has one, and an aspect.

    Aspects are tree, name, type, description, unit, writeable, value, state, alarm, message (of an alarm that stands at
    both ends), history and server.
    """

    item: str
    aspect: str


class Pair(NamedTuple):
    """What both sides show."""

    left: str
    right: str


@dataclass
class Difference:
    """One difference: both readings as last seen, times in UTC, in ISO form; `healed` is empty while it lasts.

    `looks` counts how often it was seen.
    """

    item: str
    aspect: str
    left: str
    right: str
    first: str
    last: str
    looks: int = 1
    healed: str = ""


class Differences:
    """All differences of a comparison; a new one counts only when it is seen in two looks running."""

    def __init__(self) -> None:
        self._suspected: dict[Key, Difference] = {}
        self._open: dict[Key, Difference] = {}
        self._healed: list[Difference] = []

    def take(self, at: datetime, found: Mapping[Key, Pair], judged: Callable[[Key], bool]) -> None:
        """Enter what a look found; `judged` tells what it looked at, so that nothing else heals by it."""
        now = at.isoformat(timespec="seconds")
        for key, pair in found.items():
            if known := self._open.get(key) or self._suspected.pop(key, None):
                known.left, known.right, known.last = pair.left, pair.right, now
                known.looks += 1
                self._open[key] = known
            else:
                self._suspected[key] = Difference(*key, *pair, now, now)
        for key in [key for key in self._suspected if key not in found and judged(key)]:
            del self._suspected[key]
        for key in [key for key in self._open if key not in found and judged(key)]:
            healed = self._open.pop(key)
            healed.healed = now
            self._healed.append(healed)

    @property
    def suspected(self) -> list[Key]:
        """What was seen in the last look only."""
        return list(self._suspected)

    @property
    def lasting(self) -> list[Key]:
        """What differs now."""
        return list(self._open)

    @property
    def healed(self) -> list[Difference]:
        """What differed once."""
        return list(self._healed)

    def all(self) -> list[Difference]:
        """Give all differences, in the order in which they were first seen."""
        return sorted([*self._open.values(), *self._healed], key=lambda one: (one.first, one.item, one.aspect))
