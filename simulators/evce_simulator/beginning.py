"""A site that begins as a real one was recorded: a scenario made of a bundle, and the dialect that it speaks."""

from __future__ import annotations

import tomllib
from dataclasses import MISSING, dataclass, field, fields
from math import floor
from pathlib import Path
from typing import Any

from evce_simulator.bundles import Bundle, read_bundle
from evce_simulator.capture import CaptureError
from evce_simulator.dialect.format_1 import contract, in_format_2, is_contract, is_format_1
from evce_simulator.dialect.loading import load, profile_of, read
from evce_simulator.dialect.profile import KINDS, Profile
from evce_simulator.dialect.recorded import recorded
from evce_simulator.records import Connector, Reduction, Station, System, Zone, api_name, can_hold
from evce_simulator.scenario import Scenario
from evce_simulator.site import read_value

# ruff: noqa: ANN401 - any JSON

_RECORDS: dict[str, type[Zone | Station | Connector]] = {"zone": Zone, "station": Station, "connector": Connector}
_PLAIN: dict[str, Any] = {"int": 0, "float": 0.0, "str": "", "bool": False}
"""What a field begins with that was not recorded and has no default."""
_LARGEST = 1e15
"""Beyond this a number is nonsense: no meter reads it."""


@dataclass(frozen=True)
class Beginning:
    """A scenario as recorded, the dialect that it speaks (None: the contract), and the controller's own texts for ids.

    `notes` say, in sentences, what of the capture could not be taken over.
    """

    scenario: Scenario
    profile: Profile | None
    texts: dict[str, dict[int, str]]
    notes: list[str] = field(default_factory=list)


def begin_as(file: Path, profile: str | None = None) -> Beginning:
    """Read a bundle, or a capture beside a profile (without one it is the contract's); the site lives on from it.

    CaptureError when it shows no zone; ProfileError when the profile cannot be read or turned round.
    """
    bundle = read_bundle(file)
    spoken = _profile(bundle, file, profile)
    seen = recorded(spoken or profile_of("contract", in_format_2("contract", contract())), bundle.exchanges)
    if not seen.rows["zone"]:
        lacking = " ".join(seen.notes)
        raise CaptureError(f"{file} shows no zone by this profile. {lacking} Give the one that fits with --profile.")
    notes = list(seen.notes)
    scenario = Scenario(str(file), f"As recorded at {bundle.site or 'a site'}", live=True, start=seen.moment)
    for kind in KINDS:
        scenario.tables[f"{kind}s"] = [_fitting(kind, row, notes) for row in seen.rows[kind]]
    known = {api_name(part.name) for part in fields(System)}
    scenario.system = {name: value for name, value in seen.system.items() if name in known and isinstance(value, str)}
    scenario.site()
    return Beginning(scenario, spoken, seen.texts, notes)


def _profile(bundle: Bundle, file: Path, name: str | None) -> Profile | None:
    """Return the dialect of a capture, None for the contract's own."""
    if name is not None:
        return load(name)
    if bundle.profile is None:
        return None
    try:
        content = tomllib.loads(bundle.profile)
    except tomllib.TOMLDecodeError:
        content = {}  # said, with its place, by who reads it
    if is_format_1(content) and is_contract(content):
        return None
    return read(f"{file}/profile.toml", bundle.profile)


def _fitting(kind: str, row: dict[str, Any], notes: list[str]) -> dict[str, Any]:
    """Return a row of a scenario; what a record cannot hold begins with a default, and is named."""
    found: dict[str, Any] = {}
    for part in fields(_RECORDS[kind]):
        name = api_name(part.name)
        if name not in row and (part.default is not MISSING or part.default_factory is not MISSING):
            continue
        value = read_value(part.name, _whole(str(part.type), row.get(name)))
        if can_hold(_RECORDS[kind], part.name, value) and _is_sane(value):
            found[name] = value
            continue
        instead = _PLAIN[str(part.type)] if part.default is MISSING else part.default
        found[name] = instead
        if row.get(name) is not None:
            notes.append(
                f"The {name} {row[name]!r:.60} of {kind} {row['id']} cannot be simulated: it is {instead!r} here."
            )
    return found


def _is_sane(value: Any) -> bool:
    """Say whether a value is no number that nothing can be reckoned with, nor has one in it."""
    if isinstance(value, tuple):
        return all(map(_is_sane, value))
    if isinstance(value, Reduction):
        return _is_sane(value.value)
    return not isinstance(value, int | float) or abs(value) <= _LARGEST


def _whole(shape: str, value: Any) -> Any:
    """Round what the contract has as a whole number."""
    is_whole = shape.startswith("int") and isinstance(value, float) and abs(value) < float("inf")
    return floor(value + 0.5) if is_whole else value
