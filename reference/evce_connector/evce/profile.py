"""Turns what a controller answers into the model, by a profile file that says how it spells paths and fields."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from evce_connector.errors import ConnectorError
from evce_connector.evce import convert
from evce_connector.evce.convert import Json
from evce_connector.evce.one_line import one_line
from evce_connector.site.model import Connector, Reduction, Station, System, Zone

PROFILES = Path(__file__).parent / "profiles"
PATHS = ("login", "system", "zones", "stations", "connectors", "reduction", "availability")

Converter = Callable[[Json], Any]
Model = TypeVar("Model")

REDUCTION: dict[str, Converter] = {
    "value": convert.number,
    "type": convert.text,
    "description": convert.optional_text,
    "validity": convert.instant,
    "validity_mode": convert.text,
}
ZONE: dict[str, Converter] = {
    "id": convert.identity,
    "name": convert.text,
    "type": convert.text,
    "max_current": convert.integer,
    "set_point_current": convert.integer,
    "set_point_power": convert.integer,
    "number_of_transactions": convert.integer,
    "reduction": convert.text,  # replaced by the reader of the nested object
}
STATION: dict[str, Converter] = {
    "id": convert.identity,
    "zone_id": convert.identity,
    "friendly_name": convert.optional_text,
    "ocpp_identifier": convert.text,
    "type": convert.text,
    "serial_number": convert.optional_text,
    "model": convert.optional_text,
    "version": convert.optional_text,
    "ip_address": convert.optional_text,
    "cpo_url": convert.optional_text,
    "accepted_by_cpo": convert.boolean,
    "connected": convert.boolean,
    "status": convert.text,
    "authentication_mode": convert.text,
    "disconnected_authentication_mode": convert.text,
}
CONNECTOR: dict[str, Converter] = {
    "id": convert.identity,
    "station_id": convert.identity,
    "logical_connector": convert.identity,
    "status": convert.text,
    "available": convert.boolean,
    "dc": convert.boolean,
    "fixed_set_point": convert.boolean,
    "max_current": convert.optional_integer,
    "max_power": convert.optional_integer,
    "phase_connection": convert.text,
    "set_point_current": convert.integer,
    "set_point_power": convert.integer,
    "active_power": convert.phases,
    "rms_current": convert.phases,
    "active_energy": convert.number,
    "error_code": convert.optional_text,
    "transaction_id": convert.optional_integer,
}
OPTIONAL = {"error_code", "transaction_id"}
"""Fields that the contract does not require."""


class ProfileError(ConnectorError):
    """A profile file that cannot be used."""


@dataclass(frozen=True)
class Profile:
    """Spelling of one controller generation, and the readers that follow from it."""

    name: str
    api_version: str
    paths: Mapping[str, str]
    fields: Mapping[str, Mapping[str, str]]
    read_zone: Callable[[Json], Zone]
    read_station: Callable[[Json], Station]
    read_connector: Callable[[Json], Connector]
    read_reduction: Callable[[Json], Reduction]

    def read_system(self, value: Json) -> System:
        """Read /system, of which only the API version matters; what is missing is empty."""
        document = value if isinstance(value, dict) else {}
        spelled = self.fields["system"]
        texts = (str(document.get(spelled[field]) or "") for field in System._fields[:3])
        name, api_version, version = map(one_line, texts)
        return System(name, api_version, version, _time_or_none(document.get(spelled["time"])))

    def write_reduction(self, value: float, validity: str) -> dict[str, Json]:
        """Write the body of a reduction request: per cent, and a UTC instant as text."""
        spelled = self.fields["reduction"]
        return {
            spelled["value"]: value,
            spelled["type"]: "percentage",
            spelled["validity"]: validity,
            spelled["validity_mode"]: "absolute",
        }

    def write_availability(self, *, available: bool) -> dict[str, Json]:
        """Write the body of an availability request."""
        return {self.fields["connector"]["available"]: available}


def load(name: str = "v6") -> Profile:
    """Load a shipped profile by name, or a file by its path; ProfileError says what is wrong with it.

    >>> load("v6").paths["zones"], load("v6").fields["zone"]["max_current"]
    ('/zones', 'maxCurrent')
    """
    path = PROFILES / f"{name}.toml" if (PROFILES / f"{name}.toml").exists() else Path(name)
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProfileError(f"The profile {name!r} cannot be read: {error}") from error
    tables = {"paths": PATHS, "system": System._fields, "zone": ZONE, "reduction": REDUCTION}
    tables |= {"station": STATION, "connector": CONNECTOR}
    for table, expected in tables.items():
        _check_keys(name, table, document.get(table), set(expected))
    read_reduction = _reader(Reduction, REDUCTION, document["reduction"])
    zone = ZONE | {"reduction": lambda value: None if value is None else read_reduction(value)}
    return Profile(
        name=path.stem,
        api_version=str(document.get("api_version", "")),
        paths=document["paths"],
        fields={table: document[table] for table in tables if table != "paths"},
        read_zone=_reader(Zone, zone, document["zone"]),
        read_station=_reader(Station, STATION, document["station"]),
        read_connector=_reader(Connector, CONNECTOR, document["connector"]),
        read_reduction=read_reduction,
    )


def _check_keys(profile: str, table: str, given: object, expected: set[str]) -> None:
    if not isinstance(given, dict):
        raise ProfileError(f"The profile {profile!r} has no table [{table}].")
    for key in sorted(expected ^ set(given)):
        trouble = "lacks" if key in expected else "has the unknown key"
        raise ProfileError(f"The profile {profile!r} {trouble} {table}.{key}.")
    for key, value in given.items():
        if not isinstance(value, str):
            raise ProfileError(f"In the profile {profile!r} {table}.{key} must be a text, not {value!r}.")


def _reader(
    model: type[Model], converters: dict[str, Converter], spelled: Mapping[str, str]
) -> Callable[[Json], Model]:
    """Return the function that makes one model object; its ValueError names the field as the controller spells it."""
    columns = tuple((converters[field], spelled[field]) for field in converters)
    optional = {spelled[field] for field in OPTIONAL & set(converters)}

    def read(value: Json) -> Model:
        if not isinstance(value, dict):
            raise ValueError(f"{str(value)[:40]!r} is not an object")  # noqa: TRY004 - one class for all bad data
        try:
            return model(*[convert_field(value[name]) for convert_field, name in columns])
        except (KeyError, ValueError) as error:
            return read_slowly(value, error)

    def read_slowly(value: dict[str, Json], error: Exception) -> Model:
        """Fill in optional fields that are absent, or name the first field that cannot be read."""
        fields = []
        for convert_field, name in columns:
            if name not in value and name not in optional:
                raise ValueError(f"{name} is missing") from error
            try:
                fields.append(convert_field(value.get(name)))
            except ValueError as cause:
                raise ValueError(f"{name}: {cause}") from error
        return model(*fields)

    return read


def _time_or_none(value: Json) -> datetime | None:
    try:
        return convert.instant(value)
    except ValueError:
        return None
