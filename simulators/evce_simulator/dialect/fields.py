"""The fields of a profile: where each stands, and what is done to its value on the way."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from zoneinfo import ZoneInfo

from evce_simulator.dialect.paths import Path
from evce_simulator.dialect.profile import Field, ReductionPart, Words
from evce_simulator.dialect.tables import Table
from evce_simulator.records import Connector, Reduction, Station, System, Zone, api_name

PHASES = 3
PHASE_VALUES = ("activePower", "rmsCurrent")
"""Fields of the contract that are three numbers, one a phase."""
UNITS = {
    "maxCurrent": "A",
    "setPointCurrent": "A",
    "rmsCurrent": "A",
    "maxPower": "kW",
    "setPointPower": "kW",
    "activePower": "kW",
    "activeEnergy": "kWh",
    "value": "%",
}
"""The contract's unit of its fields, where they have one."""
FACTORS: dict[str, dict[str, Decimal]] = {
    "A": {"A": Decimal(1), "mA": Decimal(1000)},
    "kW": {"kW": Decimal(1), "W": Decimal(1000)},
    "kWh": {"kWh": Decimal(1), "Wh": Decimal(1000)},
    "%": {"%": Decimal(1), "share": Decimal("0.01")},
}
"""How many of a controller's units are one of the contract's."""
LIMITS = {"A": Decimal(1), "kW": Decimal("0.69"), "W": Decimal(690)}
"""How much of a zone's limit one A is: three phases at 230 V."""
LEFT = ("seconds-left", "duration")
"""Ways to say how long a reduction still lasts, instead of until when."""
_KINDS: dict[str, type] = {
    "system": System,
    "zone": Zone,
    "station": Station,
    "connector": Connector,
    "reduction": Reduction,
}
ADDRESS = "address"
"""How an id is sent that is the last part of its object's address."""
_LINKS = {"id", "zone_id", "station_id", "logical_connector"}
_MAY_BE_LEFT_OUT = {"error_code", "transaction_id", "number"}
_ADDED = {"system": ["time"], "zone": ["number"], "station": ["number"], "connector": ["number"]}
WordTables = Mapping[str, dict[str, object]]


def fields_of(kind: str, table: Table, words: WordTables) -> tuple[Field, ...]:
    """Read the fields of one kind of object, in the contract's order; ProfileError when they do not fit."""
    found = []
    for name in [*_KINDS[kind].__annotations__, *_ADDED.get(kind, [])]:
        if name not in table:
            if name not in _MAY_BE_LEFT_OUT and (kind, name) != ("reduction", "validity"):
                raise table.refused(name, "this field is missing; give its path, or { value = ... }.")
            continue
        if name != "reduction":
            found.append(_field(name, table, words))
        else:
            found.append(_path_alone(table))
    table.end()
    return tuple(found)


def reduction_part(zones: Table, fields: tuple[Field, ...], words: WordTables) -> ReductionPart | None:
    """Read what stands in the reduction of a zone, None where the zones have a constant instead of one."""
    table = zones.table("reduction")
    if not any(one.name == "reduction" and one.at for one in fields):
        return None
    if table is None:
        raise zones.refused("reduction", "this table is missing; say in it where the reduction's fields stand.")
    none_when = [(path, word) for path, chosen in table.word_lists("none_when") for word in chosen[:1]]
    return ReductionPart(fields_of("reduction", table, words), tuple(none_when))


def named_words(table: Table, key: str, words: WordTables, otherwise: object = None) -> Words | None:
    """Return the table of words that a key names, None when there is no key; ProfileError when there is no table."""
    name = table.text(key)
    if name is None:
        return None
    if name not in words:
        raise table.refused(key, f"there is no table [words.{name}]; add it, or name one that is there.")
    return Words(name, dict(words[name]), otherwise)


def time_of(table: Table, more: tuple[str, ...] = ()) -> str:
    """Return how times are written: iso, s, ms, `more` or the name of a zone; ProfileError when it is none of them."""
    written = table.text("time", "iso") or "iso"
    if written not in ("iso", "s", "ms", *more):
        try:
            ZoneInfo(written)
        except (ValueError, OSError, LookupError) as error:
            known = ", ".join(("iso", "s", "ms", *more))
            raise table.refused("time", f"write {known} or a zone as Europe/Paris, not {written!r}.") from error
    return written


def _path_alone(table: Table) -> Field:
    """Read the zone's reduction: a path, or a constant (null cannot be written, so any)."""
    value = table.take("reduction")
    if isinstance(value, dict) and set(value) == {"value"}:
        return Field("reduction", "reduction")
    if not isinstance(value, str):
        raise table.refused("reduction", f"write the path of the reduction's object, not {value!r}.")
    return Field("reduction", "reduction", (table.parsed("reduction", value),))


def _field(name: str, table: Table, words: WordTables) -> Field:
    contract = api_name(name)
    value = table.take(name)
    if not isinstance(value, dict):
        return Field(name, contract, _places(table, name, value, contract))
    one = Table(table.profile, table.name_of(name), value)
    if "search" in one:
        raise one.refused(
            "search", "an expression cannot be turned round, so no simulator serves it; write a path (at)."
        )
    if "value" in one:
        constant = one.take("value")
        one.end()
        return Field(name, contract, constant=constant)
    found = Field(
        name,
        contract,
        _places(one, "at", one.take("at"), contract),
        sends=_sends(one, name),
        unit=_unit(one, contract),
        words=named_words(one, "words", words, one.take("otherwise")),
        time=(time := time_of(one, LEFT if contract == "validity" else ())),
        join=one.text("join"),
        split=_split(one, contract),
        counts=one.choice("counts", ("taken", "left", *LIMITS), "taken"),
        default=one.take("default"),
        null=one.take("null") is True,
    )
    if found.unit is not None and found.counts in LIMITS:
        raise one.refused("unit", "counts says the unit of a limit; take this away.")
    if time in LEFT:
        one.take("within")  # what is served is exact
    one.end()
    return found


def _places(table: Table, key: str, value: object, contract: str) -> tuple[Path, ...]:
    """Read one path, or the three of three phases."""
    if isinstance(value, str):
        return (table.parsed(key, value),)
    texts = [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
    if value == texts and contract in PHASE_VALUES and len(texts) == PHASES:
        return tuple(table.parsed(key, one) for one in texts)
    wanted = "a path, or a list of three for three phases" if contract in PHASE_VALUES else "a path"
    raise table.refused(key, f"write {wanted}, or {{ value = ... }}, not {value!r}.")


def _sends(table: Table, name: str) -> str | None:
    """Read `as`: of a number, that it is sent as text; of a text, as a whole number; of an id, as an address."""
    kind = table.choice("as", ("number", "text", *(("last-part",) if name in _LINKS else ())), "number")
    if kind == "number":
        return None
    if kind == "last-part":
        return ADDRESS
    is_text = any("str" in kind.__annotations__.get(name, "") for kind in _KINDS.values())
    return "whole" if is_text else "text"


def _unit(table: Table, contract: str) -> str | None:
    unit = table.text("unit")
    if unit is None:
        return None
    known = FACTORS.get(UNITS.get(contract, ""), {})
    if unit not in known:
        raise table.refused("unit", f"write one of {', '.join(known) or 'none: this field has no unit'}, not {unit!r}.")
    return unit


def _split(table: Table, contract: str) -> str | None:
    split = table.text("split")
    if split is not None and (split not in ("phases", "each") or contract not in PHASE_VALUES):
        raise table.refused("split", 'write "phases" or "each", and for active_power and rms_current alone.')
    return split
