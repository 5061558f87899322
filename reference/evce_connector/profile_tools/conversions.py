"""What becomes of one value on its way from the controller's JSON to a field of the model, step by step.

The steps are those that the connector itself takes: each is carried out by its own functions, and what it read has the
last word.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from evce_connector.evce.convert import Json
from evce_connector.evce.dialect.conversions import number_of_text
from evce_connector.evce.dialect.declared import Dialect, Field
from evce_connector.evce.dialect.paths import ABSENT, getter
from evce_connector.evce.dialect.readers import parts_of, steps_of
from evce_connector.evce.one_line import one_line
from evce_connector.evce.profile import LEFT, Profile
from evce_connector.points.index import SiteNode
from evce_connector.profile_tools.reading import LISTS, OfflineSite, Seen
from evce_connector.site.datapoint import Level
from evce_connector.site.values import utc_text

UNITS = {"mA": "A", "W": "kW", "Wh": "kWh"}
"""Units that a profile may name, and what the contract has for them."""
IDS = ("id", "zone_id", "station_id", "logical_connector")


@dataclass(frozen=True)
class Step:
    """One conversion: the profile's key for it (or `read`, the model's own reading), what went in, what came out."""

    key: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.before} -> {self.after}"


@dataclass(frozen=True)
class Way:
    """The way of one field: where it stands in the profile and in the object, what came, its steps, what it became.

    `place` is the key in the profile, `path` what the profile says there. `trouble` says why it cannot be read, empty
    where it can.
    """

    place: str
    path: str
    raw: str
    steps: tuple[Step, ...]
    value: str
    trouble: str = ""


def declared(profile: Profile, level: Level, name: str) -> Field | None:
    """Return how a dialect declares a field (`max_current`, `reduction.value`); None where it says nothing."""
    dialect = profile.dialect
    if dialect is None:
        return None
    if name.startswith("reduction."):
        return dialect.reduction_fields.get(name.partition(".")[2])
    return _objects(dialect, level).get(name)


def _objects(dialect: Dialect, level: Level) -> Mapping[str, Field]:
    return {"zones": dialect.zones, "stations": dialect.stations, "connectors": dialect.connectors}[LISTS[level]].fields


def place_of(profile: Profile, level: Level, name: str) -> str:
    """Return the key of the profile that says where a field stands."""
    table, _, inner = name.rpartition(".")
    if profile.dialect is None:
        return f"{table or level}.{inner}"
    return f"zones.reduction.{inner}" if table else f"{LISTS[level]}.fields.{inner}"


def path_of(profile: Profile, level: Level, name: str) -> str:
    """Return what the profile says of where a field stands."""
    field = declared(profile, level, name)
    if profile.dialect is None:
        table, _, inner = name.rpartition(".")
        return profile.fields[table or str(level)][inner]
    if field is None:
        return "nowhere"
    if field.value is not ABSENT:
        return f"always {shown(field.value)}"
    return f"search {field.search}" if field.search else ", ".join(path.written or "(the object)" for path in field.at)


def way_of(offline: OfflineSite, node: SiteNode, name: str) -> Way:
    """Return the way of a field of an object of the tree."""
    profile, seen = offline.profile, offline.origin(node)
    place, path = place_of(profile, node.level, name), path_of(profile, node.level, name)
    if seen is None:
        return Way(place, path, "nothing", (), "nothing", "the object is not in the capture")
    contract = _of_contract(profile, node.level, name, seen.contract)
    field = declared(profile, node.level, name)
    steps: list[Step] = []
    raw = contract
    if profile.dialect is not None:
        raw = _raw(profile.dialect, field, name, seen)
        steps = _steps(field, name, raw, contract) if field else []
    model, trouble = _of_model(offline, node, name)
    steps += _read(profile, name, contract, model) if not trouble else []
    return Way(place, path, shown(raw), tuple(steps), shown(model), trouble)


def _raw(dialect: Dialect, field: Field | None, name: str, seen: Seen) -> Json:
    """Return what stands at a field's path, ABSENT for nothing; of three paths three."""
    if field is None:
        return ABSENT
    value, parents = seen.value, seen.parents
    if name.startswith("reduction."):
        whole = dialect.zones.fields["reduction"]
        value, parents = parts_of(whole)[0](value, parents), (value, *parents)
        if not isinstance(value, dict):
            return ABSENT
    if len(field.at) > 1:
        return [getter(path)(value, parents) for path in field.at]
    return parts_of(field)[0](value, parents)


