"""What a write changes at once: what the controller confirmed, the sums of it, and what else depends on it."""

from __future__ import annotations

from collections.abc import Collection

from evce_connector.points.index import Observation, SiteIndex, SiteNode
from evce_connector.points.observation import doubt, observe
from evce_connector.points.tree import Change
from evce_connector.site.catalogue import points_of
from evce_connector.site.datapoint import Level, Sum
from evce_connector.site.model import Connector, Zone
from evce_connector.site.values import State

_SET_POINTS = frozenset({"ConnectorSetPointCurrent", "ConnectorSetPointPower"})


def _sums_of(parts: frozenset[str], level: Level) -> frozenset[str]:
    """Name the sums of a level over these data points of its parts."""
    return frozenset(
        point.name for point in points_of(level) if isinstance(point.source, Sum) and point.source.part in parts
    )


DEPENDING = {
    (Level.ZONE, Level.CONNECTOR): _SET_POINTS,
    (Level.ZONE, Level.STATION): _sums_of(_SET_POINTS, Level.STATION),
    (Level.CONNECTOR, Level.STATION): frozenset({"StationStatus"}),
}
"""What a write to one level changes below it or next above (assumed), and the sums of that; what is further up is
evaluated anew."""


def confirm_write(
    index: SiteIndex,
    node: SiteNode,
    model: Zone | Connector,
    uncertain: Collection[str],
    *,
    at: float,
    age_state: State,
) -> list[Change]:
    """Return what changes by what the controller confirmed at a monotonic instant (s) after a write.

    `uncertain` names what the controller will still change; `age_state` is what the age of the last good poll makes of
    live items.
    """
    live = node.last.live if node.last else State.GOOD
    node.write.unconfirmed = frozenset(uncertain)
    node.write.scheduled = model if uncertain and isinstance(model, Connector) else None
    changes = _leave_unconfirmed(index, node, at, age_state)
    node.write.confirmed_at = at
    changes += observe(Observation(node, model, live, present=True), age_state, all_anew=True)
    for whole in index.above(node):
        if whole.last:
            changes += observe(whole.last, age_state, all_anew=True)
    return changes


def _leave_unconfirmed(index: SiteIndex, node: SiteNode, at: float, age_state: State) -> list[Change]:
    """Make Uncertain what depends on a write and was not read back with it, until a later poll reads it."""
    changes: list[Change] = []
    above = next(index.above(node))
    below = [*(part for station in node.parts for part in station.parts), *node.parts]
    for other in below if node.level is Level.ZONE else [above]:
        if other.last and (other.parts or other.level is Level.CONNECTOR):  # a sum over nothing is Good
            other.write.unconfirmed |= DEPENDING[node.level, other.level]
            other.write.doubted_at = at
            changes += doubt(other, age_state)
    return changes
