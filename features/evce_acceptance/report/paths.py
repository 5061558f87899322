"""Items by folder, and folders that have another name than they had."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from evce_acceptance.results.run import Reading

IDENTIFIERS = ("ZoneId", "StationId", "LogicalConnector")
"""Data points of the guide that identify their folder; a connector's is one within its station."""

_Identity = tuple[str, ...]


def folder(reading: Reading) -> str:
    """Give the path of the folder that holds an item; names may hold slashes themselves."""
    end = f"/{reading.name}"
    if reading.item.endswith(end):
        return reading.item.removesuffix(end)
    return reading.item.rpartition("/")[0]


@dataclass(frozen=True, slots=True)
class Branch:
    """An item (`number` 1), or a whole folder with this many items in it and below."""

    path: str
    number: int


def branches(items: Iterable[str], others: Iterable[str]) -> list[Branch]:
    """Sum items up by the highest folder that holds none of the others.

    >>> branches(["Z1/CP-7/A", "Z1/CP-7/B", "Z2/C"], others=["Z2/D"])
    [Branch(path='Z1', number=2), Branch(path='Z2/C', number=1)]
    """
    common = {place for item in others for place in _above(item)}
    tops: dict[str, list[str]] = {}
    for item in items:
        top = next((place for place in _above(item) if place not in common), item)
        tops.setdefault(top, []).append(item)
    return [Branch(found[0] if len(found) == 1 else top, len(found)) for top, found in tops.items()]


def _above(item: str) -> list[str]:
    """List the folders above an item, from the top."""
    names = item.split("/")
    return ["/".join(names[:depth]) for depth in range(1, len(names))]


@dataclass(frozen=True, slots=True)
class Renamed:
    """Folders that stand at another path, or above: old path to new path."""

    moved: Mapping[str, str]

    @property
    def names(self) -> dict[str, str]:
        """Those whose own name changed; what is below them only moved along."""
        return {was: now for was, now in self.moved.items() if was.rpartition("/")[2] != now.rpartition("/")[2]}

    def path(self, item: str) -> str:
        """Give the path that an item of the old run has in the new one."""
        place = item
        while place:
            if place in self.moved:
                return self.moved[place] + item[len(place) :]
            place = place.rpartition("/")[0]
        return item


def renamed(old: Iterable[Reading], new: Iterable[Reading]) -> Renamed:
    """Find the folders that have the identity which another path had."""
    before, after = _identities(old), _identities(new)
    places = {identity: place for place, identity in after.items()}
    pairs = ((place, places.get(identity)) for place, identity in before.items())
    return Renamed({place: now for place, now in pairs if now is not None and now != place})


def _identities(readings: Iterable[Reading]) -> dict[str, _Identity]:
    """Give the identity of each folder that has one of its own; what is not unique identifies nothing."""
    rows = [(folder(one), one) for one in readings if one.name in IDENTIFIERS and one.controller]
    found: dict[str, _Identity] = {}
    for place, one in sorted(rows, key=lambda row: IDENTIFIERS.index(row[1].name)):
        above = found.get(place.rpartition("/")[0], ()) if one.name == IDENTIFIERS[-1] else ()
        found[place] = (*above, one.name, one.controller)
    times = Counter(found.values())
    return {place: identity for place, identity in found.items() if times[identity] == 1}
