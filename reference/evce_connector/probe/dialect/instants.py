"""Times and how long something lasts, in whichever form a controller says them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from evce_connector.evce.convert import Json
from evce_connector.probe.dialect.columns import numeric
from evce_connector.site.values import utc_instant

EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2400, 1, 1, tzinfo=UTC)
_DURATION = re.compile(r"P(?=.)(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?")
_LONGEST_LEFT = 5e8
"""Seconds beyond which a number is an instant, and nothing that is left."""


def instant(value: Json) -> datetime | None:
    """Read a time in any form: ISO, or s or ms since 1970, also as text; None for what is none of our age."""
    number = numeric(value)
    try:
        if number is not None:
            found = datetime.fromtimestamp(number / (1000 if abs(number) > 2e10 else 1), UTC)  # noqa: PLR2004 - s until 2603
            return found if number > 9e8 and EARLIEST < found < LATEST else None  # noqa: PLR2004 - 1998
        if isinstance(value, str) and re.match(r"\d{4}-?\d\d-?\d\d[T ]?\d\d", value):
            found = utc_instant(value)
            return found if EARLIEST < found < LATEST else None
    except (ValueError, OverflowError, OSError):
        pass
    return None


def lasts(value: Json) -> str:
    """Tell how a value says how long something still lasts: `duration`, `seconds-left`, empty for neither."""
    if isinstance(value, str) and _DURATION.fullmatch(value):
        return "duration"
    number = numeric(value)
    return "seconds-left" if number is not None and 0 <= number < _LONGEST_LEFT and number.is_integer() else ""
