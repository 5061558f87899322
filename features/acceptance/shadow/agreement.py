"""When two endpoints that poll at different moments agree on a value that moves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

ABSOLUTE, RELATIVE = 0.01, 0.0005
"""Tolerance of numbers, in their unit, and as a share: what rounding of the last digit shown may do."""

Readings = list[tuple[float, str]]


class Shown:
    """What each side showed lately; a reading lasts until the next one."""

    def __init__(self, window: float) -> None:
        self._window = window
        self._readings: dict[object, Readings] = {}

    def see(self, key: object, at: float, reading: str) -> list[str]:
        """Enter a reading, and give all that may have been shown in the last `window` seconds."""
        readings = self._readings.setdefault(key, [])
        if not readings or readings[-1][1] != reading:
            readings.append((at, reading))
        while len(readings) > 1 and readings[1][0] < at - self._window:
            del readings[0]
        return [text for _, text in readings]


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
