"""How the values of different fields hang together: what confirms a choice, and what makes it doubtful."""

from __future__ import annotations

from collections import Counter

from evce_connector.evce.convert import Json
from evce_connector.evce.dialect.paths import ABSENT, word_of
from evce_connector.probe.dialect import readings
from evce_connector.probe.dialect.choices import Confidence
from evce_connector.probe.dialect.columns import Column, counts_on, numeric
from evce_connector.probe.dialect.match import rows_of
from evce_connector.probe.dialect.names import concepts_of
from evce_connector.probe.dialect.roles import Roles
from evce_connector.probe.dialect.survey import Survey

ASKED, LIKELY, HIGH = Confidence.ASKED, Confidence.LIKELY, Confidence.HIGH
_TOGETHER = (("stations", ("authentication_mode", "disconnected_authentication_mode")),)
_AMOUNTS = ("max_current", "max_power", "set_point_current", "set_point_power", "active_energy")
_FEW = 3
"""Connectors that one station may have as its own."""
_MOSTLY = 0.9
_LIMITS = {"A": 1, "kW": 0.69, "W": 690}
"""What a reduction that is a limit may be in, and how much of it the contract has for each A of a zone."""
_NEAR = 1.01
"""A by which a set point may differ from what a reduction leaves: it is rounded."""


def hang_together(survey: Survey, roles: Roles) -> None:
    """Confirm and doubt choices by what other fields read."""
    for kind in ("zones", "connectors"):
        _set_points(survey, kind)
    _statuses(survey)
    _maxima(survey)
    _transactions(survey, roles)
    _direct_current(survey)
    _reductions(survey)
    _pairs(survey)
    _places(survey)
    _flags(survey)


def _flags(survey: Survey) -> None:
    """Doubt amounts that read 0 and 1 alone: they may be no and yes."""
    for kind in ("zones", "connectors"):
        for name in _AMOUNTS:
            match = survey.matched.get(kind, {}).get(name)
            if match and isinstance(match.source, Column) and all(value in (0, 1) for value in match.source.here):
                survey.choices[f"{kind}.{name}"].doubt(ASKED, "it reads 0 and 1 alone, which may be no and yes")


def _places(survey: Survey) -> None:
    """Doubt the number of a connector on its station that counts on from one station to the next."""
    matched = survey.matched.get("connectors", {})
    place, station = matched.get("logical_connector"), matched.get("station_id")
    if place is None or not isinstance(place.source, Column):
        return
    count = len(place.source.values)
    parents = station.source.values if station else tuple(range(2 if count > _FEW else 1))
    if counts_on(place.source, parents):
        survey.choices["connectors.logical_connector"].doubt(
            ASKED, "it counts over the whole site, and not on a station"
        )


def _pairs(survey: Survey) -> None:
    """Doubt one of two fields that go together, where the other was not found, or is read from what is the same."""
    for table, names in _TOGETHER:
        choices = [survey.choices.get(f"{table}.{name}") for name in names]
        found = [name in survey.matched.get(table, {}) for name in names]
        for at, choice in enumerate(choices):
            if choice is not None and found[at] and not found[1 - at]:
                choice.doubt(ASKED, f"{names[1 - at]}, which goes with it, was not found")


def _set_points(survey: Survey, kind: str) -> None:
    """Doubt a set point beyond the maximum."""
    highest, point = (survey.matched.get(kind, {}).get(name) for name in ("max_current", "set_point_current"))
    if not (highest and point):
        return
    many = [1000 if _says(survey, f"{kind}.{name}", "mA") else 1 for name in ("max_current", "set_point_current")]
    rows = [
        (one[0] / many[0], other[0] / many[1])
        for one, other in zip(rows_of(highest.source), rows_of(point.source), strict=True)
        if one and other
    ]
    if not rows:
        return
    fine = sum(1 for most, now in rows if now <= most * 1.01 + 0.5) / len(rows)
    names = f"{kind}.max_current", f"{kind}.set_point_current"
    if fine < _MOSTLY:
        for name in names:
            survey.choices[name].doubt(ASKED, f"a set point beyond the maximum in {1 - fine:.0%} of the objects")
    else:
        survey.choices[names[1]].evidence.append(f"never beyond {highest.paths[0]}")


def _says(survey: Survey, name: str, unit: str) -> bool:
    choice = survey.choices.get(name)
    return choice is not None and isinstance(choice.said, dict) and choice.said.get("unit") == unit


def _statuses(survey: Survey) -> None:
    """Whoever draws power is charging, or else the words of its status mean something else."""
    matched = survey.matched.get("connectors", {})
    choice = survey.choices.get("connectors.status")
    power = matched.get("active_power")
    if not (choice and power and "status" in matched):
        return
    words = _words(survey, "connectors.status")
    numbers = [sum(row) if row else 0.0 for row in rows_of(power.source)]
    most = max(numbers, default=0.0)
    drawing: Counter[str] = Counter()
    every: Counter[str] = Counter()
    for value, number in zip(matched["status"].source.values, numbers, strict=True):
        word = word_of(value) if value is not ABSENT else None
        if word is not None:
            every[word] += 1
            drawing[word] += number > 0.05 * most
    for word, count in every.items():
        meant = words.get(word, word)
        draws = drawing[word] / count
        if meant in ("available", "reserved", "unavailable", "faulted", "preparing") and draws > 0.5 and count > 1:  # noqa: PLR2004 - most
            choice.doubt(ASKED, f"{word} draws power, and is not {meant}")
        if meant == "charging" and draws == 0 and most > 0:
            choice.doubt(ASKED, f"{word} draws no power, and is not charging")


