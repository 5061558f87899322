"""A site read from a capture as a tree of its data points, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from evce_connector.points.index import SiteNode
from evce_connector.points.tree import ValueItem
from evce_connector.profile_tools.conversions import Way, way_of
from evce_connector.profile_tools.reading import OfflineSite
from evce_connector.profile_tools.sources import fields_of
from evce_connector.site.catalogue import BY_NAME
from evce_connector.site.values import State, to_wire

_INDENT = "  "


def value_of(item: ValueItem) -> str:
    """Write value, unit and state of an item.

    >>> from evce_connector.site.catalogue import BY_NAME
    >>> value_of(ValueItem("Zones/1/ZoneMaxCurrent(A)", BY_NAME["ZoneMaxCurrent(A)"], "A", 63, State.GOOD))
    '63 A Good'
    """
    unit = f" {item.unit}" if item.unit else ""
    return f"{to_wire(item.value) or '(empty)'}{unit} {item.state.name.capitalize()}"


def ways_of(offline: OfflineSite, node: SiteNode, item: ValueItem) -> list[Way]:
    """Return the ways of all fields that an item is read from."""
    return [way_of(offline, node, name) for name in fields_of(BY_NAME[item.name], node)]


def tree_lines(offline: OfflineSite) -> Iterator[str]:
    """Yield the lines of the tree: each object, its data points, and what was converted for each."""
    yield from _lines(offline, offline.index.site, "")


def _lines(offline: OfflineSite, node: SiteNode, indent: str) -> Iterator[str]:
    yield f"{indent}{node.folder.key}  {node.folder.name}"
    for item in node.items:
        notes = [note for way in ways_of(offline, node, item) if (note := _note(way))]
        yield f"{indent}{_INDENT}{item.name} = {value_of(item)}{_INDENT if notes else ''}{'; '.join(notes)}"
    for part in node.parts:
        yield from _lines(offline, part, indent + _INDENT)


def _note(way: Way) -> str:
    """Say what was converted on a way, or what cannot be read; empty for neither."""
    if way.trouble:
        return f"[{way.path}: {way.raw}: cannot be read: {way.trouble}]"
    return f"[{way.path}: {', then '.join(map(str, way.steps))}]" if way.steps else ""


def amiss(offline: OfflineSite) -> Iterator[str]:
    """Yield what is amiss, in sentences: requests that the capture lacks, fields that cannot be read, lost objects."""
    for request in dict.fromkeys(offline.answers.lacking):
        yield f"The capture lacks {request}: record it too, or correct the path in the profile."
    for path, why in offline.site.unreadable.items():
        yield f"{path} cannot be read: {why}. Correct its field in the profile (evce-connector profile explain)."
    for path, why in offline.unplaced.items():
        yield f"{path} has no place in the tree: {why}."


def summary(offline: OfflineSite) -> str:
    """Count what was read in a line."""
    index = offline.index
    states = [item.state for node in index.nodes() for item in node.items]
    good = sum(state is State.GOOD for state in states)
    return (
        f"{_count(len(index.zones), 'zone')}, {_count(len(index.stations), 'station')} and "
        f"{_count(len(index.connectors), 'connector')}: {len(states)} values, {good} of them Good, from "
        f"{_count(len(offline.answers.given), 'answer')} below {offline.answers.base or '/'}."
    )


def _count(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def as_data(offline: OfflineSite) -> dict[str, Any]:
    """Return all of it for a program."""
    return {
        "profile": offline.profile.name,
        "base": offline.answers.base,
        "whole": offline.is_whole,
        "lacking": list(dict.fromkeys(offline.answers.lacking)),
        "unreadable": dict(offline.site.unreadable),
        "unplaced": dict(offline.unplaced),
        "site": _node(offline, offline.index.site),
    }


def _node(offline: OfflineSite, node: SiteNode) -> dict[str, Any]:
    return {
        "id": node.folder.key,
        "name": node.folder.name,
        "points": [_point(offline, node, item) for item in node.items],
        "parts": [_node(offline, part) for part in node.parts],
    }


def _point(offline: OfflineSite, node: SiteNode, item: ValueItem) -> dict[str, Any]:
    return {
        "id": item.key,
        "name": item.name,
        "value": to_wire(item.value),
        "unit": item.unit,
        "state": item.state.name.capitalize(),
        "fields": [way_data(way) for way in ways_of(offline, node, item)],
    }


def way_data(way: Way) -> dict[str, Any]:
    """Return the way of a field for a program."""
    return {
        "place": way.place,
        "path": way.path,
        "raw": way.raw,
        "conversions": [{"key": one.key, "from": one.before, "to": one.after} for one in way.steps],
        "value": way.value,
        "trouble": way.trouble,
    }
