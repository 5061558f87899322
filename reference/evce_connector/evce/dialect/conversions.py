"""How a value as the controller sends it becomes the contract's; what cannot be converted stays as it came."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import Any, TypeGuard
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from evce_connector.evce.convert import LARGEST, Json
from evce_connector.evce.dialect.paths import ABSENT, word_of
from evce_connector.site.values import EPOCH, utc_text

Converter = Callable[[Json], Json]
UNITS = {
    "A": ("A", 1.0),
    "mA": ("A", 1000.0),
    "kW": ("kW", 1.0),
    "W": ("kW", 1000.0),
    "kWh": ("kWh", 1.0),
    "Wh": ("kWh", 1000.0),
    "%": ("%", 1.0),
    "share": ("%", 0.01),
}
"""Units in which a controller may speak: the contract's unit for the same, and how many of the one make one of it."""
ISO, SECONDS, MILLISECONDS = "iso", "s", "ms"
"""Forms of a time beside the name of a zone."""
SECONDS_LEFT, DURATION = "seconds-left", "duration"
"""Forms of how long a reduction still lasts."""
LIMITS = {"A": 1.0, "kW": 0.69, "W": 690.0}
"""Units of a zone's limit, and how many of each one A is: a supply of three phases at 230 V (assumed)."""
FRACTIONS = 6
"""Decimals of what is reckoned: enough for 1 mW, and without the dust of binary fractions."""
FINEST = 9
"""Decimals of what is only written in another unit: 2290.8 W are 2.2908 kW, and not 2.2908000000000004."""


def usable(value: Json) -> TypeGuard[int | float]:
    """Tell whether a value is a number that can be reckoned with: within +-LARGEST, and no boolean."""
    return (value.__class__ is int or value.__class__ is float) and -LARGEST <= value <= LARGEST


def chain(converters: list[Converter]) -> Converter:
    """Return one converter that applies others in their order."""
    if len(converters) == 1:
        return converters[0]
    each = tuple(converters)

    def convert(value: Json) -> Json:
        for one in each:
            value = one(value)
        return value

    return convert


def default(value: Json, *, null: bool) -> Converter:
    """Say what stands for what is absent, and for null as well where `null` says so."""

    def convert(found: Json) -> Json:
        return value if found is ABSENT or (null and found is None) else found

    return convert


def number_of_text(value: Json) -> Json:
    """Read a number that is written as a text, whole numbers as such.

    >>> number_of_text("12"), number_of_text("-0.5"), number_of_text("1e3"), number_of_text("12 A")
    (12, -0.5, 1000.0, '12 A')
    """
    if not isinstance(value, str) or "_" in value:
        return value
    try:
        return int(value)
    except ValueError:
        pass
    try:
        found = float(value)
    except ValueError:
        return value
    return found if isfinite(found) else value


def text_of_number(value: Json) -> Json:
    """Read a text that is written as a whole number; a text of digits stays what it is.

    >>> text_of_number(3), text_of_number("00012345"), text_of_number(True)
    ('3', '00012345', True)
    """
    return str(value) if value.__class__ is int else value


def last_part(value: Json) -> Json:
    """Return the last part of an address, which names what the address leads to; what has none stays what it is.

    >>> last_part("/v2/sectors/7"), last_part("https://evce.site/v2/sectors/north%20gate/?view=all"), last_part("")
    ('7', 'north gate', '')
    """
    if not isinstance(value, str):
        return value
    try:
        return unquote(urlsplit(value).path.rstrip("/").rpartition("/")[2]) or value
    except ValueError:  # of brackets that hold no address
        return value


def joined(by: str) -> Converter:
    """Make one text of a list of words."""

    def convert(value: Json) -> Json:
        if not isinstance(value, list):
            return value
        words = [word_of(one) for one in value]
        return value if None in words else by.join(word for word in words if word is not None)

    return convert


def looked_up(words: Mapping[str, Json], otherwise: Json = ABSENT) -> Converter:
    """Translate words, numbers and booleans by a table; one that it lacks becomes `otherwise`, or stays."""

    def convert(value: Json) -> Json:
        word = value if value.__class__ is str else word_of(value)
        if word is None:
            return value
        return words.get(word, value if otherwise is ABSENT else otherwise)

    return convert


