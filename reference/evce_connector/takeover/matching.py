"""Another connector's items matched with ours: containers by the ids in them, what stands in them by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from ebo_simulator import tree as ews
from ebo_simulator.tree import Kind, Point, Tree

from evce_connector.points.index import SiteIndex, SiteNode
from evce_connector.points.tree import AlarmItem, Folder, HistoryItem, Node, ValueItem
from evce_connector.site.catalogue import LOGS_FOLDER
from evce_connector.takeover.objects import find_objects
from evce_connector.takeover.spelling import pair

Theirs = ews.Folder | Point
Item = TypeVar("Item", ValueItem, HistoryItem, AlarmItem)


class Pair(NamedTuple):
    """One of our items and theirs, and what the technician must know of the pair."""

    ours: Node
    theirs: Theirs
    note: str = ""


@dataclass
class Matches:
    """The pairs found; by their id, why an item is in doubt, and why a container is unknown to the controller."""

    pairs: list[Pair] = field(default_factory=list)
    doubts: dict[str, str] = field(default_factory=dict)
    unknown: dict[str, str] = field(default_factory=dict)


def match(tree: Tree, root: Folder, index: SiteIndex) -> Matches:
    """Match their tree, as discovered with its values, with the root and index of our site."""
    objects = find_objects(tree, index)
    found = Matches(doubts=objects.ambiguous, unknown=objects.unknown)
    if all(folder is not tree.root for _, folder in objects.folders):
        found.pairs.append(Pair(root, tree.root))
    others = objects.ids()
    for node, folder in objects.folders:
        found.pairs.append(Pair(node.folder, folder, objects.notes.get(folder.id, "")))
        values = _match_values(found, node, folder)
        local = list(_local(folder, others))
        _match_logs(found, node, local, values)
        _match_alarm(found, node, local)
    _drop_repeated(found)
    return found


def _local(folder: ews.Folder, others: Collection[str]) -> Iterator[ews.Folder]:
    """Yield a container and those below it that belong to no other object."""
    yield folder
    for child in folder.folders:
        if child.id not in others:
            yield from _local(child, others)


def _match_values(found: Matches, node: SiteNode, folder: ews.Folder) -> dict[str, ValueItem]:
    """Match value items by name; returns ours by their ids."""
    points = [point for point in folder.points if point.kind is Kind.VALUE]
    pairs = _by_name(found, points, node.items)
    found.pairs += [Pair(item, point, _differences(item, point)) for item, point in pairs]
    return {point.id: item for item, point in pairs}


def _differences(item: ValueItem, point: Point) -> str:
    """Say where a binding may notice that it is served by another connector."""
    differences = []
    if point.type and point.type != item.point.type:
        differences.append(f"their type is {point.type}, ours {item.point.type}")
    if point.unit != item.unit:
        differences.append(f"their unit is {point.unit or 'none'}, ours {item.unit or 'none'}")
    if point.writeable and not item.point.writeable:
        differences.append("theirs is writeable, ours is not")
    return "; ".join(differences)


def _match_logs(found: Matches, node: SiteNode, local: Sequence[ews.Folder], values: Mapping[str, ValueItem]) -> None:
    """Match histories by the value that they are of, else by name; their folder is the one that holds them all."""
    logs = next((child for child in node.folder.folders if child.name == LOGS_FOLDER), None)
    if logs is None:
        return
    holders = {point.id: folder for folder in local for point in folder.points if point.kind is Kind.HISTORY}
    points = [point for folder in local for point in folder.points if point.kind is Kind.HISTORY]
    pairs = _by_value(points, logs.histories, values)
    left = [history for history in logs.histories if all(history is not ours for ours, _ in pairs)]
    pairs += _by_name(found, [point for point in points if all(point is not theirs for _, theirs in pairs)], left)
    found.pairs += [Pair(history, point) for history, point in pairs]
    folders = [holders[point.id] for _, point in pairs]
    if folders and folders[0] is not local[0] and all(folder is folders[0] for folder in folders):
        found.pairs.append(Pair(logs, folders[0]))


def _by_value(
    points: Sequence[Point], histories: Sequence[HistoryItem], values: Mapping[str, ValueItem]
) -> list[tuple[HistoryItem, Point]]:
    """Pair the histories whose value item is paired already."""
    by_source = {history.source.key: history for history in histories}
    often = Counter(point.value_item_id for point in points)
    once = [point for point in points if point.value_item_id in values and often[point.value_item_id] == 1]
    found = [(by_source.get(values[point.value_item_id].key), point) for point in once]
    return [(history, point) for history, point in found if history]


def _match_alarm(found: Matches, node: SiteNode, local: Sequence[ews.Folder]) -> None:
    """Match the alarm of a station: the only one there is, else the one of its name."""
    points = [point for folder in local for point in folder.points if point.kind is Kind.ALARM]
    alarms = node.folder.alarms
    pairs = [(alarms[0], points[0])] if len(points) == len(alarms) == 1 else _by_name(found, points, alarms)
    found.pairs += [Pair(alarm, point) for alarm, point in pairs]


def _by_name(found: Matches, points: Sequence[Point], ours: Sequence[Item]) -> list[tuple[Item, Point]]:
    """Pair items by name, and note what stays in doubt."""
    named = pair([point.name for point in points], [item.name for item in ours])
    for number, candidates in named.doubts.items():
        names = ", ".join(ours[candidate].name for candidate in candidates)
        found.doubts[points[number].id] = f"it may be {names}, and so may another one, or it may be any of them"
    return [(ours[our_number], points[number]) for number, our_number in named.pairs.items()]


def _drop_repeated(found: Matches) -> None:
    """Take over no id that stands for several of our items, and none that is empty."""
    often = Counter(theirs.id for _, theirs, _ in found.pairs)
    for one in found.pairs:
        if not one.theirs.id:
            found.doubts[one.theirs.id] = "it has no id"
        elif often[one.theirs.id] > 1:
            found.doubts[one.theirs.id] = "its id stands in several places of their tree"
    found.pairs = [one for one in found.pairs if one.theirs.id not in found.doubts]
