"""Lies about present values, and about writes."""

from __future__ import annotations

from lxml import etree

from lying_proxy.directory import Item, fits
from lying_proxy.message import put, text
from lying_proxy.other_words import other
from lying_proxy.scene import Scene

_BEFORE_VALUE = ("Type", "State", "Id")
_GOOD, _OFFLINE = "0", "3"


def value(scene: Scene) -> int:
    """Show another value."""
    return sum(
        put(row, "Value", scene.options["to"] or other(text(row, "Value"), scene.options["by"]), _BEFORE_VALUE)
        for row in scene.present()
    )


def state(scene: Scene) -> int:
    """Show another state."""
    changed = 0
    for row in scene.present():
        opposite = _OFFLINE if text(row, "State") == _GOOD else _GOOD
        changed += put(row, "State", scene.options["to"] or opposite)
    return changed


def delayed(scene: Scene) -> int:
    """Show the value before the present one, once there was another."""
    kept = scene.memory.values
    for row in scene.present():
        if (now := text(row, "Value")) not in kept[-1:]:
            kept[:] = [*kept[-1:], now]
    return sum(put(row, "Value", kept[0], _BEFORE_VALUE) for row in scene.present())


def stale(scene: Scene) -> int:
    """Show for ever the value that was seen first."""
    kept = scene.memory.values
    for row in scene.present():
        kept[:] = kept or [text(row, "Value")]
    return sum(put(row, "Value", kept[0], _BEFORE_VALUE) for row in scene.present())


def order(scene: Scene) -> int:
    """Swap the values of the item and its partner; the partner is chosen when both first differ in one answer."""
    own = scene.present()
    partners = _partners(scene) if own else []
    for partner in partners:
        theirs = scene.answer.rows(partner.id, "ValueItem", "Event")
        if theirs and _differ(own[0], theirs[0]):
            scene.memory.partner = partner.id
            mine, their = text(own[0], "Value"), text(theirs[0], "Value")
            swapped = [put(row, "Value", their, _BEFORE_VALUE) for row in own]
            return sum(swapped) + sum(put(row, "Value", mine, _BEFORE_VALUE) for row in theirs)
    return 0


def _partners(scene: Scene) -> list[Item]:
    """List who may be swapped with: who was before, whom the option names, or items of the same type, nearest first."""
    if scene.memory.partner:
        known = scene.directory.get(scene.memory.partner)
        return [known] if known else []
    others = [item for item in scene.directory.values() if item.id != scene.item.id]
    if glob := scene.options["with"]:
        return [item for item in others if fits(item, glob)][:1]
    same_type = [item for item in others if item.type == scene.item.type]
    folder = scene.item.path.rpartition("/")[0]
    return sorted(same_type, key=lambda item: item.path.rpartition("/")[0] != folder)


def _differ(one: etree._Element, another: etree._Element) -> bool:
    return bool(text(one, "Value") != text(another, "Value"))
