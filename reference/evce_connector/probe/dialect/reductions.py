"""Reads what the zones say of their reductions."""

from __future__ import annotations

from typing import Any

from evce_connector.probe.dialect import leftovers, readings, standing, vocabularies
from evce_connector.probe.dialect.choices import Choice, Confidence
from evce_connector.probe.dialect.columns import Column
from evce_connector.probe.dialect.fits import NOBODY
from evce_connector.probe.dialect.match import Match, assign
from evce_connector.probe.dialect.names import meaning, meanings
from evce_connector.probe.dialect.survey import TEXT_ABSENT, Survey

ASKED, LIKELY = Confidence.ASKED, Confidence.LIKELY


def read(survey: Survey) -> None:
    """Read the reduction of the zones; in which part it counts is told by the set points, else asked."""
    found = survey.matched["zones"].get("reduction")
    columns = survey.columns["reduction"]
    place = survey.choices.get("zones.reduction")
    if found is None or place is None:
        survey.add(Choice("zones", "reduction", "reduction", ASKED, ["no place of a reduction was found"]))
        for name in meanings()["reduction"]:
            survey.add(_unseen(name))
        return
    path = found.paths[0]
    inner = [
        Column(one.path.removeprefix(f"{path}."), one.keys[len(found.source.keys) :], one.values) for one in columns
    ]
    values = found.source.values
    seen = [index for index, value in enumerate(values) if isinstance(value, dict)]
    if len(seen) == len(values):
        seen = _without_none(survey, place, inner, seen)
    survey.reduced = seen
    shown = [Column(one.path, one.keys, tuple(one.values[index] for index in seen)) for one in inner]
    matched = assign("reduction", shown)
    leftovers.fill("reduction", matched, shown, (), NOBODY)
    survey.matched["reduction"] = matched
    for name in meanings()["reduction"]:
        if name in matched:
            _field(survey, name, matched[name])
            continue
        choice = survey.add(_unseen(name))
        if seen and name in ("type", "validity_mode"):
            choice.confidence, choice.evidence = LIKELY, ["nothing says it, and it means that"]
    if not seen:
        place.doubt(LIKELY, "no zone has a reduction, so that its fields are not seen")


def _without_none(survey: Survey, place: Choice, inner: list[Column], seen: list[int]) -> list[int]:
    """Say what an object that stands at every zone reads where it means none; returns which zones have one."""
    none_when = standing.nothing(inner)
    if not none_when:
        why = "it stands at every zone, and nothing in it is known to say that there is none"
        place.doubt(ASKED, why)
        candidates = [{one.path: one.words[:1]} for one in inner if one.words][:4]
        ask = "What does a reduction read that means that there is none? It stands at every zone."
        survey.add(Choice("reduction", "none_when", None, ASKED, [why], candidates, ask))
        return seen
    ((path, words),) = none_when.items()
    place.doubt(LIKELY, "it stands at every zone")
    why = f"it stands at every zone, and where {path} reads {', '.join(words)} it is taken for none"
    survey.add(Choice("reduction", "none_when", none_when, LIKELY, [why]))
    gone = set(standing.are_none(inner, none_when))
    return [index for index in seen if index not in gone]


def _field(survey: Survey, name: str, found: Match) -> None:
    form = meaning("reduction", name).form
    choice = survey.add(readings.begin("reduction", name, form, found))
    source = found.source
    if not isinstance(source, Column):
        return
    if form == "validity":
        readings.time(choice, source, None)
    elif form in ("reduction_type", "validity_mode"):
        vocabularies.read(choice, source, form, survey.tables)
    elif form == "share":
        readings.numbers(choice, source)
        readings.share(choice, source)


def _unseen(name: str) -> Choice:
    defaults = {"value": name, "description": name, "validity": name}
    said: Any = defaults.get(name) or {"value": TEXT_ABSENT[meaning("reduction", name).form]}
    return Choice("reduction", name, said, ASKED, ["no reduction was seen that shows it"])
