"""How a JSON value becomes a field of the model: wider than the contract, and ValueError where nothing can be read."""

from __future__ import annotations

from datetime import UTC, datetime
from math import floor, isfinite

from evce_connector.model import Phases

Json = object
"""A decoded JSON value."""


def number(value: Json) -> float:
    """Read any finite JSON number."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise ValueError(f"{value!r} is not a number")
    return float(value)


def integer(value: Json) -> int:
    """Read any finite JSON number; a fraction rounds half up."""
    return value if type(value) is int else floor(number(value) + 0.5)


def identity(value: Json) -> int:
    """Read an id: a whole number of 1 or more, never rounded."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"{value!r} is not an id (a whole number of 1 or more)")
    return value


def optional_integer(value: Json) -> int | None:
    """Read a number or null."""
    return None if value is None else integer(value)


def boolean(value: Json) -> bool:
    """Read true or false, nothing else."""
    if value is True or value is False:
        return value
    raise ValueError(f"{value!r} is not true or false")


def text(value: Json) -> str:
    """Read a string; a word that no enumeration lists stays as it is."""
    if isinstance(value, str):
        return value
    raise ValueError(f"{value!r} is not a text")


def optional_text(value: Json) -> str:
    """Read a string; null is the empty one."""
    return "" if value is None else text(value)


def phases(value: Json) -> Phases:
    """Read three numbers, one a phase."""
    if not isinstance(value, list) or len(value) != 3:  # noqa: PLR2004 - a supply has three phases
        raise ValueError(f"{value!r} is not a list of three numbers, one a phase")
    one, two, three = value
    if type(one) is type(two) is type(three) is float and isfinite(one + two + three):
        return one, two, three
    return number(one), number(two), number(three)


def instant(value: Json) -> datetime:
    """Read an RFC 3339 time; without offset it means UTC."""
    read = datetime.fromisoformat(text(value))
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
