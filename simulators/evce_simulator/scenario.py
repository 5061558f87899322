"""Scenario files: a site as typed by hand in TOML, with the API's own names for its fields.

A file holds the lists `zones`, `stations` and `connectors`, one inline table per object, and may hold `title`, `live`
(vehicles come and go; false: a snapshot in which nothing moves by itself), `monoOnWiredPhase` (a mono connector reports
on the phase that it is wired to; false: on phase 1), `reductionLeaves` (a reduction of 10 % leaves 10 %; false: takes
them away), `start` (the clock), `[life]` (what of a real site is switched on, as in campus-lifelike.toml; see Life),
`[system]`, `[defaults.zone]`, `[defaults.station]`, `[defaults.connector]` and `extends` (another scenario to begin
with). An object may name in `assumed` the fields whose values are ours, not the guide's.
"""

from __future__ import annotations

import tomllib
from dataclasses import MISSING, dataclass, field, fields
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Any

from evce_simulator.errors import ScenarioError, SimulatorError
from evce_simulator.life import PLAIN, Life
from evce_simulator.records import NAMES, Connector, Station, Zone, api_name, fits
from evce_simulator.site import Site, edit, read_value

_KINDS: dict[str, type[Zone | Station | Connector]] = {"zones": Zone, "stations": Station, "connectors": Connector}
_KEYS = {
    "title",
    "live",
    "monoOnWiredPhase",
    "reductionLeaves",
    "start",
    "extends",
    "life",
    "system",
    "defaults",
    *_KINDS,
}


@dataclass
class Scenario:
    """A site at its beginning; making a model from it takes a fresh site each time."""

    name: str
    title: str = ""
    live: bool = False
    on_wired_phase: bool = False
    reduction_leaves: bool = False
    life: Life = PLAIN
    start: datetime | None = None
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    system: dict[str, Any] = field(default_factory=dict)
    assumed: dict[tuple[str, int], list[str]] = field(default_factory=dict)

    def site(self) -> Site:
        """Make the site as the file says; ScenarioError names the object that does not fit."""
        site = Site()
        try:
            unfit = edit(site.system, self.system)
        except SimulatorError as error:
            raise ScenarioError(self.name, f"system: {error}") from error
        if unfit:
            raise ScenarioError(self.name, f"system: {next(iter(unfit))} is of the wrong type.")
        for table, kind in _KINDS.items():
            for row in self.tables.get(table, []):
                try:
                    site.add(_record(kind, row))
                except SimulatorError as error:
                    raise ScenarioError(self.name, f"{table}, id {row.get('id', 'missing')}: {error}") from error
        return site


def names() -> list[str]:
    """Return the names of the scenarios that come with the simulator."""
    files = (resources.files("evce_simulator") / "scenarios").iterdir()
    return sorted(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml"))


def load(name: str) -> Scenario:
    """Load a scenario by its name, or from a file when the name ends with .toml.

    ScenarioError when there is none of that name, or something in it does not fit.

    >>> guide = load("guide")
    >>> guide.live, [zone["name"] for zone in guide.tables["zones"]]
    (False, ['Z1', 'Z2', 'Z3'])
    >>> load("nowhere")
    Traceback (most recent call last):
    evce_simulator.errors.ScenarioError: ...there is no such scenario; choose one of ...
    """
    data = _data(name)
    unknown = sorted(set(data) - _KEYS)
    if unknown:
        raise ScenarioError(name, f"unknown key {unknown[0]}; known are {', '.join(sorted(_KEYS))}.")
    scenario = load(data["extends"]) if "extends" in data else Scenario(name)
    scenario.name = name
    scenario.title = data.get("title", scenario.title)
    scenario.live = data.get("live", scenario.live)
    scenario.on_wired_phase = data.get("monoOnWiredPhase", scenario.on_wired_phase)
    scenario.reduction_leaves = data.get("reductionLeaves", scenario.reduction_leaves)
    scenario.start = data.get("start", scenario.start)
    try:
        scenario.life = scenario.life.changed(data.get("life", {}))
    except SimulatorError as error:
        raise ScenarioError(name, str(error)) from error
    scenario.system |= data.get("system", {})
    for table in _KINDS:
        defaults = data.get("defaults", {}).get(table.removesuffix("s"), {})
        rows = [defaults | row for row in data.get(table, [])]
        for row in rows:
            scenario.assumed[table, row.get("id", 0)] = row.pop("assumed", [])
        scenario.tables[table] = scenario.tables.get(table, []) + rows
    scenario.site()
    return scenario


def _data(name: str) -> dict[str, Any]:
    """Read the TOML text of a scenario."""
    if name.endswith(".toml"):
        file: Any = Path(name)
    else:
        file = resources.files("evce_simulator") / "scenarios" / f"{name}.toml"
    if not file.is_file():
        raise ScenarioError(name, f"there is no such scenario; choose one of {', '.join(names())} or a .toml file.")
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(name, f"not TOML: {error}.") from error


def _record(kind: type[Zone | Station | Connector], row: dict[str, Any]) -> Zone | Station | Connector:
    """Make a record from the fields of a table; refuse unknown and missing ones by name."""
    known = NAMES[kind]
    values = {known.attribute(name): value for name, value in row.items()}
    missing = [
        api_name(part.name)
        for part in fields(kind)
        if part.name not in values and part.default is MISSING and part.default_factory is MISSING
    ]
    if missing:
        raise SimulatorError(f"the field {missing[0]} is missing.")
    record = kind(**{attribute: read_value(attribute, value) for attribute, value in values.items()})
    for name, attribute in known.attributes.items():
        if not fits(record, attribute, getattr(record, attribute)):
            raise SimulatorError(f"{name} cannot be {row.get(name)!r}: that is of the wrong type.")
    return record


def record_of(kind: str, row: dict[str, Any]) -> Zone | Station | Connector:
    """Make a zone, station or connector from the API's names of its fields; SimulatorError names one that is wrong."""
    return _record(_KINDS[f"{kind}s"], row)
