"""Turns what a controller answers into the model, by a profile file that says how it spells paths and fields."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from evce_connector.evce import convert
from evce_connector.evce.convert import Json
from evce_connector.evce.dialect.declared import Dialect
from evce_connector.evce.dialect.loading import load_dialect
from evce_connector.evce.dialect.writes import rounding
from evce_connector.evce.object_reader import Column, Converter, ObjectReader, phases_in_parts
from evce_connector.evce.one_line import one_line
from evce_connector.evce.profile_error import Mistakes, ProfileError
from evce_connector.site.model import Connector, Reduction, Station, System, Zone
from evce_connector.site.values import EPOCH

__all__ = ["PROFILES", "Profile", "ProfileError", "load", "read", "text_of", "the_other_part"]
PROFILES = Path(__file__).parent / "profiles"
_LARGEST = 1_000_000
"""Bytes of a profile; those that are shipped have 3,000."""
DIALECT = 2
"""The format of profiles that describe a whole dialect."""
PATHS = ("login", "system", "zones", "stations", "connectors", "reduction", "availability")

Converters = dict[str, Converter]

REDUCTION: Converters = {
    "value": convert.number,
    "type": convert.text,
    "description": convert.optional_label,
    "validity": convert.instant,
    "validity_mode": convert.text,
}
ZONE: Converters = {
    "id": convert.identity,
    "name": convert.label,
    "type": convert.text,
    "max_current": convert.integer,
    "set_point_current": convert.integer,
    "set_point_power": convert.integer,
    "number_of_transactions": convert.integer,
    "reduction": convert.text,  # replaced by the reader of the nested object
}
STATION: Converters = {
    "id": convert.identity,
    "zone_id": convert.identity,
    "friendly_name": convert.optional_label,
    "ocpp_identifier": convert.label,
    "type": convert.text,
    "serial_number": convert.optional_label,
    "model": convert.optional_label,
    "version": convert.optional_label,
    "ip_address": convert.optional_label,
    "cpo_url": convert.optional_label,
    "accepted_by_cpo": convert.boolean,
    "connected": convert.boolean,
    "status": convert.text,
    "authentication_mode": convert.text,
    "disconnected_authentication_mode": convert.text,
}
CONNECTOR: Converters = {
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
    "error_code": convert.remark,
    "transaction_id": convert.transaction,
}
TAKEN, LEFT = "taken", "left"
"""Of which part of a zone's maximum a controller's reduction speaks; the model always has the part taken away."""
OPTIONAL = {"error_code", "transaction_id"}
"""Fields that the contract does not require."""
PLACE = {"id", "zone_id", "station_id", "logical_connector"}
"""Fields without which nobody can say where an object belongs."""
EMPTY: dict[Converter, Any] = {
    convert.number: 0.0,
    convert.integer: 0,
    convert.boolean: False,
    convert.phases: (0.0, 0.0, 0.0),
    convert.instant: EPOCH,
    convert.identity: 0,
    convert.text: "",
    convert.label: "",
    convert.optional_label: "",
    convert.remark: "",
}
"""What stands for a field that could never be read, by how it is read; None for others."""
NEVER_READ = {"connected": None, "reduction": Reduction(0.0, "", "", EPOCH, "")}
"""The same for single fields."""


@dataclass(frozen=True)
class Profile:
    """Spelling of one controller generation, and the readers that follow from it.

    Where there is a `dialect` what the controller answers is first translated by it into the contract's objects, and
    the rest is the contract's own.
    """

    name: str
    api_version: str
    paths: Mapping[str, str]
    fields: Mapping[str, Mapping[str, str]]
    read_zone: ObjectReader[Zone]
    read_station: ObjectReader[Station]
    read_connector: ObjectReader[Connector]
    reduction_percent: str = TAKEN
    dialect: Dialect | None = None

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
            spelled["value"]: value if self.reduction_percent == TAKEN else the_other_part(value),
            spelled["type"]: "percentage",
            spelled["validity"]: validity,
            spelled["validity_mode"]: "absolute",
        }

    def rounding(self, zone: Zone) -> float:
        """Return by how many per cent a reduction of a zone may be another than was asked: for some come in steps."""
        write = self.dialect.reduction if self.dialect else None
        return rounding(write, zone.max_current) if write else 0.0

    @property
    def end_within(self) -> float:
        """By how many s the end of a reduction may be another than was asked: where only the time left is said."""
        field = self.dialect.reduction_fields.get("validity") if self.dialect else None
        return field.within if field else 0.0

    def write_availability(self, *, available: bool) -> dict[str, Json]:
        """Write the body of an availability request."""
        return {self.fields["connector"]["available"]: available}


def load(name: str = "v6") -> Profile:
    """Load a shipped profile by name, or a file by its path; ProfileError says what is wrong with it.

    >>> load("v6").paths["zones"], load("v6").fields["zone"]["max_current"]
    ('/zones', 'maxCurrent')
    """
    return read(name, text_of(name))


def text_of(name: str) -> str:
    """Return the text of a shipped profile, or of a file; ProfileError when it cannot be read."""
    try:
        path = PROFILES / f"{name}.toml" if (PROFILES / f"{name}.toml").exists() else Path(name)
        if not path.is_file() or path.stat().st_size > _LARGEST:
            raise ProfileError(f"The profile {name!r} cannot be read: it is neither shipped nor a file of a profile.")
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:  # of a name or of bytes
        raise ProfileError(f"The profile {name!r} cannot be read: {error}") from error


def read(name: str, text: str) -> Profile:
    """Read the text of a profile that errors call by a name; ProfileError, whose `sentences` are all that is wrong."""
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ProfileError(f"The profile {name!r} cannot be read: {error}") from error
    form = document.get("format", 1)
    if form == DIALECT:
        contract = load()
        dialect = load_dialect(name, text, document, contract.fields)
        return replace(contract, name=Path(name).stem, api_version=dialect.api_version, dialect=dialect)
    if form != 1 or form is True:
        raise ProfileError(f"The profile {name!r} has the format {form!r}: write 2, or take the key out for format 1.")
    tables = {"paths": PATHS, "system": System._fields, "zone": ZONE, "reduction": REDUCTION}
    tables |= {"station": STATION, "connector": CONNECTOR}
    percent = document.get("reduction_percent", TAKEN)
    mistakes = Mistakes()
    for table, expected in tables.items():
        for sentence in _wrong_keys(name, table, document.get(table), set(expected)):
            mistakes.add(sentence)
    if percent not in (TAKEN, LEFT):
        mistakes.add(f"In the profile {name!r} reduction_percent must be {TAKEN!r} or {LEFT!r}, not {percent!r}.")
    mistakes.tell()
    reduction = ObjectReader(Reduction, _reduction(document["reduction"], percent))
    zone = [_with_reduction(column, reduction) for column in _columns(ZONE, document["zone"])]
    return Profile(
        name=Path(name).stem,
        api_version=str(document.get("api_version", "")),
        paths=document["paths"],
        fields={table: document[table] for table in tables if table != "paths"},
        read_zone=ObjectReader(Zone, zone, PLACE),
        read_station=ObjectReader(Station, _columns(STATION, document["station"]), PLACE),
        read_connector=ObjectReader(Connector, _columns(CONNECTOR, document["connector"]), PLACE),
        reduction_percent=percent,
    )


def the_other_part(percent: Json) -> float:
    """Return what is left when so many per cent are taken, or taken when so many are left.

    >>> the_other_part(10), the_other_part(66.6)
    (90.0, 33.4)
    """
    return round(100.0 - convert.number(percent), 6)


def _wrong_keys(profile: str, table: str, given: object, expected: set[str]) -> Iterator[str]:
    """Yield what is wrong with a table of format 1, in sentences."""
    if not isinstance(given, dict):
        yield f"The profile {profile!r} has no table [{table}]."
        return
    for key in sorted(expected ^ set(given)):
        trouble = "lacks" if key in expected else "has the unknown key"
        yield f"The profile {profile!r} {trouble} {table}.{key}."
    for key, value in given.items():
        if not isinstance(value, str):
            yield f"In the profile {profile!r} {table}.{key} must be a text, not {value!r}."


def _columns(converters: Converters, spelled: Mapping[str, str]) -> list[Column]:
    """Say of each field of a model how it is read."""
    columns = []
    for field, converter in converters.items():
        empty = NEVER_READ.get(field, EMPTY.get(converter))
        column = Column(field, spelled[field], converter, empty, field in OPTIONAL)
        if converter is convert.phases:
            column = column._replace(parts=("1", "2", "3"), in_parts=phases_in_parts)
        columns.append(column)
    return columns


def _reduction(spelled: Mapping[str, str], percent: str) -> list[Column]:
    """Say how a reduction is read; its value always becomes the part that is taken."""
    columns = _columns(REDUCTION, spelled)
    if percent == TAKEN:
        return columns
    return [one._replace(convert=the_other_part) if one.field == "value" else one for one in columns]


def _with_reduction(column: Column, reduction: ObjectReader[Reduction]) -> Column:
    """Read the reduction of a zone as the object that it is, or none; any other column stays as it is."""
    if column.field != "reduction":
        return column

    def whole(value: Json) -> Reduction | None:
        if value is None:
            return None
        if not isinstance(value, dict):
            raise ValueError("it is neither a reduction nor null")  # noqa: TRY004 - one class for all bad data
        return reduction.whole(value)

    return column._replace(convert=whole, parts=Reduction._fields, in_parts=reduction.by_fields)


def _time_or_none(value: Json) -> datetime | None:
    try:
        return convert.instant(value)
    except ValueError:
        return None
