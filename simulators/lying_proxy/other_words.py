"""What is said in place of a value: near enough to be believed, and wrong."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

_OPPOSITES = {"true": "false", "false": "true", "True": "False", "False": "True"}


def other(value: str, by: str) -> str:
    """Give a wrong value: a number more by `by`, a time later by as many hours, the opposite boolean, another word.

    >>> other("19.5", "1"), other("true", "1"), other("charging", "1"), other("2030-01-31T12:00:00Z", "2")
    ('20.5', 'false', 'not charging', '2030-01-31T14:00:00Z')
    """
    if value in _OPPOSITES:
        return _OPPOSITES[value]
    try:
        number = Decimal(value)
    except InvalidOperation:
        return _later(value, by) or f"not {value}".strip()
    return format(number + Decimal(by), "f") if number.is_finite() else f"not {value}"


def _later(value: str, by: str) -> str:
    try:
        moment = datetime.fromisoformat(value) + timedelta(hours=float(by))
    except (ValueError, OverflowError):
        return ""
    return moment.isoformat().replace("+00:00", "Z")