def in_unit(unit: str) -> Converter | None:
    """Turn a number of a unit into the contract's unit for the same; None where both are one."""
    _, many = UNITS[unit]
    if many == 1:
        return None

    def convert(value: Any) -> Json:  # noqa: ANN401 - JSON of any form; as `usable` tells, without a call for each
        kind = value.__class__
        if (kind is float or kind is int) and -LARGEST <= value <= LARGEST:
            return round(value / many, FINEST)
        return value

    return convert


def is_zone(name: str) -> bool:
    """Tell whether there is a time zone of a name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # of a name that is a path, or a folder of zones
        return False
    return True


def time_from(form: str) -> Converter | None:
    """Turn a time of a form into the contract's: s, ms, or the name of a zone; None for ISO, which it is already.

    None as well for what lasts so long from now on: that needs the controller's clock.
    """
    if form in (ISO, SECONDS_LEFT, DURATION):
        return None
    if form not in (SECONDS, MILLISECONDS):
        return _time_in(ZoneInfo(form))
    many = 1 if form == SECONDS else 1000

    def since(value: Json) -> Json:
        if not usable(value):
            return value
        try:
            return utc_text(EPOCH + timedelta(seconds=value) if many == 1 else EPOCH + timedelta(milliseconds=value))
        except OverflowError:  # beyond the year 9999
            return value

    return since


def _time_in(zone: ZoneInfo) -> Converter:
    def convert(value: Json) -> Json:
        try:
            found = datetime.fromisoformat(value) if isinstance(value, str) else None
            return value if found is None or found.tzinfo else utc_text(found.replace(tzinfo=zone))
        except (OverflowError, ValueError):
            return value

    return convert


def time_to(instant: datetime, form: str) -> Json:
    """Write an aware instant as a controller wants it: ISO in UTC, s or ms since 1970, or without offset in a zone.

    >>> time_to(EPOCH, "iso"), time_to(EPOCH, "s"), time_to(EPOCH, "Europe/Paris")
    ('1970-01-01T00:00:00Z', 0, '1970-01-01T01:00:00')
    """
    if form == ISO:
        return utc_text(instant)
    if form in (SECONDS, MILLISECONDS):
        return (instant.astimezone(UTC) - EPOCH) // timedelta(**{_STEPS[form]: 1})
    return instant.astimezone(ZoneInfo(form)).replace(tzinfo=None).isoformat()


_STEPS = {SECONDS: "seconds", MILLISECONDS: "milliseconds"}


def on_phases(value: Json, connection: Json, how: str) -> Json:
    """Give one number to the phases that `connection` names, as the contract has them.

    A mono connector has all of it on the first of them, whichever phase of the supply that is. To `tri` goes a third
    each of what is a sum over the `phases`, and the same to `each`.

    >>> on_phases(6, "mono2", "phases"), on_phases(6, "tri", "phases"), on_phases(6, "tri", "each")
    ([6, 0, 0], [2.0, 2.0, 2.0], [6, 6, 6])
    >>> on_phases(6, "star", "each")
    6
    """
    if not usable(value):
        return value
    if connection == "tri":
        third = round(value / 3, FINEST)
        return [third, third, round(value - 2 * third, FINEST)] if how == "phases" else [value] * 3
    return [value, 0, 0] if isinstance(connection, str) and connection.startswith("mono") else value


def taken(value: Json, counts: str, maximum: Json) -> Json:
    """Return what a reduction takes away, in per cent, of a value that counts `taken`, `left`, or a limit in a unit.

    A limit beyond the `maximum` in A takes nothing. A limit of an unknown maximum becomes a text: as a number it would
    be read as per cent.

    >>> taken(30, "left", None), taken(24, "A", 32), taken(40, "A", 32), taken(24, "A", None)
    (70, 25.0, 0.0, '24 A of an unknown maximum')
    >>> taken(62.1, "kW", 100), taken(62100, "W", 100)
    (10.0, 10.0)
    """
    if not usable(value):
        return value
    if counts == "left":
        return round(100 - value, FRACTIONS)
    if counts not in LIMITS:
        return value
    if not usable(maximum) or maximum <= 0:
        return f"{value} {counts} of an unknown maximum"
    return round(max(0.0, 100 - 100 * value / (maximum * LIMITS[counts])), FRACTIONS)
