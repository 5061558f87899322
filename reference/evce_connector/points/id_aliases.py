"""Ids and names of another connector's items that ours answers to, so that bindings to them survive (take-over).

Everything inside the connector goes by its own ids (`key`), which never change: history, alarms, ledgers, snapshots.
Clients see `id`, which is the key, or the id that was taken over for it: its alias.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from evce_connector.points.tree import Folder, Node, ValueItem
from evce_connector.site.datapoint import DataPoint


class IdAlias(NamedTuple):
    """What one item answers to: an id, and a name where it differs from ours (empty otherwise)."""

    id: str
    name: str = ""


def apply_id_aliases(root: Folder, aliases: Mapping[str, IdAlias]) -> list[str]:
    """Let the items of a tree, still under construction, answer to what was taken over for them.

    Where an id that was taken over is our own id of another item, that one gives way: each such case is a sentence.
    """
    taken = {item.id for item in aliases.values()}
    conflicts = []
    for node in nodes_of(root):
        if item := aliases.get(node.key):
            _rename(node, item.name)
            id_ = item.id
        else:
            id_ = free_id(node.key, taken)
            if id_ != node.key:
                conflicts.append(id_conflict(node.key, id_))
        if node.id != id_:
            node.id = id_
            if isinstance(node, ValueItem):
                node.fragment = None
    return conflicts


def free_id(key: str, taken: Collection[str]) -> str:
    """Return our own id of an item, made longer until nothing else has it."""
    while key in taken:
        key += "~"
    return key


def id_conflict(key: str, id_: str) -> str:
    """Say that an item cannot have its own id."""
    return (
        f"The id {key!r} is ours for one item and was taken over for another: ours answers to {id_!r} instead; "
        f"bind it by that."
    )


def nodes_of(root: Folder) -> Iterator[Node]:
    """Yield every item of a tree, containers before what they hold."""
    for folder in root.walk():
        yield folder
        yield from folder.values
        yield from folder.histories
        yield from folder.alarms


def _rename(node: Node, name: str) -> None:
    """Show another name to clients; a value item keeps its data point's name inside."""
    if not name:
        return
    if not isinstance(node, ValueItem):
        node.name = name
    elif isinstance(node.point, DataPoint):
        node.point = _labelled(node.point, name)


@cache
def _labelled(point: DataPoint, label: str) -> DataPoint:
    """Return a data point that clients see by another name; the same one for all its items, as answers share it."""
    return replace(point, alias=label)
