"""EWS value types and states, and how a value is written and read on the wire (docs/ews.md, Numbers and words)."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import IntEnum, StrEnum
from math import isfinite

from evce_connector.site.xsd_time import read_time

Value = float | int | bool | str | datetime
"""What an item holds: Double float, Integer int, Boolean bool, String str, DateTime aware datetime in UTC."""


class State(IntEnum):
    """State of a value item or history record, as numbered on the wire."""

    GOOD = 0
    UNCERTAIN = 1
    FORCED = 2
    OFFLINE = 3
    ERROR = 4


class ValueType(StrEnum):
    """Type word of a value item."""

    DOUBLE = "Double"
    INTEGER = "Integer"
    STRING = "String"
    BOOLEAN = "Boolean"
    DATETIME = "DateTime"


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EMPTY: dict[ValueType, Value] = {
    ValueType.DOUBLE: 0.0,
    ValueType.INTEGER: 0,
    ValueType.STRING: "",
    ValueType.BOOLEAN: False,
    ValueType.DATETIME: EPOCH,
}
"""What an item of a type holds before its first value."""

_WORDS = {"true": True, "1": True, "false": False, "0": False}


def to_wire(value: Value) -> str:
    """Write a value as EWS text: decimal point, no thousands separator, booleans True and False, times with Z.

    >>> to_wire(1234.5), to_wire(0.1 + 0.2), to_wire(True), to_wire(EPOCH)
    ('1234.5', '0.3', 'True', '1970-01-01T00:00:00Z')
    """
    if isinstance(value, float):
        return _decimal(value)
    if isinstance(value, datetime):
        return utc_text(value)
    return str(value)


def _decimal(value: float) -> str:
    """Write without exponent and without the dust of binary fractions (six decimals: 1 mW, 1 mWh)."""
    text = f"{value:.6f}".rstrip("0")
    text = text + "0" if text.endswith(".") else text
    return "0.0" if text == "-0.0" else text


def utc_text(instant: datetime) -> str:
    """Write an aware instant as xs:dateTime in UTC with Z; fractions only where there are some."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def from_wire(text: str, type_: ValueType) -> Value:
    """Read EWS text as the type of an item; ValueError where it does not parse.

    Booleans are True/False, true/false, 1/0; a time is an xs:dateTime, without offset in UTC.

    >>> from_wire("20", ValueType.DOUBLE), from_wire("false", ValueType.BOOLEAN)
    (20.0, False)
    >>> from_wire("twenty", ValueType.DOUBLE)
    Traceback (most recent call last):
    ValueError: 'twenty' is not a number
    """
    if type_ is ValueType.DATETIME:
        return read_time(text)
    text = text.strip() if type_ is not ValueType.STRING else text
    if type_ is ValueType.BOOLEAN:
        return _boolean(text)
    if type_ is ValueType.INTEGER:
        return int(_plain(text))
    if type_ is ValueType.DOUBLE:
        return _finite(float(_plain(text)))
    return text


def utc_instant(text: str) -> datetime:
    """Read an ISO 8601 time of a controller or of our own; without offset it means UTC.

    ValueError where it does not parse or leaves years 1-9999. EWS clients' times are read by from_wire.

    >>> utc_text(utc_instant("2027-01-01T12:00:00+02:00")), utc_text(utc_instant("2027-01-01T12:00:00"))
    ('2027-01-01T10:00:00Z', '2027-01-01T12:00:00Z')
    """
    instant = datetime.fromisoformat(text)
    try:
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{text!r} is out of range in UTC") from error


def _boolean(text: str) -> bool:
    if (word := _WORDS.get(text.lower())) is None:
        raise ValueError(f"{text!r} is not True or False")
    return word


def _finite(number: float) -> float:
    """Refuse what overflows a Double, such as 1e999."""
    if not isfinite(number):
        raise ValueError("the number is too large")
    return number


def _plain(text: str) -> str:
    """Refuse what Python reads as a number and EWS does not: underscores, nan, inf, other scripts' digits."""
    if not text.isascii() or any(character not in "+-.0123456789eE" for character in text):
        raise ValueError(f"{text!r} is not a number")
    return text
