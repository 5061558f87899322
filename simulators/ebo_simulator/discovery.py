"""Browsing: level by level with GetContainerItems, then the details in batches with GetItems."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar

from ebo_simulator.paging import pages
from ebo_simulator.tree import Folder, Kind, Point, Tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ebo_simulator.client import EboClient
    from ebo_simulator.messages import Container, ErrorResult

T = TypeVar("T")


def batches(rows: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Cut a list into pieces of at most `size`."""
    return (rows[start : start + size] for start in range(0, len(rows), size))


def discover(client: EboClient, ids_per_request: int, paths: Iterable[str] = ("",)) -> Tree:
    """Read the tree of a server with its present values: all of it, or what is at some paths and below them.

    Of a tree that is not wanted whole only the folders that lead to the paths are opened. An id that the server lists
    and then refuses is in the tree's errors. A container that appears twice, or contains itself, is opened once.
    """
    wanted = [path.strip("/") for path in paths]
    errors: list[ErrorResult] = []
    opened: set[str] = set()
    containers = _fetch(client, None, errors)
    root = _folder(containers[0], "") if containers else Folder("", "", "")
    level = {root.id: root}
    while level:
        opened.update(level)
        below: dict[str, Folder] = {}
        for container in containers:
            if (folder := level.get(container.id)) is not None:
                _fill(folder, container)
                new = [child for child in folder.folders if child.id not in opened]
                below.update({child.id: child for child in new if _leads_to(child.path, wanted)})
        level = below
        containers = [found for ids in batches(list(level), ids_per_request) for found in _fetch(client, ids, errors)]
    tree = Tree(root, errors)
    chosen = [point for point in tree.by_id.values() if _is_at(point.path, wanted)]
    refresh(client, chosen, ids_per_request, errors)
    return tree


def refresh(client: EboClient, points: list[Point], ids_per_request: int, errors: list[ErrorResult]) -> None:
    """Read everything about points anew with GetItems."""
    by_id = {point.id: point for point in points}
    for ids in batches(list(by_id), ids_per_request):
        answer = client.get_items(ids)
        errors.extend(answer.errors)
        for value in answer.values:
            if (point := by_id.get(value.id)) is not None:
                point.value, point.state = value.value, value.state
                point.type, point.unit, point.enum_id = value.type, value.unit, value.enum_id
                point.writeable = value.writeable == 1
        for history in answer.histories:
            if (point := by_id.get(history.id)) is not None:
                point.type, point.unit, point.value_item_id = history.type, history.unit, history.value_item_id
        for alarm in answer.alarms:
            if (point := by_id.get(alarm.id)) is not None:
                point.state, point.value_item_id = alarm.state, alarm.value_item_id


def _is_at(path: str, wanted: Iterable[str]) -> bool:
    """Whether something is at a path that is wanted, or below one; all is below the empty path."""
    return any(not one or f"{path}/".startswith(f"{one}/") for one in wanted)


def _leads_to(path: str, wanted: Iterable[str]) -> bool:
    """Whether a folder is at or below a path that is wanted, or above one."""
    return _is_at(path, wanted) or any(one.startswith(f"{path}/") for one in wanted)


def _fetch(client: EboClient, ids: Sequence[str] | None, errors: list[ErrorResult]) -> list[Container]:
    """Read containers, following MoreDataRef to the last page."""
    found: list[Container] = []
    for answer in pages(partial(client.get_container_items, ids)):
        found.extend(answer.containers)
        errors.extend(answer.errors)
    return found


def _folder(container: Container, path: str) -> Folder:
    return Folder(container.id, container.name, path, container.description, container.type)


def _fill(folder: Folder, container: Container) -> None:
    """Give a folder what its container lists; a later page of the same container adds to it."""
    for child in container.containers:
        path = _below(folder, child.name)
        folder.folders.append(Folder(child.id, child.name, path, child.description, child.type))
    for kind, rows in (
        (Kind.VALUE, container.values),
        (Kind.HISTORY, container.histories),
        (Kind.ALARM, container.alarms),
    ):
        for row in rows:
            point = Point(kind, row.id, row.name, _below(folder, row.name), row.description)
            folder.points.append(point)


def _below(folder: Folder, name: str) -> str:
    return f"{folder.path}/{name}" if folder.path else name
