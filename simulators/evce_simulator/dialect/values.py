"""One value of the contract as a controller says it, and back for what is written. Odd values stay as they are."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from evce_simulator.dialect.fields import FACTORS, LEFT, LIMITS, PHASES, UNITS
from evce_simulator.dialect.paths import as_text
from evce_simulator.dialect.profile import Field, Words
from evce_simulator.records import EPOCH, moment_of, utc_text

# ruff: noqa: ANN401 - any JSON

_ALL = 100  # per cent
_DURATION = re.compile(r"P(?:(\d{1,9})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,12}(?:\.\d{1,6})?)S)?)?", re.ASCII)
_WHOLE = re.compile(r"-?(0|[1-9]\d{0,17})")


def is_number(value: Any) -> bool:
    """Say whether a value is a number one can reckon with: no boolean, and finite."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < float("inf")


def spoken(field: Field, value: Any, item: dict[str, Any]) -> Any:
    """Turn a field's value into the controller's; `item` is the contract's object, or the zone of a reduction."""
    value = _counted(field.counts, value, item)
    if field.split and _are_phases(value):
        whole = sum((Decimal(str(one)) for one in value), Decimal())
        on_each = field.split == "each" and item.get("phaseConnection") == "tri"
        value = plain(whole / len(value) if on_each else whole)
    if isinstance(value, list):
        return [_spoken_one(field, one) for one in value]
    return _spoken_one(field, value)


def _spoken_one(field: Field, value: Any) -> Any:
    value = said_time(value, field.time)
    if field.unit is not None:
        value = _times(value, FACTORS[UNITS[field.contract]][field.unit])
    is_word = False
    if field.words is not None:
        value = word_for(field.words, value)
        is_word = as_text(value) in field.words.meanings
    if field.join is not None and isinstance(value, str):
        return value.split(field.join)
    if field.sends == "text" and is_number(value):
        return format(Decimal(str(value)), "f")
    if field.sends == "whole" or (is_word and field.sends is None):
        return scalar(value)
    return value


def word_for(words: Words, value: Any) -> Any:
    """Return the controller's word for a value of the contract; without one the value stays."""
    return next((word for word, meaning in words.meanings.items() if _same(meaning, value)), value)


def meaning_of(words: Words, word: Any) -> Any:
    """Return what a word of the controller means; one that the table lacks stays, or is what `otherwise` says."""
    known = as_text(word)
    if known is not None and known in words.meanings:
        return words.meanings[known]
    return word if words.otherwise is None else words.otherwise


def scalar(value: Any) -> Any:
    """Return a word of a profile as what it reads like: a whole number, true or false, else the word."""
    if value in ("true", "false"):
        return value == "true"
    return int(value) if isinstance(value, str) and _WHOLE.fullmatch(value) else value


def said_time(value: Any, how: str) -> Any:
    """Write an instant of the contract in ms or s since 1970, or in a zone's time without offset; `iso` stays.

    So does what says how long something still lasts.
    """
    if how in ("iso", *LEFT) or not isinstance(value, str):
        return value
    try:
        moment = moment_of(value)
        if how not in ("s", "ms"):
            return moment.astimezone(ZoneInfo(how)).replace(tzinfo=None).isoformat()
    except (ValueError, OverflowError):
        return value
    milliseconds = (moment - EPOCH) // timedelta(milliseconds=1)
    return milliseconds if how == "ms" else plain(Decimal(milliseconds) / 1000)


def said_left(value: Any, how: str, now: datetime) -> Any:
    """Write how long it is until an instant of the contract, in s or as an ISO 8601 duration; 0 once it is over.

    >>> said_left("1970-01-02T01:00:05Z", "duration", EPOCH), said_left("1970-01-02T01:00:05Z", "seconds-left", EPOCH)
    ('P1DT1H0M5S', 90005)
    """
    try:
        seconds = max(0, round((moment_of(value) - now).total_seconds()))
    except (TypeError, ValueError, OverflowError):
        return value
    if how != "duration":
        return seconds
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    return f"P{f'{days}D' if days else ''}T{hour}H{minute}M{second}S"


def heard_left(value: Any, how: str) -> timedelta:
    """Return how long something is to last, of a number of s or an ISO 8601 duration; ValueError when it is neither."""
    if how != "duration":
        return timedelta(seconds=float(number_of(value)))
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if found is None or not any(found.groups()):
        raise ValueError(f"{value!r} is no duration such as PT1H30M")
    days, hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def heard_time(value: Any, how: str) -> str:
    """Return an instant that the controller was told as the contract writes it; ValueError when it is none."""
    try:
        if how in ("s", "ms"):
            return utc_text(round(float(number_of(value)) * (1 if how == "ms" else 1000)))
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC if how == "iso" else ZoneInfo(how))
        return utc_text((moment - EPOCH) // timedelta(milliseconds=1))
    except (TypeError, OverflowError) as error:
        raise ValueError(f"{value!r} is no instant") from error


def taken_of(counts: str, value: Any, most: Any, step: float | None = None) -> int | float:
    """Return the per cent that a reduction takes: of the part that is left, or of a limit below `most` A.

    `counts` is taken, left, either with _share, or the unit of a limit; `step` is what the value is rounded to, unless
    it takes nothing. ValueError when the value, or the zone's maximum that is needed, is no number.
    """
    number = number_of(value)
    taken = _part_taken(counts, number, most)
    if step is None or taken <= 0:
        return plain(taken)
    exact = Decimal(str(step))
    return plain(_part_taken(counts, (number / exact).to_integral_value(ROUND_HALF_UP) * exact, most))


def _part_taken(counts: str, number: Decimal, most: Any) -> Decimal:
    if counts.endswith("_share"):
        number *= _ALL
    if counts in LIMITS:
        if not is_number(most) or most <= 0:
            raise ValueError(f"the zone's maximum, {most!r}, gives no share of it")
        return _ALL - number * _ALL / (Decimal(str(most)) * LIMITS[counts])
    return number if counts.startswith("taken") else _ALL - number


def _counted(counts: str, value: Any, zone: dict[str, Any]) -> Any:
    if counts == "taken" or not is_number(value):
        return value
    left = _ALL - Decimal(str(value))
    if counts == "left":
        return plain(left)
    most = zone.get("maxCurrent")
    return plain(left * Decimal(str(most)) * LIMITS[counts] / _ALL) if is_number(most) else value


def _are_phases(value: Any) -> bool:
    return isinstance(value, list) and len(value) == PHASES and all(map(is_number, value))


def number_of(value: Any) -> Decimal:
    """Read a number, or a text of one, which a form has; ValueError when it is neither."""
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,18}(\.\d{1,18})?", value):
        return Decimal(value)
    if not is_number(value):
        raise ValueError(f"{value!r} is no number")
    return Decimal(str(value))


def _times(value: Any, factor: Decimal) -> Any:
    return plain(Decimal(str(value)) * factor) if is_number(value) and factor != 1 else value


def plain(number: Decimal | int) -> int | float:
    """Write a number as JSON has it: whole where it is whole."""
    return int(number) if number == int(number) else float(number)


def _same(meaning: Any, value: Any) -> bool:
    """Compare without taking 1 for true."""
    return type(meaning) is type(value) and bool(meaning == value)
