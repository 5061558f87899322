"""Which object a run writes to, so that a connector that means another one is found out.

A connector that takes a number, a position or a station's id for the id of an object writes to somebody else's. Where
these are all the same, nobody can see it: objects are tried first whose id differs from most of them.
"""

from __future__ import annotations

from evce_acceptance.site.objects import Json


def most_telling(level: str, things: list[Json]) -> list[Json]:
    """Return the controller's zones or connectors (`level`), as listed, those first whose id is like nothing else.

    >>> [one["id"] for one in most_telling("zone", [{"id": 1}, {"id": 7}])]
    [7, 1]
    """
    likeness = {thing["id"]: _likeness(level, position, thing) for position, thing in enumerate(things, 1)}
    return sorted(things, key=lambda thing: likeness[thing["id"]])


def _likeness(level: str, position: int, thing: Json) -> int:
    """Count what an id could be taken for, or be taken from: positions from 1 and from 0, number, station."""
    mistaken = [position, position - 1]
    if level == "connector":
        mistaken += [thing["logicalConnector"], thing["stationId"]]
    return mistaken.count(thing["id"])
