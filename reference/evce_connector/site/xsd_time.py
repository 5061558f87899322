"""xs:dateTime by the grammar of XML Schema 1.1 (part 2, section 3.3.7), the same on every Python.

`datetime.fromisoformat` reads more (weeks, bare dates, hours alone: on one Python other ones than on the next) and less
(24:00:00, the ends of time that .NET sends). isodate reads the basic forms and hours alone too, and no 24:00:00.
elementpath has the grammar, but with it a whole XPath, and what leaves datetime's years would still be ours to turn.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta

EARLIEST, LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
"""What a time before or after datetime's range is read as."""
_WHITE_SPACE = " \t\r\n"
_CYCLE = 400
"""Years after which the Gregorian calendar begins anew."""
_TIME = re.compile(
    r"(?P<year>-?(?:[1-9]\d{4,}|\d{4}))-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12]\d|3[01])"
    r"T(?:(?P<hour>[01]\d|2[0-3]):(?P<minute>[0-5]\d):(?P<second>[0-5]\d)(?:\.(?P<fraction>\d+))?|24:00:00(?:\.0+)?)"
    r"(?:Z|(?P<sign>[+-])(?P<hours>0\d|1[0-3]|14(?=:00)):(?P<minutes>[0-5]\d))?",
    re.ASCII,
)


def read_time(text: str) -> datetime:
    """Read an xs:dateTime as an instant in UTC; without offset it means UTC. ValueError where it is none.

    Fractions go to the microsecond, cut and not rounded. What lies outside of datetime's years 1 to 9999, by its offset
    or by itself, is read as the nearest instant within: .NET says "no bound" by its MinValue and MaxValue in local
    time, and as a bound or a validity they mean the ends of time.

    >>> read_time("2027-01-01T24:00:00+01:00").isoformat()
    '2027-01-01T23:00:00+00:00'
    >>> read_time("0001-01-01T00:00:00+02:00") == EARLIEST
    True
    >>> read_time("2027-01-01")
    Traceback (most recent call last):
    ValueError: '2027-01-01' is no xs:dateTime, such as 2027-01-01T12:00:00Z
    """
    found = _TIME.fullmatch(text.strip(_WHITE_SPACE))
    if found is None:
        raise ValueError(f"{text[:40]!r} is no xs:dateTime, such as 2027-01-01T12:00:00Z")
    year, month, day = found["year"], int(found["month"]), int(found["day"])
    if day > monthrange(_CYCLE + _in_cycle(year), month)[1]:
        raise ValueError(f"{text[:40]!r} is a day that its month does not have")
    if year.startswith("-") or year == "0000":
        return EARLIEST
    if len(year) > len("9999"):
        return LATEST
    midnight = datetime(int(year), month, day, tzinfo=UTC)
    try:
        return midnight + _time_of_day(found) - _offset(found)
    except OverflowError:
        return EARLIEST if int(year) == 1 else LATEST


def _in_cycle(year: str) -> int:
    """Return a year's place in the calendar's cycle from its last digits: it may have thousands of them."""
    last = int(year[-4:])  # 10,000 years are 25 cycles
    return (-last if year.startswith("-") else last) % _CYCLE


def _time_of_day(found: re.Match[str]) -> timedelta:
    if found["hour"] is None:
        return timedelta(days=1)
    hours, minutes, seconds = (int(found[name]) for name in ("hour", "minute", "second"))
    micros = int((found["fraction"] or "")[:6].ljust(6, "0"))
    return timedelta(hours=hours, minutes=minutes, seconds=seconds, microseconds=micros)


def _offset(found: re.Match[str]) -> timedelta:
    if found["sign"] is None:
        return timedelta()
    offset = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"]))
    return -offset if found["sign"] == "-" else offset
