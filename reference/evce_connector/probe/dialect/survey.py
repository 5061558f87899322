"""Reads the lists that were found field by field: what a profile says of each, how sure that is, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from evce_connector.evce.convert import Json
from evce_connector.evce.dialect.paths import word_of
from evce_connector.probe.dialect import leftovers, phases, readings, standing, vocabularies
from evce_connector.probe.dialect.choices import Choice, Confidence
from evce_connector.probe.dialect.columns import Column, Three, threes
from evce_connector.probe.dialect.fits import Around, fit
from evce_connector.probe.dialect.listings import Listing
from evce_connector.probe.dialect.match import Match, assign, rows_of
from evce_connector.probe.dialect.names import concepts_of, meaning, meanings, score
from evce_connector.probe.dialect.readings import Tables
from evce_connector.probe.dialect.roles import ABOVE, KINDS, Roles, columns_of, own_ids
from evce_connector.probe.dialect.units import Unit, of_current, of_energy, of_power, of_three

ASKED, LIKELY, HIGH = Confidence.ASKED, Confidence.LIKELY, Confidence.HIGH
_PARENT_FIELD = {"stations": "zone_id", "connectors": "station_id"}
_TRUTHS = ("connected", "available", "accepted", "fixed", "dc")
_NUMBERS = ("current", "power", "energy", "count", "share", "three")
_ABSENT: dict[str, Any] = {
    "current": 0, "power": 0, "energy": 0, "count": 0, "bool": False, "three": [0, 0, 0],
}  # fmt: skip
"""What stands for a field of which nothing was found, by the form of its values."""
_FEW = 4
"""Words of a field at most that may say yes or no."""
_MOST = 8
"""Candidates of a field that was not found."""
TEXT_ABSENT = {"zone_type": "STATIC", "status": "available", "authentication": "unknown", "phases": "tri",
                "reduction_type": "percentage", "validity_mode": "absolute"}  # fmt: skip


@dataclass
class Survey:
    """All that is said of fields, the tables of words, and words of which nobody knows what they mean."""

    choices: dict[str, Choice] = field(default_factory=dict)
    tables: Tables = field(default_factory=dict)
    unknown: dict[str, list[str]] = field(default_factory=dict)
    matched: dict[str, dict[str, Match]] = field(default_factory=dict)
    ids: dict[str, list[Json]] = field(default_factory=dict)
    columns: dict[str, list[Column]] = field(default_factory=dict)
    reduced: list[int] = field(default_factory=list)
    """Which zones have a reduction."""

    def add(self, choice: Choice) -> Choice:
        """Keep a choice."""
        self.choices[choice.name] = choice
        return choice


def read(roles: Roles, growth: Mapping[str, float] | None = None) -> Survey:
    """Read the lists; `growth` tells by the path of a column how it rises per hour for each kW."""
    survey = Survey()
    for kind in KINDS:
        if kind in roles.lists:
            _match(kind, roles, survey)
    for kind in KINDS:
        if kind in roles.lists:
            _Reader(kind, survey, growth or {}).read()
    return survey


def _match(kind: str, roles: Roles, survey: Survey) -> None:
    """Match the columns of a list, those of a reduction kept out of its zone's."""
    listing = roles.lists[kind]
    child = next((one.items for one in roles.lists.values() if one.inside is listing and not one.each), None)
    columns = columns_of(listing, child)
    around = _around(kind, listing, survey)
    table = kind.removesuffix("s")
    if kind == "zones":
        reduction = _reduction_column(columns)
        inner = [one for one in columns if reduction and one.path.startswith(f"{reduction}.")]
        flat = None if reduction else standing.among(columns, listing)
        if flat is not None:
            inner = flat.inner
        survey.columns["reduction"] = inner
        columns = [one for one in columns if one not in inner and not (one.path != reduction and _is_bare(one))]
    else:
        columns = [one for one in columns if not _is_bare(one)]
    survey.columns[kind] = columns
    three = threes(columns)
    matched = assign(table, columns, three, around)
    if kind == "zones" and reduction and "reduction" not in matched:
        place = next(one for one in columns if one.path == reduction)
        matched["reduction"] = leftovers.guess("an object with a time in it, or null", place)
    if kind == "zones" and flat is not None and "reduction" not in matched:
        matched["reduction"] = flat.match
    leftovers.fill(table, matched, columns, three, around)
    survey.matched[kind] = matched
    survey.ids[kind] = own_ids(listing, matched)


