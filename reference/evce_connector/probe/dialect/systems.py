"""Finds who answers, and its clock, among the documents that were read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from evce_connector.evce.convert import Json
from evce_connector.probe.dialect import leftovers, readings
from evce_connector.probe.dialect.choices import Choice, Confidence
from evce_connector.probe.dialect.columns import Column, flatten
from evce_connector.probe.dialect.fits import NOBODY, instant
from evce_connector.probe.dialect.listings import Document, Listing, details, lists_in
from evce_connector.probe.dialect.listings import at as stands_at
from evce_connector.probe.dialect.match import Match, assign
from evce_connector.probe.dialect.names import meaning, meanings
from evce_connector.probe.dialect.survey import Survey

ASKED, LIKELY, HIGH = Confidence.ASKED, Confidence.LIKELY, Confidence.HIGH
_DEEPEST = 3
"""Keys on the way to a value of who answers."""
_FURTHEST = 16 * 3600
"""Seconds that a clock without offset may be from UTC."""


class _Head(NamedTuple):
    """An object that may say who answers, and what it is worth."""

    worth: float
    document: Document | None
    at: str
    value: Json
    matched: dict[str, Match]


def find(survey: Survey, documents: Sequence[Document], without: Sequence[str]) -> Document | None:
    """Find who answers, and its clock, in one of the documents; `without` are the paths of lists in them."""
    best = _Head(0.0, None, "", None, {})
    for document in documents:
        lists = {one.items for one in lists_in(document) if one.inside is None and _is_keyed(document, one)}
        for at, value in _objects(document.value):
            if at not in lists:
                best = max(best, _judged(document, at, value, without), key=lambda one: one.worth)
    answered, matched = best.document, best.matched
    if answered is not None:
        leftovers.fill("system", matched, _columns(best.value, without), (), NOBODY)
    survey.matched["system"] = matched
    survey.add(Choice("system", "at", best.at, HIGH if answered else ASKED))
    for name in meanings()["system"]:
        form = meaning("system", name).form
        if answered is None or name not in matched:
            said = {"value": ""} if name != "time" else None
            survey.add(
                Choice(
                    "system", name, said, ASKED if name == "time" or answered is None else LIKELY, ["it was not found"]
                )
            )
            continue
        choice = survey.add(readings.begin("system", name, form, matched[name]))
        source = matched[name].source
        if form == "time" and isinstance(source, Column):
            readings.time(choice, source, date_of(answered))
            readings.in_zone(survey.choices["reduction.validity"], choice)
    return answered


def _judged(document: Document, at: str, value: Json, without: Sequence[str]) -> _Head:
    """Tell how much an object looks like the one of who answers."""
    matched = assign("system", _columns(value, without))
    now = date_of(document)
    worth = sum(one.name + one.fit for one in matched.values()) - 0.05 * at.count(".") - 0.01 * len(at)
    if "time" in matched and now is not None and (seen := instant(matched["time"].source.values[0])):
        worth += 1.0 if abs((seen - now).total_seconds()) < _FURTHEST else -1.0
    return _Head(worth, document, at, value, matched)


def _is_keyed(document: Document, listing: Listing) -> bool:
    """Tell whether a list is an object with its members at keys: what one of them says, no system does."""
    return isinstance(stands_at(document.value, listing.items) if listing.items else document.value, dict) and (
        len(listing.objects) > 1
    )


def _columns(value: Json, without: Sequence[str]) -> list[Column]:
    return [
        one
        for one in flatten([(value, ())], [*(path for path in without if path), *details(value)])
        if len(one.keys) <= _DEEPEST
        and not isinstance(one.values[0], dict | list)
        and not any(key.isdecimal() for key in one.keys)
    ]


def _objects(value: Json, at: str = "", deep: int = 0) -> list[tuple[str, Json]]:
    """Return an answer's object, and the objects in it that may be the one of who answers."""
    if not isinstance(value, dict):
        return []
    found: list[tuple[str, Json]] = [(at, value)]
    if deep < 2:  # noqa: PLR2004 - deeper is no envelope
        for key, inner in value.items():
            if isinstance(inner, dict) and key.isidentifier():
                found += _objects(inner, f"{at}.{key}" if at else key, deep + 1)
    return found


def date_of(document: Document) -> datetime | None:
    """Return the Date of an answer, None where it has none."""
    try:
        return parsedate_to_datetime(document.headers.get("Date", ""))
    except (TypeError, ValueError):
        return None
