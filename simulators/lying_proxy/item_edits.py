"""Lies about items: what they are, and which of them there are."""

from __future__ import annotations

from lying_proxy.message import double, drop, put, text
from lying_proxy.scene import Scene

_OTHER_UNITS = {"A": "kW", "kW": "W", "W": "kW", "kWh": "Wh", "%": "A"}
_OTHER_TYPES = {"Double": "Integer", "Integer": "Double", "Boolean": "String", "DateTime": "String"}


def unit(scene: Scene) -> int:
    """Show another unit."""
    rows = [row for row in scene.described() if row.find("{*}Type") is not None]
    return sum(put(row, "Unit", _option(scene, _OTHER_UNITS, scene.item.unit, "A"), ("Value", "Type")) for row in rows)


def type_(scene: Scene) -> int:
    """Show another data type."""
    rows = [row for row in scene.described() if text(row, "Type")]
    return sum(put(row, "Type", _option(scene, _OTHER_TYPES, scene.item.type, "Integer")) for row in rows)


def name(scene: Scene) -> int:
    """Show another name."""
    other = scene.options["to"] or f"{scene.item.name}-renamed"
    return sum(put(row, "Name", other) for row in scene.described())


def description(scene: Scene) -> int:
    """Describe it in other words."""
    other = scene.options["to"] or f"{scene.item.name}, described otherwise"
    return sum(put(row, "Description", other, ("Name",)) for row in scene.described())


def writeable(scene: Scene) -> int:
    """Show what can be written as read-only, and what cannot as writeable."""
    rows = [row for row in scene.described() if row.find("{*}Writeable") is not None]
    return sum(put(row, "Writeable", "0" if text(row, "Writeable") == "1" else "1") for row in rows)


def leave_out(scene: Scene) -> int:
    """Leave the item out, with no error result in its place."""
    rows = scene.answer.rows(scene.item.id, "ValueItem", "HistoryItem", "AlarmItem", "ContainerItem")
    if scene.answer.operation == "GetContainerItems":  # an item is taken off its container's list, never that answer
        rows = [row for row in rows if row.getparent() not in list(scene.answer.content)]
    for row in rows:
        drop(row)
    return len(rows)


def duplicate(scene: Scene) -> int:
    """Give the item twice."""
    rows = scene.answer.rows(scene.item.id, "ValueItem", "HistoryItem", "AlarmItem", "ContainerItem")
    if scene.answer.operation == "GetContainerItems":
        rows = [row for row in rows if row.getparent() not in list(scene.answer.content)]
    for row in rows:
        double(row)
    return len(rows)


def _option(scene: Scene, others: dict[str, str], present: str, default: str) -> str:
    return scene.options["to"] or others.get(present, default)
