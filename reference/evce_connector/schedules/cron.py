"""Reads cron expressions as crontab(5) has them: minute, hour, day of month, month, day of week.

Ours, because APScheduler 3 counts weekdays from Monday where cron counts from Sunday, never means "either" by a day of
month beside a day of week, and passes over what it does not understand behind a name ("jan/2").
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from evce_connector.schedules.schedule import MONTHS, WEEKDAYS

_FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day of month", 1, 31), ("month", 1, 12), ("day of week", 0, 7))
_DAY_OF_WEEK = "day of week"
_PART = re.compile(r"(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:/(\d{1,2}))?", re.ASCII)
_WEEK = 7
_CRON_WEEK = (WEEKDAYS[-1], *WEEKDAYS[:-1])
"""Weekdays by cron's numbers: Sunday is 0, and 7."""
_NAMES = {
    "month": {name.lower(): str(number) for number, name in enumerate(MONTHS, 1)},
    _DAY_OF_WEEK: {name[:3].lower(): str(number) for number, name in enumerate(_CRON_WEEK)},
}


@dataclass(frozen=True)
class Expression:
    """What an expression allows. With `either_day` a day of the month or of the week is enough, else both must be."""

    minutes: list[int]
    hours: list[int]
    days: list[int]
    months: list[int]
    weekdays: list[str]
    either_day: bool


def read(expression: str) -> Expression:
    """Read an expression; ValueError says which field is wrong.

    >>> read("30 6 * * mon-fri").weekdays
    ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday']
    """
    texts = expression.lower().split()
    if len(texts) != len(_FIELDS):
        raise ValueError(f"a cron expression has five fields (minute, hour, day, month, weekday), not {len(texts)}")
    minutes, hours, days, months, weekdays = (
        _values(name, text, low, high) for (name, low, high), text in zip(_FIELDS, texts, strict=True)
    )
    either_day = not texts[2].startswith("*") and not texts[4].startswith("*")
    named = [_CRON_WEEK[number] for number in sorted({number % _WEEK for number in weekdays})]
    return Expression(minutes, hours, days, months, named, either_day)


def _values(name: str, text: str, low: int, high: int) -> list[int]:
    found: set[int] = set()
    for part in text.split(","):
        digits = re.sub("[a-z]+", lambda word: _NAMES.get(name, {}).get(word[0], word[0]), part)
        match = _PART.fullmatch(digits)
        if match is None:
            raise ValueError(f"its {name} {part!r} is neither *, a number, a range (1-5) nor a step (*/15)")
        first = int(match[1] or low)
        last = int(match[2] or (match[1] if match[1] and not match[3] else high))
        step = int(match[3] or 1)
        if name == _DAY_OF_WEEK and match[2] and last < first:
            last += _WEEK  # fri-mon goes over the end of the week
        elif last > high:
            raise ValueError(f"its {name} {part!r} goes beyond {high}")
        if first < low or first > last or not 0 < step <= high:
            raise ValueError(f"its {name} {part!r} must count up between {low} and {high}")
        found.update(range(first, last + 1, step))
    return sorted(found)
