"""Reads what a profile says of fields: `[zones.fields]` and the like; each mistake is a ProfileError."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

import jmespath
from jmespath.exceptions import JMESPathError

from evce_connector.evce.convert import Json
from evce_connector.evce.dialect.conversions import DURATION, LIMITS, SECONDS_LEFT, UNITS
from evce_connector.evce.dialect.declared import Field, Fields, Reads, Words
from evce_connector.evce.dialect.paths import ABSENT, Path
from evce_connector.evce.dialect.tables import Table
from evce_connector.evce.profile_error import Mistakes


class What(NamedTuple):
    """What the contract has in a field: `unit` of its numbers, and which keys of a profile mean something for it."""

    unit: str = ""
    phases: bool = False
    time: bool = False
    counts: bool = False
    left: bool = False
    """Whether it may be said how long it still lasts."""
    optional: bool = False
    link: bool = False
    """Whether it names an object, and may come as that object's address."""
    text: bool = False
    """Whether it is a text, which may be made of digits."""


LINK = What(link=True)
ANY, MAY_BE_LEFT_OUT, TIME, TEXT = What(), What(optional=True), What(time=True), What(text=True)
CURRENT, POWER, ENERGY = What("A"), What("kW"), What("kWh")

SYSTEM = dict.fromkeys(("name", "api_version", "version"), What(optional=True, text=True)) | {
    "time": What(time=True, optional=True)
}
REDUCTION = dict.fromkeys(("value", "type", "description", "validity", "validity_mode"), TEXT) | {
    "value": What("%", counts=True),
    "validity": What(time=True, left=True, optional=True),
}
ZONES = {
    "id": LINK,
    **dict.fromkeys(("name", "type"), TEXT),
    "max_current": CURRENT,
    "set_point_current": CURRENT,
    "set_point_power": POWER,
    **dict.fromkeys(("number_of_transactions", "reduction"), ANY),
}
STATIONS = {
    **dict.fromkeys(("id", "zone_id"), LINK),
    **dict.fromkeys(("friendly_name", "ocpp_identifier", "type", "serial_number", "model", "version"), TEXT),
    **dict.fromkeys(("ip_address", "cpo_url"), TEXT),
    **dict.fromkeys(("accepted_by_cpo", "connected"), ANY),
    **dict.fromkeys(("status", "authentication_mode", "disconnected_authentication_mode"), TEXT),
}
CONNECTORS = {
    **dict.fromkeys(("id", "station_id", "logical_connector"), LINK),
    **dict.fromkeys(("available", "dc", "fixed_set_point"), ANY),
    "status": TEXT,
    "max_current": CURRENT,
    "max_power": POWER,
    "phase_connection": TEXT,
    "set_point_current": CURRENT,
    "set_point_power": POWER,
    "active_power": What("kW", phases=True),
    "rms_current": What("A", phases=True),
    "active_energy": ENERGY,
    "error_code": What(optional=True, text=True),
    "transaction_id": MAY_BE_LEFT_OUT,
}
_KEYS = (
    "at",
    "value",
    "default",
    "null",
    "as",
    "unit",
    "words",
    "otherwise",
    "time",
    "join",
    "split",
    "counts",
    "within",
    "search",
)
LAST_PART = "last-part"
_PHASES = 3
_WITHIN = 5.0
"""By how many s ends may differ where the profile says nothing: an answer is on its way for a while."""

Tables = Mapping[str, Words]
"""The tables of words of a profile, by their names."""


def read_fields(table: Table, known: Mapping[str, What], tables: Tables, ups: int) -> Fields:
    """Read a table of fields, whose paths go up at most so many parents; a ProfileError of all that is wrong there."""
    mistakes = Mistakes()
    mistakes.reading(lambda: table.only(known), None)
    for name in [name for name, what in known.items() if not what.optional]:
        mistakes.reading(partial(_has, table, name), None)
    found = {
        name: mistakes.reading(partial(_field, table, name, known[name], tables, ups), Field())
        for name in table
        if name in known
    }
    mistakes.tell()
    return found


def _has(table: Table, name: str) -> None:
    table.need(name, "its path, or { value = ... } for what the controller does not have")


def words_named(table: Table, key: str, tables: Tables) -> Words:
    """Return the table of words that a key names; ProfileError where there is none."""
    name = table.text(key, what="the name of a table [words.NAME]")
    if name not in tables:
        there = ", ".join(tables) or "none"
        raise table.trouble(key, f"names the table [words.{name}], which is not there: write it, or one of {there}")
    return tables[name]


