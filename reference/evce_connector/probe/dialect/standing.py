"""Reductions that stand there always: among the fields of their zone, or in an object that says that there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evce_connector.evce.dialect.paths import ABSENT, getter, parse, word_of
from evce_connector.probe.dialect.columns import Column
from evce_connector.probe.dialect.fits import fit
from evce_connector.probe.dialect.listings import Listing
from evce_connector.probe.dialect.match import Match
from evce_connector.probe.dialect.names import concepts_of, none_words, plain, split

_FEW = 6
"""Words of a field that may say whether there is one."""


@dataclass(frozen=True)
class Flat:
    """A reduction that stands among the fields of its zone: its columns, and the object that holds them."""

    inner: list[Column]
    match: Match


def among(columns: Sequence[Column], listing: Listing) -> Flat | None:
    """Find fields of a zone that are those of its reduction, by the word with which all of them begin."""
    groups: dict[tuple[str, str], list[Column]] = {}
    for one in columns:
        first, *more = split(one.keys[-1])
        if more and "reduction" in concepts_of(first)[0] and not isinstance(next(iter(one.here), None), dict | list):
            groups.setdefault((one.path.rpartition(".")[0], first), []).append(one)
    for (around, first), found in groups.items():
        if len(found) > 2 and any(_is_end(one) for one in found):  # noqa: PLR2004 - a value, its end, and whether it is
            get = getter(parse(around))
            values = tuple(get(value, parents) if around else value for value, parents in listing.objects)
            place = Column(around, found[0].keys[:-1], values)
            why = f"fields that begin with {first} stand among those of the zone"
            return Flat(found, Match(place, 0.6, 0.9, 0.05, evidence=(why,)))
    return None


def _is_end(column: Column) -> bool:
    return "validity" in concepts_of(column.keys[-1])[0] and fit("validity", column) > 0


def nothing(columns: Sequence[Column]) -> dict[str, list[str]]:
    """Return which words of which field say that there is none, empty where none is known to."""
    best: tuple[float, dict[str, list[str]]] = (0.0, {})
    for one in columns:
        if not 0 < len(one.words) <= _FEW or any(value is ABSENT for value in one.values):
            continue
        found = [word for word in one.words if plain(word) in none_words()]
        here, _ = concepts_of(one.keys[-1])
        worth = 1.0 + bool(here & {"status", "mode", "type", "available"}) + 0.5 * (len(found) < len(one.words))
        if found and worth > best[0]:
            best = worth, {one.path: found}
    return best[1]


def are_none(columns: Sequence[Column], none_when: dict[str, list[str]]) -> list[int]:
    """Return which objects mean that there is no reduction."""
    return [
        index
        for one in columns
        for index, value in enumerate(one.values)
        if value is not ABSENT and word_of(value) in none_when.get(one.path, ())
    ]