def _steps(field: Field, name: str, raw: Json, contract: Json) -> list[Step]:
    """Return the conversions of a dialect: each that changed something, and what led to the contract's value then."""
    steps: list[Step] = []
    value = raw
    is_id = name in IDS
    if not is_id or contract == value:
        for key, convert in steps_of(field):
            before, value = value, _each(convert, value) if name in PHASED else convert(value)
            steps += _step(key, before, value, field)
    last = "ids" if is_id else "split" if field.split else "counts" if field.counts != "taken" else "none_when"
    return steps + _step(last, value, contract, field)


PHASED = ("active_power", "rms_current")


def _each(convert: Callable[[Json], Json], value: Json) -> Json:
    return [convert(one) for one in value] if isinstance(value, list) else convert(value)


def _step(key: str, before: Json, after: Json, field: Field) -> list[Step]:
    if before is after or (before == after and type(before) is type(after)):
        return []
    unit, contract = (field.unit, UNITS.get(field.unit, "")) if key == "unit" else ("", "")
    form = f" ({field.time})" if key == "time" else ""
    counted = {"left": " % left", "A": " A left"}.get(field.counts, "") if key == "counts" else ""
    taken = " % taken" if counted else ""
    return [Step(key, f"{shown(before)}{_spaced(unit)}{form}{counted}", f"{shown(after)}{_spaced(contract)}{taken}")]


def _spaced(unit: str) -> str:
    return f" {unit}" if unit else ""


def _of_contract(profile: Profile, level: Level, name: str, contract: Mapping[str, Json]) -> Json:
    """Return a field of an object in the contract's terms, ABSENT where it has none."""
    table, _, inner = name.rpartition(".")
    spelled = profile.fields[table or str(level)][inner]
    if not table:
        return contract.get(spelled, ABSENT)
    whole = contract.get(profile.fields["zone"]["reduction"])
    return whole.get(spelled, ABSENT) if isinstance(whole, dict) else ABSENT


def _of_model(offline: OfflineSite, node: SiteNode, name: str) -> tuple[Json, str]:
    """Return what the connector read of a field, and why it could not."""
    model = node.model
    for part in name.split("."):
        model = None if model is None else getattr(model, part)
    spelled = offline.profile.fields
    table, _, inner = name.rpartition(".")
    whole = f"{LISTS[node.level]}/{node.model.id}"
    if table:
        whole += f"/{spelled['zone']['reduction']}"
    path = f"{whole}/{spelled[table or str(node.level)][inner]}"
    troubles = [(key, why) for key, why in offline.troubles.get(whole, ()) if table and key == whole]
    troubles += offline.troubles.get(path, ())
    said = [why if key in (path, whole) else f"{key.removeprefix(path)[1:]}: {why}" for key, why in troubles]
    return model, "; ".join(said)


def _read(profile: Profile, name: str, contract: Json, model: Json) -> list[Step]:
    """Return what the model's own reading made of the contract's value, if that is another."""
    if (
        profile.dialect is None
        and profile.reduction_percent == LEFT
        and name == "reduction.value"
        and contract is not ABSENT
    ):
        return [Step("reduction_percent", f"{shown(contract)} % left", f"{shown(model)} % taken")]
    if contract is ABSENT or shown(contract) == shown(model):
        return []
    if contract is None and model in (None, ""):
        return []
    return [] if contract == model else [Step("read", shown(contract), shown(model))]


def shown(value: Json) -> str:
    """Write a value as people read it; what is absent is nothing."""
    if value is ABSENT:
        return "nothing"
    if isinstance(value, datetime):
        return utc_text(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(shown, value))}]"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return one_line(repr(value) if isinstance(value, dict) or _reads_otherwise(value) else str(value))


def _reads_otherwise(value: Json) -> bool:
    """Tell whether a text would be taken for a number, for a word of JSON or for nothing."""
    return isinstance(value, str) and (
        not value or value in ("true", "false", "null") or number_of_text(value) != value
    )