def _is_bare(column: Column) -> bool:
    return bool(column.here) and all(isinstance(value, dict) for value in column.here)


def _around(kind: str, listing: Listing, survey: Survey) -> Around:
    above = ABOVE.get(kind)
    ids = [word for one in survey.ids.get(above or "", []) if (word := word_of(one)) is not None]
    if listing.inside is not None:
        around = {id(value): index for index, (value, _) in enumerate(listing.inside.objects)}
        return Around(ids, tuple(around.get(id(parents[0])) if parents else None for _, parents in listing.objects))
    found = assign(kind.removesuffix("s"), [one for one in columns_of(listing) if not _is_bare(one)], (), Around(ids))
    reference = found.get(_PARENT_FIELD.get(kind, ""))
    parents = reference.source.values if reference else ()
    return Around(ids, tuple(map(word_of, parents)))


def _reduction_column(columns: Sequence[Column]) -> str | None:
    """Return the path at which the reduction of a zone stands: an object, or null where there is none."""
    best: tuple[float, str | None] = (0.3, None)
    wanted = meaning("zone", "reduction")
    for one in columns:
        objects = one.here and all(isinstance(value, dict) for value in one.here)
        nothing = len(one.here) < len(one.values)
        if objects or not one.here:
            inner = [other for other in columns if other.path.startswith(f"{one.path}.")]
            has_time = any("validity" in concepts_of(other.keys[-1])[0] or fit("time", other) == 1 for other in inner)
            worth = 0.6 * score(wanted, one.keys) + 0.2 * bool(nothing and objects) + 0.3 * has_time
            best = max(best, (worth, one.path), key=lambda pair: pair[0])
    return best[1]


