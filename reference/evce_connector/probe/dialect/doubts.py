"""What keeps a field from being sure, though name and values agree: rules with their reasons, after all is judged.

A field that is wrong and `high` is the worst that a proposal can have in it, for nobody looks at it again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from evce_connector.evce.dialect.paths import ABSENT, word_of
from evce_connector.probe.dialect import names
from evce_connector.probe.dialect.choices import Choice, Confidence
from evce_connector.probe.dialect.columns import Column
from evce_connector.probe.dialect.lexicon import vocabulary
from evce_connector.probe.dialect.match import Match, rows_of
from evce_connector.probe.dialect.names import meaning, split
from evce_connector.probe.dialect.paging import Paging
from evce_connector.probe.dialect.readings import name_words
from evce_connector.probe.dialect.roles import ABOVE, KINDS, Roles
from evce_connector.probe.dialect.survey import Survey

ASKED, LIKELY, HIGH = Confidence.ASKED, Confidence.LIKELY, Confidence.HIGH
_PARENT_FIELD = {"stations": "zone_id", "connectors": "station_id"}
_AMOUNTS = frozenset({"current", "power", "energy", "three"})
_ALIKE = (
    ("stations.friendly_name", "stations.ocpp_identifier"),
    ("stations.connected", "stations.accepted_by_cpo"),
    ("connectors.available", "connectors.fixed_set_point"),
    ("reduction.type", "reduction.validity_mode"),
)
"""Fields whose values look alike, so that one may be taken for the other."""
_SHAPED = frozenset({"ocpp_type", "version", "url", "ip", "api", "phases", "time", "reduction", "error", "transaction"})
"""Forms whose values tell by their looks what they are, however many are the same."""
_WHOLE_NAME = 0.9
"""What a name is worth that says all by itself."""
_FEW_NAMED = 0.5
"""Share of the objects above below which a reference by number may be one by chance."""


@dataclass(frozen=True)
class Seen:
    """All that the rules look at: `spoken` are the languages but English that the controller speaks."""

    survey: Survey
    roles: Roles
    paging: Mapping[str, Paging]
    spoken: Sequence[str]

    def matches(self, *tables: str) -> list[tuple[str, str, Match, Choice]]:
        """Return table, field, column and choice of all that was matched."""
        return [
            (table, name, found, self.survey.choices[f"{table}.{name}"])
            for table, fields in self.survey.matched.items()
            for name, found in fields.items()
            if f"{table}.{name}" in self.survey.choices and (not tables or table in tables)
        ]


def doubt(seen: Seen) -> None:
    """Make no field surer than its proof."""
    for rule in RULES:
        rule(seen)


def _joined(seen: Seen, kind: str) -> tuple[set[str], set[str]]:
    """Return the ids of the list above, and those that the objects of a kind name; both empty where they name none."""
    found = seen.survey.matched.get(kind, {}).get(_PARENT_FIELD.get(kind, ""))
    ids = {word for one in seen.survey.ids.get(ABOVE.get(kind, ""), ()) if (word := word_of(one)) is not None}
    if found is None or not isinstance(found.source, Column):
        return set(), set()
    return ids, {word for one in found.source.here if (word := word_of(one)) is not None}


def _cut(seen: Seen) -> None:
    """Doubt a list that may be one page of more, and what hangs on it: the rest may read otherwise."""
    cut = {kind for kind, paged in seen.paging.items() if paged.cut}
    for kind in KINDS[1:]:  # what stands in an object that is not there is not there either
        listing, above = seen.roles.lists.get(kind), seen.roles.lists.get(ABOVE[kind])
        if listing is not None and listing.inside is above and ABOVE[kind] in cut:
            cut.add(kind)
    for kind in cut:
        below = next((one for one, above in ABOVE.items() if above == kind), "")
        tables = {kind, *(("reduction",) if kind == "zones" else ())}
        hanging = {f"{below}.{_PARENT_FIELD.get(below, '')}", f"{ABOVE.get(kind, '')}.id"}
        hanging |= {"zones.number_of_transactions"} if kind == "connectors" else set()
        for name, choice in seen.survey.choices.items():
            if choice.table in tables or name in hanging:
                choice.doubt(LIKELY, f"not all {kind} may have been read")


def _orphans(seen: Seen) -> None:
    """Ask for a reference to what is not in the list above: it is another number, or that list is not whole."""
    for kind, name in _PARENT_FIELD.items():
        ids, named = _joined(seen, kind)
        if strangers := named - ids:
            why = f"{len(strangers)} of {len(named)} {ABOVE[kind]} that it names are in no list"
            for one in (f"{kind}.{name}", f"{ABOVE[kind]}.id"):
                seen.survey.choices[one].doubt(ASKED, why)


def _few_parents(seen: Seen) -> None:
    """Doubt a reference by small numbers that reaches few objects: such numbers are ids of something everywhere."""
    for kind, name in _PARENT_FIELD.items():
        ids, named = _joined(seen, kind)
        if ids and all(one.isdecimal() for one in named) and len(named & ids) < _FEW_NAMED * len(ids):
            found = seen.survey.matched[kind][name]
            if found.name < _WHOLE_NAME:
                why = f"it names {len(named & ids)} of the {len(ids)} {ABOVE[kind]} alone"
                seen.survey.choices[f"{kind}.{name}"].doubt(LIKELY, why)


def _nothing_above_zero(seen: Seen) -> None:
    """Doubt amounts that read 0 everywhere: zeros are of every unit and every quantity."""
    for table, name, found, choice in seen.matches("zones", "connectors"):
        if meaning(table.removesuffix("s"), name).form in _AMOUNTS:
            rows = [row for row in rows_of(found.source) if row]
            if rows and not any(value for row in rows for value in row):
                choice.doubt(LIKELY, "it reads 0 everywhere")


def _one_value(seen: Seen) -> None:
    """Doubt values that are all the same, or of one object: they prove nothing, and the name must say all."""
    for table, name, found, choice in seen.matches("zones", "stations", "connectors"):
        form = meaning(table.removesuffix("s"), name).form
        if form in _SHAPED or not isinstance(found.source, Column) or found.name >= _WHOLE_NAME:
            continue
        if len({repr(value) for value in found.source.values if value is not ABSENT}) == 1:
            choice.doubt(LIKELY, f"all read the same, and the name is worth {found.name:.2f} alone")


def _foreign(seen: Seen) -> None:
    """Doubt a word of a language of which nothing else is seen: it may be no word of it."""
    for _, _, found, choice in seen.matches():
        parts = split((found.source.keys or ("",))[-1])
        declined = {word for word in parts if names.is_declined(word)}
        foreign = [word for word in parts if names.spoken(word) or word in declined]
        strange = [
            one for one in foreign if not (names.spoken(one) & {*seen.spoken} or (one in declined and seen.spoken))
        ]
        if strange and len(strange) == len(foreign):
            where = ", ".join(sorted(names.spoken(strange[0]))) or "another form in some language"
            choice.doubt(LIKELY, f"{strange[0]} means that in {where}, of which nothing else is seen here")


def _one_reduction(seen: Seen) -> None:
    """Doubt what one reduction alone reads: the next may read otherwise."""
    if len(seen.survey.reduced) == 1:
        for _, _, _, choice in seen.matches("reduction"):
            choice.doubt(LIKELY, "one reduction alone was seen")


def _error_words(seen: Seen) -> None:
    """Ask for codes of errors that nobody knows: they are told as they are, and whoever reads one wants to know it."""
    choice = seen.survey.choices.get("connectors.error_code")
    found = seen.survey.matched.get("connectors", {}).get("error_code")
    if choice is None or found is None or not isinstance(found.source, Column):
        return
    contract = set(vocabulary("error").values())
    known = vocabulary("error")
    unknown = [word for word in found.source.words if names.plain(word) not in known]
    if unknown and all(isinstance(value, str) for value in found.source.here):
        meant = {word: known.get(names.plain(word), word) for word in found.source.words if word not in contract}
        name_words(choice, seen.survey.tables, meant | {word: word for word in found.source.words if word in contract})
        seen.survey.unknown[choice.name] = unknown
        choice.doubt(ASKED, f"nobody knows what {', '.join(unknown)} means, and it is told as it is")


def _no_voltage(seen: Seen) -> None:
    """Ask for power and current that make no voltage: what is measured does, and one of both is something else."""
    found = seen.survey.matched.get("connectors", {})
    power, current = found.get("active_power"), found.get("rms_current")
    if power is None or current is None or power.evidence or current.evidence:
        return
    if any(value for row in rows_of(power.source) if row for value in row):
        for name in ("active_power", "rms_current"):
            why = f"{' '.join(power.paths)} over {' '.join(current.paths)} is no voltage"
            seen.survey.choices[f"connectors.{name}"].doubt(ASKED, why)


def _alike(seen: Seen) -> None:
    """Doubt one of two fields that look alike where the other was not surely found: they may be exchanged."""
    for pair in _ALIKE:
        found = [seen.survey.choices[name] for name in pair if name in seen.survey.choices]
        for one, other in zip(found, found[::-1], strict=True):
            if one is not other and other.confidence is ASKED:
                one.doubt(LIKELY, f"{other.field}, which looks alike, was not surely found: they may be exchanged")


RULES: tuple[Callable[[Seen], None], ...] = (
    _cut,
    _orphans,
    _few_parents,
    _nothing_above_zero,
    _one_value,
    _foreign,
    _one_reduction,
    _error_words,
    _no_voltage,
    _alike,
)
