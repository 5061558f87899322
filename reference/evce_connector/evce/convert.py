"""How a JSON value becomes a field of the model: wider than the contract, and ValueError where nothing can be read."""

from __future__ import annotations

from datetime import datetime
from math import floor

from evce_connector.evce.one_line import one_line
from evce_connector.site.model import Phases
from evce_connector.site.values import utc_instant

Json = object
"""A decoded JSON value."""
LARGEST = 1e15
"""Beyond this a number is nonsense: no meter reads it, and sums of such would overflow or lose their decimals."""
QUOTED = 60
"""Characters of a bad value that an error shows."""


def number(value: Json) -> float:
    """Read any JSON number within +-LARGEST; ValueError for all else, NaN too."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not -LARGEST <= value <= LARGEST:
        raise ValueError(f"{_short(value)} is not a usable number")
    return float(value)


def integer(value: Json) -> int:
    """Read any JSON number within +-LARGEST, else ValueError; a fraction rounds half up.

    >>> integer(16), integer(16.5), number(16), identity(16)
    (16, 17, 16.0, 16)
    >>> integer("16")
    Traceback (most recent call last):
    ValueError: '16' is not a usable number
    """
    if type(value) is int and -LARGEST <= value <= LARGEST:  # by far the most frequent case
        return value
    return floor(number(value) + 0.5)


def identity(value: Json) -> int:
    """Read an id: a whole number of 1 or more, never rounded; ValueError for all else."""
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= LARGEST:
        raise ValueError(f"{_short(value)} is not an id (a whole number of 1 or more)")
    return value


def optional_integer(value: Json) -> int | None:
    """Read a number or null."""
    return None if value is None else integer(value)


def boolean(value: Json) -> bool:
    """Read true or false; ValueError for all else."""
    if value is True or value is False:
        return value
    raise ValueError(f"{_short(value)} is not true or false")


def text(value: Json) -> str:
    """Read a string as one line, else ValueError; a word that no enumeration lists stays as it is."""
    if isinstance(value, str):
        return one_line(value)
    raise ValueError(f"{_short(value)} is not a text")


def label(value: Json) -> str:
    """Read a name, a version or a serial number: a string, or a JSON number, which is taken as its text."""
    if isinstance(value, int | float) and not isinstance(value, bool) and -LARGEST <= value <= LARGEST:
        return str(value)
    return text(value)


def optional_label(value: Json) -> str:
    """Read a label; null is the empty one."""
    return "" if value is None else label(value)


def remark(value: Json) -> str:
    """Read what no data point shows and only messages repeat: whatever it is, as one line; null is the empty one."""
    return "" if value is None else one_line(value) if isinstance(value, str) else _short(value)


def transaction(value: Json) -> int | str | None:
    """Read what tells transactions apart, in whatever form (OCPP 1.6 numbers them, 2.0.1 names them); null is none."""
    return value if value is None or type(value) is int else remark(value)


def phases(value: Json) -> Phases:
    """Read three numbers, one a phase; ValueError for all else."""
    if not isinstance(value, list) or len(value) != 3:  # noqa: PLR2004 - a supply has three phases
        raise ValueError(f"{_short(value)} is not a list of three numbers, one a phase")
    one, two, three = value
    if type(one) is type(two) is type(three) is float and abs(one) + abs(two) + abs(three) <= LARGEST:
        return one, two, three
    return number(one), number(two), number(three)


def instant(value: Json) -> datetime:
    """Read an RFC 3339 time; without offset it means UTC."""
    return utc_instant(text(value))


def _short(value: Json) -> str:
    """Quote a value in an error: its beginning, however long it is."""
    shown = repr(value) if not isinstance(value, int) or abs(value) <= LARGEST else "a huge number"
    return shown if len(shown) <= QUOTED else f"{shown[:QUOTED]}..."