def read_tests(table: Table, ups: int) -> tuple[Reads, ...]:
    """Read a table of paths to lists of words, as `skip` is; ProfileError."""
    found = []
    for key, words in table.content.items():
        if not isinstance(words, list) or not words or not all(isinstance(word, str) for word in words):
            raise table.trouble(key, f"must be a list of words, not {words!r}")
        found.append(Reads(table.path_of(key, key, ups), frozenset(words)))
    return tuple(found)


def _field(table: Table, name: str, what: What, tables: Tables, ups: int) -> Field:
    """Read one field: a path, three of them, or a table."""
    said = table.content[name]
    if not isinstance(said, dict):
        return Field(at=_paths(table, name, said, what, ups))
    more = table.table(name)
    more.only(_KEYS)
    _refuse_what_does_not_fit(more, name, what)
    sources = [key for key in ("at", "value", "search") if key in more]
    if len(sources) != 1:
        have = " and ".join(sources) or "none of them"
        raise more.trouble("", f"needs one of at, value and search, and has {have}")
    if "value" in more:
        more.refuse([key for key in _KEYS if key != "value"], "beside value")
        return Field(value=_scalar(more, "value", phases=what.phases))
    if "otherwise" in more and "words" not in more:
        raise more.trouble("otherwise", "needs words: name a table [words.NAME]")
    kind = more.choice("as", ("text", "number", *((LAST_PART,) if what.link else ())), "number")
    return Field(
        at=_paths(more, "at", more.content["at"], what, ups) if "at" in more else (),
        search=_search(more) if "search" in more else "",
        absent_is=_default(more, what),
        null=more.flag("null"),
        as_text=kind != "number" and not what.text,
        is_text=kind != "number" and what.text,
        last_part=kind == LAST_PART,
        join=more.text("join", "") if "join" in more else None,
        words=words_named(more, "words", tables) if "words" in more else None,
        otherwise=_scalar(more, "otherwise") if "otherwise" in more else ABSENT,
        unit=_unit(more, what),
        time=(time := more.time("time", left=what.left) if what.time else ""),
        within=_within(more, time),
        split=more.choice("split", ("phases", "each")) if "split" in more else "",
        counts=more.choice("counts", ("taken", "left", *LIMITS), "taken"),
    )


def _refuse_what_does_not_fit(table: Table, name: str, what: What) -> None:
    meanings = {"unit": bool(what.unit), "time": what.time, "split": what.phases, "counts": what.counts}
    meanings["within"] = what.left
    for key, meant in meanings.items():
        if not meant:
            table.refuse([key], f"for {name}")


def _paths(table: Table, key: str, said: Json, what: What, ups: int) -> tuple[Path, ...]:
    """Read one path, or for what has phases also a list of three."""
    if not isinstance(said, list):
        return (table.path_of(key, said, ups),)
    if not what.phases:
        raise table.trouble(key, "has a list of paths, which only active_power and rms_current may have: write one")
    if len(said) != _PHASES:
        raise table.trouble(key, f"must have three paths, one a phase, not {len(said)}")
    return tuple(table.path_of(key, one, ups) for one in said)


def _search(table: Table) -> str:
    expression = table.text("search", what="a JMESPath expression")
    try:
        jmespath.compile(expression)
    except JMESPathError as error:
        why = " ".join(str(error).split())
        raise table.trouble("search", f"must be a JMESPath expression: {why}") from error
    return expression


def _default(table: Table, what: What) -> Json:
    """Return what stands for what is absent: null where only `null = true` is said."""
    if "default" in table:
        return _scalar(table, "default", phases=what.phases)
    return None if table.flag("null") else ABSENT


def _unit(table: Table, what: What) -> str:
    if "unit" not in table:
        return ""
    if table.content.get("counts") in LIMITS:
        table.refuse(["unit"], "beside a limit, whose unit counts says")
    return table.choice("unit", [unit for unit, (same, _) in UNITS.items() if same == what.unit])


def _within(table: Table, time: str) -> float:
    """Return by how many s an end may differ that is reckoned from how long it still lasts; 0 where it is not."""
    if time not in (SECONDS_LEFT, DURATION):
        table.refuse(["within"], 'without time = "seconds-left" or "duration"')
        return 0.0
    return table.number("within", _WITHIN)


def _scalar(table: Table, key: str, *, phases: bool = False) -> Json:
    """Return a text, a number or a boolean; for phases also a list of three numbers."""
    value = table.content[key]
    if isinstance(value, str | int | float):
        return value
    if (
        phases
        and isinstance(value, list)
        and len(value) == _PHASES
        and not any(isinstance(one, list | dict) for one in value)
    ):
        return value
    raise table.trouble(key, f"must be a text, a number, true or false, not {value!r}")
