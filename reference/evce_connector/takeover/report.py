"""From matches to what is taken over, and to a line for every item of both sides that a technician can check."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from ebo_simulator import tree as ews
from ebo_simulator.tree import Kind, Point

from evce_connector.points.id_aliases import IdAlias, id_conflict, nodes_of
from evce_connector.points.tree import AlarmItem, Folder, HistoryItem, Node, ValueItem
from evce_connector.takeover.lines import Line, Outcome, Sort
from evce_connector.takeover.matching import Matches, Theirs

_OURS = {Folder: Sort.CONTAINER, ValueItem: Sort.VALUE, HistoryItem: Sort.HISTORY, AlarmItem: Sort.ALARM}
_THEIRS = {Kind.VALUE: Sort.VALUE, Kind.HISTORY: Sort.HISTORY, Kind.ALARM: Sort.ALARM}


def adopted_of(found: Matches) -> dict[str, IdAlias]:
    """Return what ours are to answer to; a name only where theirs differs, so that ours may change with the site."""
    return {
        ours.key: IdAlias(theirs.id, "" if theirs.name == ours.name else theirs.name) for ours, theirs, _ in found.pairs
    }


def lines_of(found: Matches, theirs: ews.Folder, root: Folder, site: Folder) -> list[Line]:
    """Return the pairs, then what is left over of theirs, then of ours below the folder of the site."""
    paths = dict(_paths(root))
    pairs = [
        Line(Outcome.MATCHED, _OURS[type(ours)], ours.key, paths[ours.key], their.id, their.path, note)
        for ours, their, note in found.pairs
    ]
    used = {their.id for _, their, _ in found.pairs}
    left = _left_of_theirs(theirs, found, used)
    return [*pairs, *left, *_left_of_ours(site, paths, {ours.key for ours, _, _ in found.pairs})]


def id_conflicts(root: Folder, adopted: Mapping[str, IdAlias]) -> list[Line]:
    """Return what had to give up its own id in our tree, which answers to all that was taken over."""
    paths = dict(_paths(root))
    return [
        Line(Outcome.GIVES_WAY, _OURS[type(node)], node.key, paths[node.key], note=id_conflict(node.key, node.id))
        for node in nodes_of(root)
        if node.key not in adopted and node.id != node.key
    ]


def _paths(folder: Folder, above: str = "") -> Iterator[tuple[str, str]]:
    """Yield our own id and the path of names of a folder and all below it; the root's is empty."""
    yield folder.key, above
    inside = f"{above}/" if above else ""
    members: list[Node] = [*folder.values, *folder.histories, *folder.alarms]
    yield from ((node.key, inside + node.name) for node in members)
    for child in folder.folders:
        yield from _paths(child, inside + child.name)


def _left_of_theirs(folder: ews.Folder, found: Matches, used: Collection[str]) -> Iterator[Line]:
    """Yield what no item of ours stands for; a container of which nothing is used is one line."""
    if folder.id not in used:
        whole = not any(one.id in used or one.id in found.doubts for one in _inside(folder))
        yield _left(folder, Sort.CONTAINER, found, f"{len(list(_inside(folder)))} items in it" if whole else "")
        if whole:
            return
    for point in folder.points:
        if point.id not in used:
            yield _left(point, _THEIRS[point.kind], found)
    for child in folder.folders:
        yield from _left_of_theirs(child, found, used)


def _left(one: Theirs, sort: Sort, found: Matches, size: str = "") -> Line:
    outcome = Outcome.AMBIGUOUS if one.id in found.doubts else Outcome.THEIRS
    why = found.doubts.get(one.id) or found.unknown.get(one.id, "")
    return Line(
        outcome, sort, their_id=one.id, their_path=one.path, note="; ".join(note for note in (why, size) if note)
    )


def _inside(folder: ews.Folder) -> Iterator[ews.Folder | Point]:
    """Yield everything below a container of theirs."""
    yield from folder.points
    for child in folder.folders:
        yield child
        yield from _inside(child)


def _left_of_ours(folder: Folder, paths: Mapping[str, str], used: Collection[str]) -> Iterator[Line]:
    """Yield what of ours answers to nothing of theirs; a folder of which nothing is used is one line."""
    inside = [node for node in nodes_of(folder) if node is not folder]
    if folder.key not in used:
        whole = not any(node.key in used for node in inside)
        note = f"{len(inside)} items in it" if whole else ""
        yield Line(Outcome.OURS, Sort.CONTAINER, folder.key, paths[folder.key], note=note)
        if whole:
            return
    members: list[Node] = [*folder.values, *folder.histories, *folder.alarms]
    for node in members:
        if node.key not in used:
            yield Line(Outcome.OURS, _OURS[type(node)], node.key, paths[node.key])
    for child in folder.folders:
        yield from _left_of_ours(child, paths, used)
