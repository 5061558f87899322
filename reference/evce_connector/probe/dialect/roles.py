"""Which of the lists that were found are zones, stations and connectors: by their fields, nesting and references."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from types import MappingProxyType

from evce_connector.evce.convert import Json
from evce_connector.evce.dialect.paths import ABSENT, getter, parse, word_of
from evce_connector.probe.dialect.columns import Column, flatten, last_part, threes
from evce_connector.probe.dialect.fits import Around
from evce_connector.probe.dialect.listings import Listing, details
from evce_connector.probe.dialect.match import Match, assign
from evce_connector.probe.dialect.names import is_noun, meanings, plain

KINDS = ("zones", "stations", "connectors")
ABOVE = {"stations": "zones", "connectors": "stations"}
LEAST = 0.3
"""Share of a kind's fields that a list must have to be taken for it."""
_NOUN, _NESTED, _REFERENCE, _ORDER = 0.12, 0.25, 0.2, 0.05
_REFERENCES = {"stations": "zone_id", "connectors": "station_id"}
_OWN = {
    "zones": ("max_current", "set_point_current", "set_point_power", "number_of_transactions", "reduction", "type"),
    "stations": (
        "ocpp_identifier",
        "serial_number",
        "model",
        "version",
        "ip_address",
        "connected",
        "type",
        "authentication_mode",
    ),
    "connectors": (
        "logical_connector",
        "active_energy",
        "active_power",
        "rms_current",
        "phase_connection",
        "set_point_current",
        "dc",
    ),
}
"""Fields that a list of the kind has and others do not."""


@dataclass
class Roles:
    """The lists of the three kinds, as far as they were found, and why they were taken for them."""

    lists: dict[str, Listing]
    why: dict[str, str]


def columns_of(listing: Listing, child: str | None = None) -> list[Column]:
    """Return the columns of a list's objects, without the lists in them that hold objects of their own."""
    without = {path for value, _ in listing.objects[:20] for path in details(value)}
    return flatten(listing.objects, [*without, *([child] if child else [])])


def own_ids(listing: Listing, matched: dict[str, Match]) -> list[Json]:
    """Return the own id of each object, as the controller has it."""
    if "id" not in matched:
        return []
    get = getter(parse(matched["id"].paths[0]))
    found = [None if (one := get(value, ())) is ABSENT else one for value, _ in listing.objects]
    source = matched["id"].source
    return [last_part(one) for one in found] if isinstance(source, Column) and source.link else found


@dataclass(frozen=True)
class _Judged:
    """What a list comes to as each of the kinds."""

    listing: Listing
    columns: list[Column]
    matched: dict[str, dict[str, Match]]
    worth: dict[str, float]


class Judgements:
    """Judges each list once, however often it is told what lists are: a search asks after each answer."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, str, int], _Judged] = {}

    def of(self, listing: Listing) -> _Judged:
        """Return what a list comes to; its document is kept, so that no other one takes its place in memory."""
        key = id(listing.document.value), listing.where, len(listing.objects)
        if key not in self._known:
            self._known[key] = _judged(listing)
        return self._known[key]


def _judged(listing: Listing) -> _Judged:
    columns = columns_of(listing)
    three = threes(columns)
    matched = {kind: assign(kind.removesuffix("s"), columns, three) for kind in KINDS}
    return _Judged(listing, columns, matched, {kind: _worth(kind, matched[kind], listing) for kind in KINDS})


class _Judge:
    """Has each list judged, and looks which refer to which."""

    def __init__(self, lists: Sequence[Listing], judgements: Judgements) -> None:
        self.lists = lists
        self._judged = [judgements.of(one) for one in lists]
        self.matched = [one.matched for one in self._judged]
        self.worth = [one.worth for one in self._judged]
        self._refers: dict[tuple[str, int, int], bool] = {}

    def refers(self, kind: str, at: int, above: int) -> bool:
        """Tell whether a column names the objects of another list by their ids."""
        key = kind, at, above
        if key not in self._refers:
            self._refers[key] = self._looks_like_one(kind, at, above)
        return self._refers[key]

    def _looks_like_one(self, kind: str, at: int, above: int) -> bool:
        ids = {word_of(one) for one in own_ids(self.lists[above], self.matched[above][ABOVE[kind]])}
        if not ids or len(self.lists[at].objects) == 0:
            return False
        table = kind.removesuffix("s")
        found = assign(table, self._judged[at].columns, (), Around([one for one in ids if one is not None]))
        return _REFERENCES[kind] in found


def _worth(kind: str, matched: dict[str, Match], listing: Listing) -> float:
    table = meanings()[kind.removesuffix("s")]
    if "id" not in matched:
        return 0.0
    every = sum(one.name * 0.7 + one.fit * 0.3 for name, one in matched.items() if name in table) / len(table)
    own = sum(matched[name].name for name in _OWN[kind] if name in matched) / len(_OWN[kind])
    return 0.5 * every + 0.5 * own + (_NOUN if _is_named(kind, listing) else 0.0)


def _is_named(kind: str, listing: Listing) -> bool:
    return is_noun(kind, plain(listing.noun))


def tell(
    lists: Sequence[Listing],
    told: Mapping[str, str] = MappingProxyType({}),
    judgements: Judgements | None = None,
) -> Roles:
    """Tell which lists are zones, stations and connectors; a kind of which there is none is left out.

    `told` are paths of requests that somebody knows to give a kind's list; `judgements` keeps what was found of each.
    """
    filled = [one for one in lists if one.objects]
    judge = _Judge(filled, judgements or Judgements())
    options: list[list[int | None]] = []
    for kind in KINDS:
        known = [at for at in range(len(filled)) if filled[at].document.path == told.get(kind)]
        good = known or [at for at in range(len(filled)) if judge.worth[at][kind] >= LEAST]
        good.sort(key=lambda at: -judge.worth[at][kind])
        options.append([*good[:6]] if known else [*good[:6], None])
    best: tuple[float, tuple[int | None, ...]] = (-1.0, (None, None, None))
    for chosen in product(*options):
        taken = [one for one in chosen if one is not None]
        if len(set(taken)) == len(taken):
            best = max(best, (_together(judge, chosen), chosen), key=lambda pair: pair[0])
    found = Roles({}, {})
    for kind, place in zip(KINDS, best[1], strict=True):
        if place is not None:
            found.lists[kind] = filled[place]
            count = len(judge.matched[place][kind])
            found.why[kind] = (
                f"{filled[place].where}: {len(filled[place].objects)} objects, {count} fields of {kind} seen"
            )
    return found


def _together(judge: _Judge, chosen: tuple[int | None, ...]) -> float:
    total = 0.0
    for kind, place in zip(KINDS, chosen, strict=True):
        if place is not None:
            total += judge.worth[place][kind]
    for kind, (above, place) in zip(KINDS[1:], pairwise(chosen), strict=True):
        if above is None or place is None:
            continue
        lists = judge.lists
        if lists[place].inside is lists[above]:
            total += _NESTED
        elif judge.refers(kind, place, above):
            total += _REFERENCE
        if lists[above].inside is lists[place]:
            total -= 2 * _NESTED
        if len(lists[place].objects) >= len(lists[above].objects):
            total += _ORDER
    return total
