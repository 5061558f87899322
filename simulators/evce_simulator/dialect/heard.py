"""Objects of a controller read back into the contract's: what `objects` and `values` say, heard the other way."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import unquote, urlsplit

from evce_simulator.dialect.fields import ADDRESS, FACTORS, LEFT, PHASE_VALUES, PHASES, UNITS
from evce_simulator.dialect.paths import ABSENT, Path, as_text
from evce_simulator.dialect.profile import Field, ListPart, Profile
from evce_simulator.dialect.values import heard_left, heard_time, is_number, meaning_of, number_of, plain, taken_of
from evce_simulator.records import milliseconds_of, utc_text

# ruff: noqa: ANN401 - any JSON

_TIMES = ("time", "validity")


def at(path: Path, value: Any, parents: tuple[Any, ...]) -> Any:
    """Return what stands at a path of an object, parents followed; ABSENT for nothing."""
    if not path.up:
        return path.read(value)
    return path.read(parents[path.up - 1]) if path.up <= len(parents) else ABSENT


def heard_system(profile: Profile, document: Any) -> dict[str, Any]:
    """Return who answers, by the contract's names."""
    return _object(profile.system.fields, document, ())


def heard(part: ListPart, value: Any, parents: tuple[Any, ...], now: datetime | None = None) -> dict[str, Any]:
    """Return a zone, station or connector by the contract's names; ids and what it belongs to are as they came.

    What cannot be converted stays as it came; what stands nowhere is not there. `now` is the controller's clock, from
    which the end of a reduction is reckoned that only says how long it still lasts.
    """
    found = _object(part.fields, value, parents)
    if part.reduction is not None and "reduction" in found:
        found["reduction"] = _reduction(part, found["reduction"], value, found.get("maxCurrent"))
        _until(part, found["reduction"], now)
    connection = found.get("phaseConnection")
    for one in part.fields:
        if one.split and is_number(found.get(one.contract)):
            found[one.contract] = _on_phases(found[one.contract], connection, one.split)
    return found


def _object(fields: tuple[Field, ...], value: Any, parents: tuple[Any, ...]) -> dict[str, Any]:
    read = {one.contract: _value(one, value, parents) for one in fields if one.name != "number"}
    return {name: one for name, one in read.items() if one is not ABSENT}


def _value(field: Field, value: Any, parents: tuple[Any, ...]) -> Any:
    if not field.at:
        return field.constant
    if len(field.at) > 1:
        phases = [_converted(field, at(path, value, parents)) for path in field.at]
        return [None if one is ABSENT else one for one in phases]
    found = at(field.at[0], value, parents)
    if isinstance(found, list) and field.contract in PHASE_VALUES:
        return [_converted(field, one) for one in found]
    return _converted(field, found)


def _converted(field: Field, value: Any) -> Any:
    """Undo what a controller did to a value, in the order in which PROFILES.md has it."""
    if value is ABSENT or (value is None and field.null):
        value = field.default if field.default is not None or field.null else ABSENT
    if value is ABSENT or value is None:
        return value
    if field.sends == "whole" and isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    value = last_part(field, value)
    if field.sends == "text" and isinstance(value, str):
        value = _number(value)
    if field.join is not None and isinstance(value, list):
        value = field.join.join(as_text(one) or "" for one in value)
    if field.words is not None:
        value = meaning_of(field.words, value)
    if field.unit is not None and is_number(value):
        value = plain(Decimal(str(value)) / FACTORS[UNITS[field.contract]][field.unit])
    return _instant(field, value) if field.contract in _TIMES else value


def last_part(field: Field, value: Any) -> Any:
    """Return the last part of an address, where a field is one; anything else as it is."""
    if field.sends != ADDRESS or not isinstance(value, str):
        return value
    try:
        return unquote(urlsplit(value).path.rstrip("/").rpartition("/")[2]) or value
    except ValueError:  # of brackets that hold no address
        return value


def _number(text: str) -> Any:
    try:
        return plain(number_of(text))
    except ValueError:
        return text


def _instant(field: Field, value: Any) -> Any:
    try:
        return heard_time(value, field.time)
    except ValueError:
        return value


def _reduction(part: ListPart, value: Any, zone: Any, most: Any) -> Any:
    """Return the reduction of a zone, None for none."""
    if part.reduction is None or not isinstance(value, dict):
        return None
    if any(as_text(at(path, value, (zone,))) == word for path, word in part.reduction.none_when):
        return None
    found = _object(part.reduction.fields, value, (zone,))
    counts = next(one.counts for one in part.reduction.fields if one.name == "value")
    try:
        found["value"] = taken_of(counts, found.get("value"), most)
    except ValueError:
        return None
    return found


def _until(part: ListPart, reduction: Any, now: datetime | None) -> None:
    """Make of how long a reduction still lasts its end, as far as both can be read."""
    validity = next((one for one in part.reduction.fields if one.name == "validity"), None) if part.reduction else None
    if now is None or validity is None or validity.time not in LEFT or not isinstance(reduction, dict):
        return
    try:
        end = now + heard_left(reduction.get("validity"), validity.time)
        reduction["validity"] = utc_text(milliseconds_of(end))
    except (ValueError, OverflowError):
        return


def _on_phases(value: float, connection: Any, split: str) -> list[int | float]:
    """Give one number to the phases that it stands for."""
    if connection != "tri":
        return [value, *[0] * (PHASES - 1)]
    return [plain(Decimal(str(value)) / PHASES) if split == "phases" else value] * PHASES
