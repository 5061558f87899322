"""What the probe says of each operation and field: verified, wrong or open; and how a field is spelled on this site."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from evce_connector.evce import convert
from evce_connector.evce import profile as profiles
from evce_connector.evce.convert import Json
from evce_connector.evce.object_reader import Converter

TITLES = {"system": "System", "zone": "Zone", "reduction": "Reduction", "station": "Station", "connector": "Connector"}
"""Tables of a profile, and what the contract calls them."""
CONVERTERS: dict[str, dict[str, Converter]] = {
    "system": {
        "name": convert.text,
        "api_version": convert.text,
        "version": convert.text,
        "time": convert.instant,
    },
    "zone": profiles.ZONE | {"reduction": lambda value: value},
    "reduction": profiles.REDUCTION,
    "station": profiles.STATION,
    "connector": profiles.CONNECTOR,
}
EMPTY = {
    "system": "ask the technician for the name of this call",
    "zone": "make a zone on the controller and probe again",
    "reduction": "set a reduction on a zone at the controller's own screen and probe again",
    "station": "let a station connect to the controller and probe again",
    "connector": "let a station connect to the controller and probe again",
}
"""What gives evidence of a table of which no object was seen."""
UNSEEN = {
    "reduction": EMPTY["reduction"],
    "cpo_url": "probe again once a station has a CPO",
    "max_power": "probe again once there is a DC connector",
    "max_current": "probe again once there is an AC connector",
    "error_code": "probe again while a connector reports an error",
    "transaction_id": "probe again while a vehicle is charging",
}
"""What gives evidence of a field that was empty everywhere."""

PROPOSED = "use the proposed profile.toml"
_on_trial: ContextVar[profiles.Profile | None] = ContextVar("on_trial", default=None)

INEXPRESSIBLE = "write a profile of format 2, a whole dialect: reference/PROFILES.md says how"


class Word(StrEnum):
    """How an assumption stands."""

    VERIFIED = "verified"
    WRONG = "wrong"
    OPEN = "open"


@dataclass(frozen=True)
class Finding:
    """How one assumption on a part of the contract stands, why, and for all but verified ones what to do."""

    part: str
    aspect: str
    word: Word
    text: str
    advice: str = ""


Row = dict[str, Any]
"""One object of the controller by our own names of its fields, values as they came; what was absent is absent."""


@dataclass
class Spelling:
    """How this site spells a table's fields, its objects by our names, and what was found on the way."""

    table: str
    fields: dict[str, str]
    rows: list[Row]
    findings: list[Finding] = field(default_factory=list)


@cache
def candidates() -> Mapping[str, Any]:
    """Return the spellings to try, from candidates.toml."""
    return tomllib.loads((Path(__file__).parent / "candidates.toml").read_text(encoding="utf-8"))


@cache
def shipped() -> profiles.Profile:
    """Return the shipped profile, which spells as the contract does."""
    return profiles.load()


def assumed() -> profiles.Profile:
    """Return the profile whose spelling is on trial: the shipped one, unless somebody wants to use another."""
    return _on_trial.get() or shipped()


@contextmanager
def on_trial(profile: profiles.Profile | None) -> Iterator[None]:
    """Judge a controller by this profile, on this thread."""
    token = _on_trial.set(profile)
    try:
        yield
    finally:
        _on_trial.reset(token)


def part(table: str, name: str) -> str:
    """Return what the contract calls a field, such as Zone.maxCurrent."""
    return f"{TITLES[table]}.{shipped().fields[table][name]}"


def spelling(table: str, objects: list[Json]) -> Spelling:
    """Find the fields of a table in its objects."""
    good = [item for item in objects if isinstance(item, dict)]
    keys = list(dict.fromkeys(key for item in good for key in item))
    found = Spelling(table, {}, [])
    for synonyms in (False, True):  # a name that is only written otherwise goes before any synonym
        for name, usual in assumed().fields[table].items():
            wanted = candidates()[table][name] if synonyms else [usual]
            if name not in found.fields and (known := _key(keys, wanted)) is not None:
                found.fields[name] = known
                keys.remove(known)
    found.rows = [{name: item[key] for name, key in found.fields.items() if key in item} for item in good]
    found.findings = [_judge(found, name, keys) for name in assumed().fields[table]]
    return found


def _key(keys: list[str], wanted: list[str]) -> str | None:
    """Return the first key that is one of the wanted names: to the letter, else but for capitals and underscores."""
    plain = {_plain(key): key for key in reversed(keys)} | {key: key for key in keys}
    return next((plain[name] for given in wanted for name in (given, _plain(given)) if name in plain), None)


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def _judge(found: Spelling, name: str, others: list[str]) -> Finding:
    """Judge one field: that it is there, how it is spelled, and that its values can be read."""
    where, usual = part(found.table, name), assumed().fields[found.table][name]
    if not found.rows:
        return Finding(where, "field", Word.OPEN, f"no {found.table} was seen", EMPTY[found.table])
    key = found.fields.get(name)
    if key is None:
        return _missing(found.table, name, usual, others)
    if trouble := _trouble(found, name):
        return Finding(where, "field", Word.WRONG, f"{key} {trouble}", INEXPRESSIBLE)
    if key != usual:
        text = f"it is spelled {key} here, not {usual}"
        return Finding(where, "field", Word.WRONG, text, PROPOSED)
    if all(row.get(name) is None for row in found.rows):
        return Finding(where, "field", Word.OPEN, f"{key} is there and empty everywhere", _evidence(name))
    return Finding(where, "field", Word.VERIFIED, f"{key}, read {times(len(found.rows))}")


def _trouble(found: Spelling, name: str) -> str:
    """Say why a field cannot be read in every object; empty when it can."""
    values = [row[name] for row in found.rows if name in row]
    absent = len(found.rows) - len(values)
    if absent and name not in profiles.OPTIONAL:
        return f"is missing in {absent} of {len(found.rows)} objects"
    for value in values:
        try:
            CONVERTERS[found.table][name](value)
        except ValueError as error:
            return f"cannot be read: {error}"
    return ""


def times(count: int) -> str:
    """Say how many objects a finding rests on."""
    return "in 1 object" if count == 1 else f"in {count} objects"


def _missing(table: str, name: str, usual: str, others: list[str]) -> Finding:
    where = part(table, name)
    if name in profiles.OPTIONAL:
        return Finding(where, "field", Word.OPEN, f"{usual} is nowhere, as it may be", _evidence(name))
    unknown = f"; not understood are {', '.join(others[:8])}" if others else ""
    advice = "ask the technician for its name and write it into profile.toml"
    return Finding(where, "field", Word.WRONG, f"{usual} is nowhere{unknown}", advice)


def _evidence(name: str) -> str:
    return UNSEEN.get(name, "probe again once one has a value")
