"""When two endpoints that poll at different moments agree on a value that moves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

ABSOLUTE, RELATIVE = 0.01, 0.0005
"""Tolerance of numbers, in their unit, and as a share: what rounding of the last digit shown may do."""


class Shown:
    """What each side showed lately."""

    def __init__(self, window: float) -> None:
        self._window = window
        self._seen: dict[object, dict[str, float]] = {}

    def see(self, key: object, at: float, reading: str) -> list[str]:
        """Enter a reading, and give all that were seen in the last `window` seconds, this one too."""
        seen = self._seen.setdefault(key, {})
        seen[reading] = at
        for old in [text for text, last in seen.items() if last < at - self._window]:
            del seen[old]
        return list(seen)


def agree(left: Sequence[str], right: Sequence[str]) -> bool:
    """Tell whether two sides agree by what each showed lately: a common reading, or ranges of numbers that meet.

    Ranges, because of a figure that rises with each poll two endpoints never show the same one.
    """
    if {*map(plain, left)} & {*map(plain, right)}:
        return True
    lefts, rights = _numbers(left), _numbers(right)
    if not lefts or not rights:
        return False
    slack = max(ABSOLUTE, RELATIVE * max(map(abs, lefts + rights)))
    return min(lefts) <= max(rights) + slack and min(rights) <= max(lefts) + slack


def _numbers(readings: Sequence[str]) -> list[float]:
    """Read all as numbers; none when one is no number."""
    try:
        return [float(reading) for reading in readings]
    except ValueError:
        return []


def plain(reading: str) -> str:
    """Write a value in one of the spellings that EWS allows for it."""
    word = reading.strip()
    if word.lower() in ("true", "false"):
        return word.lower()
    try:
        moment = datetime.fromisoformat(word) if "T" in word else None
    except ValueError:
        moment = None
    if moment is None:
        return word
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
