"""The system tree as discovered: folders and points, found by their path of names."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from ebo_simulator.errors import UnknownPathError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ebo_simulator.messages import ErrorResult


class Kind(Enum):
    """What a point is."""

    VALUE = "value"
    HISTORY = "history"
    ALARM = "alarm"


@dataclass(slots=True)
class Point:
    """An item of a folder. `type`, `unit`, `writeable` and `enum_id` are empty where the kind has none.

    `path` holds the names from below the root, joined by "/"; `value` and `state` are as last read.
    """

    kind: Kind
    id: str
    name: str
    path: str
    description: str = ""
    type: str = ""
    unit: str = ""
    writeable: bool = False
    enum_id: str = ""
    value_item_id: str = ""
    value: str = ""
    state: int | None = None


@dataclass(slots=True)
class Folder:
    """A container with its folders and points, in the server's order."""

    id: str
    name: str
    path: str
    description: str = ""
    type: str = ""
    folders: list[Folder] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)

    def walk(self) -> Iterator[Folder]:
        """Give this folder and all below it, parents first."""
        yield self
        for folder in self.folders:
            yield from folder.walk()

    def all_points(self, kind: Kind | None = None) -> Iterator[Point]:
        """Give the points of this folder and all below it, of one kind if asked."""
        for folder in self.walk():
            yield from (point for point in folder.points if kind in (None, point.kind))


class Tree:
    """Everything that a discovery found; `errors` are the ids that the server listed but would not serve.

    UnknownPathError when nothing has the path that is asked for; it names the nearest.

    >>> zone = Folder("Zones/1", "Z1", "Z1", points=[Point(Kind.VALUE, "Zones/1/ZoneType", "ZoneType", "Z1/ZoneType")])
    >>> tree = Tree(Folder("Server", "EVCE", "", folders=[zone]), errors=[])
    >>> tree.point("Z1/ZoneType").id, tree.by_id["Zones/1/ZoneType"].path
    ('Zones/1/ZoneType', 'Z1/ZoneType')
    >>> tree.point("Z1/ZoneTyp")
    Traceback (most recent call last):
    ebo_simulator.errors.UnknownPathError: Nothing is called 'Z1/ZoneTyp' in the server's tree. Did you mean...
    """

    def __init__(self, root: Folder, errors: list[ErrorResult]) -> None:
        self.root = root
        self.errors = errors
        self.folders = {folder.path: folder for folder in root.walk()}
        self.points = {point.path: point for point in root.all_points()}
        self.by_id = {point.id: point for point in root.all_points()}

    def folder(self, path: str) -> Folder:
        """Find a folder by its names, "EVCE Zones/Z1/EVSimu1"; an empty path is the root."""
        if (found := self.folders.get(_clean(path))) is None:
            raise _unknown(path, list(self.folders))
        return found

    def point(self, path: str) -> Point:
        """Find a point by its names, "EVCE Zones/Z1/ZoneType"."""
        if (found := self.points.get(_clean(path))) is None:
            raise _unknown(path, list(self.points))
        return found

    def holds(self, path: str, kind: Kind) -> bool:
        """Whether there is a point of a kind, or a folder, at a path."""
        clean = _clean(path)
        return clean in self.folders or (clean in self.points and self.points[clean].kind is kind)

    def select(self, path: str, kind: Kind) -> list[Point]:
        """Give the points of one kind at a path: the point itself, or all in and below the folder."""
        point = self.points.get(_clean(path))
        if point is not None and point.kind is kind:
            return [point]
        if (folder := self.folders.get(_clean(path))) is not None:
            return list(folder.all_points(kind))
        raise _unknown(path, [*self.folders, *(known for known, at in self.points.items() if at.kind is kind)])


def _unknown(path: str, known: list[str]) -> UnknownPathError:
    by_lower = {name.lower(): name for name in known}
    nearest = difflib.get_close_matches(_clean(path).lower(), by_lower, n=2, cutoff=0.7)
    return UnknownPathError(path, [by_lower[name] for name in nearest])


def _clean(path: str) -> str:
    return path.strip("/")