def _words(survey: Survey, name: str) -> dict[str, Json]:
    choice = survey.choices.get(name)
    said = choice.said if choice else None
    return dict(survey.tables.get(said.get("words", ""), {})) if isinstance(said, dict) else {}


def _maxima(survey: Survey) -> None:
    """Of an AC connector the maximum is a current, of a DC one a power: one of both is null."""
    matched = survey.matched.get("connectors", {})
    current, power = matched.get("max_current"), matched.get("max_power")
    if not (current and power):
        return
    pairs = [
        (one is None or one is ABSENT, other is None or other is ABSENT)
        for one, other in zip(current.source.values, power.source.values, strict=True)
    ]
    if all(one != other for one, other in pairs) and len(set(pairs)) > 1:
        for name in ("max_current", "max_power"):
            survey.choices[f"connectors.{name}"].evidence.append("where one is null the other is not")


def _transactions(survey: Survey, roles: Roles) -> None:
    """Compare the transactions that zones count with those of their connectors."""
    connectors, zones = survey.matched.get("connectors", {}), survey.matched.get("zones", {})
    count, transaction = zones.get("number_of_transactions"), connectors.get("transaction_id")
    if not (count and transaction and "connectors" in roles.lists and "zones" in roles.lists):
        return
    stated = sum(numeric(value) or 0 for value in count.source.values)
    seen = sum(1 for value in transaction.source.values if value not in (None, ABSENT, "", 0))
    choice = survey.choices["zones.number_of_transactions"]
    if seen and stated == seen:
        choice.evidence.append(f"all zones together have the {seen} that connectors name")
        if choice.confidence is LIKELY:
            choice.confidence = HIGH
    elif seen:
        choice.doubt(LIKELY, f"zones have {stated:g} together, connectors {seen}")


def _direct_current(survey: Survey) -> None:
    """Compare what is DC with where the maximum is a power."""
    matched = survey.matched.get("connectors", {})
    dc, power = matched.get("dc"), matched.get("max_power")
    choice = survey.choices.get("connectors.dc")
    if not (dc and power and choice):
        return
    words = _words(survey, "connectors.dc")
    rows = [
        (words.get(word_of(value) or "", value), other is not None and other is not ABSENT)
        for value, other in zip(dc.source.values, power.source.values, strict=True)
    ]
    if not any(has for _, has in rows) or all(has for _, has in rows):
        return
    same = sum(1 for value, has in rows if value is has) / len(rows)
    if same >= _MOSTLY:
        choice.evidence.append(f"true where {power.paths[0]} is not null")
    elif same <= 1 - _MOSTLY:
        choice.doubt(ASKED, f"false where {power.paths[0]} is not null")


def _reductions(survey: Survey) -> None:
    """Tell from the set points of reduced zones whether a reduction counts what is taken, what is left, or A."""
    choice = survey.choices.get("reduction.value")
    value = survey.matched.get("reduction", {}).get("value")
    zones = survey.matched.get("zones", {})
    place = zones.get("reduction")
    if not choice or not value or not place:
        return
    highest, point = zones.get("max_current"), zones.get("set_point_current")
    seen = [index for index in survey.reduced if isinstance(place.source.values[index], dict)]
    votes: Counter[str] = Counter()
    if highest and point:
        many = [1000 if _says(survey, f"zones.{name}", "mA") else 1 for name in ("max_current", "set_point_current")]
        shared = _says(survey, "reduction.value", "share")
        tops, nows = rows_of(highest.source), rows_of(point.source)
        for index, one in zip(seen, rows_of(value.source), strict=True):
            top, now = tops[index], nows[index]
            if one and top and now and top[0] > 0:
                votes.update(_votes(one[0] * (100 if shared else 1), top[0] / many[0], now[0] / many[1]))
    base = choice.said if isinstance(choice.said, dict) else {"at": choice.said}
    choice.candidates = [{**base, "counts": counts} for counts in ("taken", "left", *_LIMITS)]
    ahead = votes.most_common(2)
    if ahead and (len(ahead) == 1 or ahead[0][1] > ahead[1][1]) and ahead[0][0] != "none":
        counts = ahead[0][0]
        choice.evidence.append(f"the set points of {ahead[0][1]} reduced zones say that it counts what is {counts}")
        confidence = LIKELY
    else:
        named = " ".join(value.source.keys).lower()
        amperes = "current" in concepts_of(value.source.keys[-1])[0]
        counts = (
            "A"
            if amperes
            else "left"
            if any(word in named for word in ("left", "remain", "keep", "kept", "allowed"))
            else "taken"
        )
        choice.evidence.append("no set point says of which part it speaks: is it taken away, or left?")
        confidence = ASKED
    if counts != "taken":
        readings.more(choice, counts=counts)
    choice.doubt(confidence, "a wrong direction would switch off what is to run: try it on one zone")


def _votes(value: float, top: float, now: float) -> list[str]:
    if value == 50:  # noqa: PLR2004 - taken is left
        return ["none"]
    says = {"taken": top * (1 - value / 100), "left": top * value / 100}
    says |= {unit: value / many for unit, many in _LIMITS.items()}
    found = [counts for counts, expected in says.items() if abs(expected - now) <= _NEAR]
    return found if len(found) == 1 else ["none"] if not found else []
