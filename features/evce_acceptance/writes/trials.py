"""What is tried on a zone while a lease holds: one table of requests, and what must come of each.

Each step is one SetValues. A connector that mixes up orders, loses what stands beside, or writes half of what it
refuses does so here, on any site.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from evce_acceptance.site.objects import Json
from evce_acceptance.writes.restoring import REDUCTION, VALIDITY

PAST = "2020-01-01T00:00:00Z"
"""A validity that is over by any clock."""
NO_TIME, NO_NUMBER = "tomorrow", "much"
"""What is no value of its type."""
HIGHER = (1.0, 2.0)
"""What later steps take away beyond the lease's reduction, per cent: never less, which would allow more power."""


@dataclass(frozen=True, slots=True)
class Step:
    """One SetValues to one zone: the values in their order, and what the controller must have then.

    Without `wanted` every value of it must be refused, and nothing may change.
    """

    what: str
    values: tuple[tuple[str, str], ...]
    wanted: Json | None = None


class Value(NamedTuple):
    """One value of a write to leased zones: the zone by the controller's id, the data point, and the text."""

    zone: int
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class ZoneStep:
    """One SetValues to several zones; those without `wanted` must be refused whole, and keep what they have."""

    what: str
    values: tuple[Value, ...]
    wanted: dict[int, Json]


Steps = Callable[[Json], Sequence[Step]]
"""Makes the steps, given the reduction that the lease has written."""


def in_turn(first: Json) -> Sequence[Step]:
    """Write both the other way round, then each alone: what is not written must stay."""
    higher, highest = (first["value"] + more for more in HIGHER)
    sooner, later = _before(first, 10), _before(first, 5)
    return (
        Step(
            "written with its validity in front",
            ((VALIDITY, sooner), (REDUCTION, f"{higher:g}")),
            {"value": higher, "validity": sooner},
        ),
        Step("a reduction alone", ((REDUCTION, f"{highest:g}"),), {"value": highest, "validity": sooner}),
        Step("a validity alone", ((VALIDITY, later),), {"value": highest, "validity": later}),
    )


def no_values(first: Json) -> Sequence[Step]:
    """Write a validity that is over, and what is none at all, alone and on either side of a good value."""
    reduction, validity = (REDUCTION, f"{first['value'] + HIGHER[0]:g}"), (VALIDITY, _before(first, 10))
    return (
        *_refused("a validity that is over", (VALIDITY, PAST), reduction),
        *_refused("a validity that is no time", (VALIDITY, NO_TIME), reduction),
        *_refused("a reduction that is no number", (REDUCTION, NO_NUMBER), validity),
    )


def out_of_range(first: Json) -> Sequence[Step]:
    """Write more than all, and less than nothing, alone and on either side of a good validity."""
    good = (VALIDITY, _before(first, 10))
    return (
        *_refused("a reduction of 101 %", (REDUCTION, "101"), good),
        *_refused("a reduction of -1 %", (REDUCTION, "-1"), good),
    )


def at_once(firsts: dict[int, Json]) -> ZoneStep:
    """Write both values of every zone, each zone others, the validities last and in another order."""
    wanted = {
        zone: {"value": first["value"] + HIGHER[0] + number / 10, "validity": _before(first, 5 + number)}
        for number, (zone, first) in enumerate(firsts.items())
    }
    values = [Value(zone, REDUCTION, f"{one['value']:g}") for zone, one in wanted.items()]
    values += [Value(zone, VALIDITY, one["validity"]) for zone, one in reversed(wanted.items())]
    return ZoneStep("each zone its own in one write", tuple(values), wanted)


def one_refused(firsts: dict[int, Json], why: str, refused: str) -> ZoneStep:
    """Write to every zone, of which the first is to be refused for its validity, and all others go on."""
    bad, *good = firsts
    wanted = {
        zone: {"value": firsts[zone]["value"] + HIGHER[0], "validity": _before(firsts[zone], 1 + number)}
        for number, zone in enumerate(good)
    }
    values = [Value(bad, REDUCTION, f"{firsts[bad]['value'] + HIGHER[0]:g}")]
    for zone, one in wanted.items():
        values += [Value(zone, REDUCTION, f"{one['value']:g}"), Value(zone, VALIDITY, one["validity"])]
    values.append(Value(bad, VALIDITY, refused))
    return ZoneStep(f"one zone of the write is refused, for a validity that is {why}", tuple(values), wanted)


def _refused(what: str, bad: tuple[str, str], good: tuple[str, str]) -> Sequence[Step]:
    return (
        Step(what, (bad,)),
        Step(f"{what}, in front of a good {good[0]}", (bad, good)),
        Step(f"{what}, behind a good {good[0]}", (good, bad)),
    )


def _before(reduction: Json, seconds: int) -> str:
    """Return an instant so many s before a reduction ends."""
    return f"{datetime.fromisoformat(reduction['validity']) - timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%SZ}"
