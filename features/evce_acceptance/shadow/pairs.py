"""Two trees laid side by side: which folder and item is which, and what differs in what they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import NamedTuple

from ebo_simulator import Folder, Kind, Point
from evce_acceptance.checks.matching import shown
from evce_acceptance.shadow.differences import NOT_THERE, Key, Pair

IDENTITIES = ("ZoneId", "StationId", "StationOCPPIdentifier", "LogicalConnector")
"""Values that say which object a folder is, whatever its name (guide, section 4.2)."""


class Twins(NamedTuple):
    """An item at both ends."""

    left: Point
    right: Point

    @property
    def path(self) -> str:
        """What the item is called in differences."""
        return self.left.path


@dataclass
class Paired:
    """All items found at both ends, and what differs in the trees."""

    twins: list[Twins] = field(default_factory=list)
    found: dict[Key, Pair] = field(default_factory=dict)

    def compare(self, item: str, aspect: str, left: str, right: str) -> None:
        """Note what both sides say, where it differs."""
        if left != right:
            self.found[Key(item, aspect)] = Pair(left, right)


def pair(left: Folder, right: Folder, ignore: tuple[str, ...]) -> Paired:
    """Pair two trees from their roots down; paths that fit a glob of `ignore` are left aside."""
    paired = Paired()
    _folders(paired, left, right, lambda path: any(fnmatchcase(path, glob) for glob in ignore))
    return paired


def _folders(paired: Paired, left: Folder, right: Folder, ignored: Callable[[str], bool]) -> None:
    if left.path:  # each server may call its root as it likes
        _names(paired, left, right)
    _points(paired, left, right, ignored)
    lefts, rights = (_known(folder.folders, ignored) for folder in (left, right))
    for alike in (_same_in_all, _same_object, _same_name):
        for one in list(lefts):
            other = next((two for two in rights if alike(one, two)), None)
            if other is not None:
                lefts.remove(one)
                rights.remove(other)
                _folders(paired, one, other, ignored)
    for one in lefts:
        paired.compare(one.path, "tree", "folder", NOT_THERE)
    for one in rights:
        paired.compare(one.path, "tree", NOT_THERE, "folder")


def _known(folders: list[Folder], ignored: Callable[[str], bool]) -> list[Folder]:
    return [folder for folder in folders if not ignored(folder.path)]


def _same_object(one: Folder, two: Folder) -> bool:
    """Compare the first identity that both folders show."""
    for name in IDENTITIES:
        left, right = shown(one, name), shown(two, name)
        if left is not None and right is not None:
            return left == right
    return False


def _same_name(one: Folder, two: Folder) -> bool:
    return one.name == two.name


def _same_in_all(one: Folder, two: Folder) -> bool:
    return _same_object(one, two) and _same_name(one, two)


def _points(paired: Paired, left: Folder, right: Folder, ignored: Callable[[str], bool]) -> None:
    """Pair the items of two folders by kind and name."""
    lefts, rights = (
        {(point.kind, point.name): point for point in folder.points if not ignored(point.path)}
        for folder in (left, right)
    )
    counts = [Counter((point.kind, point.name) for point in folder.points) for folder in (left, right)]
    _alarms_by_source(left, right, lefts, rights)
    for key in lefts.keys() | rights.keys():
        one, two = lefts.get(key), rights.get(key)
        path = one.path if one else f"{left.path}/{key[1]}".lstrip("/")
        if one is None or two is None:
            kind = key[0].value
            paired.compare(path, "tree", *((kind, NOT_THERE) if one else (NOT_THERE, kind)))
            continue
        paired.compare(path, "tree", *(f"{max(1, count[key])} times" for count in counts))
        _what_they_are(paired, Twins(one, two))


def _alarms_by_source(
    left: Folder, right: Folder, lefts: dict[tuple[Kind, str], Point], rights: dict[tuple[Kind, str], Point]
) -> None:
    """Call alarms alike that watch the same value: the guide names them after the station, which may be renamed."""
    names = [{point.id: point.name for point in folder.points} for folder in (left, right)]
    for key, one in list(lefts.items()):
        if key[0] is Kind.ALARM and key not in rights:
            for other, two in list(rights.items()):
                same = names[0].get(one.value_item_id, "") == names[1].get(two.value_item_id, "") != ""
                if other[0] is Kind.ALARM and other not in lefts and same:
                    rights[key] = rights.pop(other)
                    break


def _what_they_are(paired: Paired, twins: Twins) -> None:
    left, right = twins
    paired.twins.append(twins)
    _names(paired, left, right)
    paired.compare(left.path, "unit", left.unit, right.unit)
    paired.compare(left.path, "writeable", *("yes" if one.writeable else "no" for one in twins))


def _names(paired: Paired, left: Folder | Point, right: Folder | Point) -> None:
    paired.compare(left.path, "name", left.name, right.name)
    paired.compare(left.path, "type", left.type.lower(), right.type.lower())
    paired.compare(left.path, "description", left.description, right.description)