class _Reader:
    """Reads one list."""

    def __init__(self, kind: str, survey: Survey, growth: Mapping[str, float]) -> None:
        self.kind, self.table = kind, kind.removesuffix("s")
        self.survey = survey
        self.matched = survey.matched[kind]
        self.growth = growth

    def read(self) -> None:
        for name in meanings()[self.table]:
            form = meaning(self.table, name).form
            if name in self.matched:
                self._field(name, form, self.matched[name])
            elif name != _PARENT_FIELD.get(self.kind) and name != "reduction":
                missing(self.survey, self.kind, name, form, self.survey.columns[self.kind])
        self._units()

    def _field(self, name: str, form: str, found: Match) -> None:
        choice = self.survey.add(readings.begin(self.kind, name, form, found))
        source = found.source
        if form in _NUMBERS:
            readings.numbers(choice, source)
        if isinstance(source, Three):
            return
        if form == "three":
            readings.more(choice, split="phases" if name == "active_power" else "each")
            choice.doubt(LIKELY if name == "active_power" else ASKED, "one number for all phases")
        if form in _TRUTHS:
            readings.truth(choice, source, form, self.survey.tables)
        elif form in ("status", "zone_type", "authentication", "error"):
            self._unknown(choice, vocabularies.read(choice, source, form, self.survey.tables))
        elif form == "phases":
            self._unknown(choice, phases.read(choice, source, self.survey.tables, self._is_three))
        elif form == "ocpp_type":
            readings.ocpp(choice, source, self.survey.tables)

    def _unknown(self, choice: Choice, unknown: list[str]) -> None:
        if unknown:
            self.survey.unknown[choice.name] = unknown
            choice.doubt(ASKED, f"nobody knows what {', '.join(unknown)} means")

    def _is_three(self, word: str) -> bool | None:
        """Tell by power over current at the set point whether a connector that reads this word has three phases."""
        power, current = self.matched.get("set_point_power"), self.matched.get("set_point_current")
        wired = self.matched.get("phase_connection")
        if not (power and current and wired):
            return None
        amps = of_current("connector", current.source)
        watts = of_power("connector", power.source, current.source, amps)
        many = (1 if watts.unit == "kW" else 0.001) / (1 if amps.unit == "A" else 0.001)
        found = []
        for value, one, other in zip(wired.source.values, rows_of(power.source), rows_of(current.source), strict=True):
            said = ",".join(word_of(part) or "" for part in value) if isinstance(value, list) else word_of(value)
            if said == word and one and other and other[0] > 5 / (1 if amps.unit == "A" else 0.001):
                found.append(one[0] / other[0] * many)
        if not found:
            return None
        middle = median(found)
        return True if 0.5 < middle < 0.95 else False if 0.15 < middle < 0.3 else None  # noqa: PLR2004 - kW for each A

    def _units(self) -> None:
        amps: dict[str, Unit] = {}
        for name in ("max_current", "set_point_current"):
            if name in self.matched:
                amps[name] = of_current(self.table, self.matched[name].source)
                readings.unit(self._choice(name), amps[name], "current")
        beside = {"max_power": None, "set_point_power": "set_point_current"}
        for name, other in beside.items():
            if name in self.matched:
                source = self.matched[other].source if other and other in self.matched else None
                found = of_power(self.table, self.matched[name].source, source, amps.get(other or ""))
                readings.unit(self._choice(name), found, "power")
        if self.kind == "connectors":
            self._measured()

    def _measured(self) -> None:
        power, current = self.matched.get("active_power"), self.matched.get("rms_current")
        watts, ampere = of_three(power.source if power else None, current.source if current else None)
        if watts and power:
            readings.unit(self._choice("active_power"), watts, "power")
        if ampere and current:
            readings.unit(self._choice("rms_current"), ampere, "current")
        if energy := self.matched.get("active_energy"):
            found = of_energy(energy.source, self.growth.get(energy.paths[0]))
            readings.unit(self._choice("active_energy"), found, "energy")

    def _choice(self, name: str) -> Choice:
        return self.survey.choices[f"{self.kind}.{name}"]


def missing(survey: Survey, table: str, name: str, form: str, columns: Sequence[Column]) -> Choice | None:
    """Say of a field that was not found what stands for it, and ask where it is."""
    said: Any
    if name in ("error_code", "transaction_id"):
        said = None
    elif name == "logical_connector" and "id" in survey.matched[table]:
        said = survey.matched[table]["id"].paths[0]
    elif form in _TRUTHS:
        said = {"value": name in ("available", "connected")}
    else:
        said = {"value": _ABSENT.get(form, TEXT_ABSENT.get(form, ""))}
    choice = survey.add(Choice(table, name, said, ASKED, ["it was not found"]))
    taken = {path for found in survey.matched.get(table, {}).values() for path in found.paths}
    free = [one for one in columns if one.path not in taken and not isinstance(next(iter(one.here), None), dict | list)]
    if form in _TRUTHS:  # of a text somebody has to say which word is true
        free = sorted((one for one in free if 0 < len(one.words) <= _FEW), key=lambda one: not _is_truth(one))
        named = f"{table.removesuffix('s')}_{name}"
        choice.candidates = [one.path if _is_truth(one) else {"at": one.path, "words": named} for one in free]
    else:
        choice.candidates = [one.path for one in free]
    choice.candidates = choice.candidates[:_MOST]
    return choice


def _is_truth(column: Column) -> bool:
    return all(isinstance(value, bool) for value in column.here)
