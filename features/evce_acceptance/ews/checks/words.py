"""Words and values on the wire."""

from __future__ import annotations

import re

STATES = ("0", "1", "2", "3", "4")
"""Good, Uncertain, Forced, Offline, Error."""
ALARM_STATES = ("0", "1", "2", "3", "4")
"""Normal, Active, Acknowledged, Reset, Disabled."""
_WHOLE = re.compile(r"[+-]?\d+")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-]?INF|NaN")
_TRUTH = re.compile("true|false|0|1", re.IGNORECASE)
_TIME = re.compile(r"\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]00:00)")
_DURATION = re.compile(r"-?P(?=.)(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?")
TYPES = {
    "datetime": (_TIME, "a time is written in UTC, as 2031-01-01T00:00:00Z"),
    "boolean": (_TRUTH, "a boolean is True, False, 1 or 0"),
    "string": (re.compile(".*", re.DOTALL), ""),
    "double": (_NUMBER, "a number has a decimal point and no separators"),
    "long": (_WHOLE, "a whole number has digits alone"),
    "integer": (_WHOLE, "a whole number has digits alone"),
    "duration": (_DURATION, "a duration is written as PT30M"),
}


def why_unreadable(value: str, type_: str) -> str:
    """Say why a value is none of its type; empty where it is one, has no value, or the type is unknown.

    >>> why_unreadable("12,5", "Double")
    'a number has a decimal point and no separators'
    """
    pattern, why = TYPES.get(type_.lower(), (None, ""))
    return why if value and pattern is not None and not pattern.fullmatch(value.strip()) else ""
