"""Objects without a place in the tree, because an id or a parent cannot be read: what misses them, how they enter.

A sum that lacks one of them is Uncertain. What set-up left out enters by itself as soon as a poll can tell its place;
what is merely new on the controller waits for the next set-up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from evce_connector.points.evaluation import SETUP_PLANS
from evce_connector.points.index import SiteIndex, SiteNode
from evce_connector.points.layout import add_connector, add_station, add_zone, free_name
from evce_connector.points.tree import Change
from evce_connector.site.catalogue import LISTS, PARTS
from evce_connector.site.datapoint import Count, Level, UpdatedBy
from evce_connector.site.model import Connector, LeftOut, Site, Station, Zone
from evce_connector.site.values import State

Named = tuple[str, int]
"""An object by its list and the controller's id."""


def follow_left_out(index: SiteIndex, site: Site) -> None:
    """Take from a poll what became of the objects that set-up left out: told, in the tree, or gone."""
    if not index.left_out:
        return
    outside = _outside(index, site)
    kept: dict[str, LeftOut] = {}
    for path, left in index.left_out.items():
        if left.id is not None and path in site.left_out:
            kept[path] = site.left_out[path]
        elif left.id is not None and (model := outside.get((left.list, left.id))) is not None:
            kept[path] = LeftOut(left.list, left.id, _parent(model))
    for name in LISTS:
        before = sum(left.list == name and left.id is None for left in index.left_out.values())
        now = {path: left for path, left in site.left_out.items() if left.list == name and left.id is None}
        kept |= dict(list(now.items())[:before])
        told = [one for one in outside if one[0] == name and one not in index.newcomers]
        for _, id_ in told[: max(0, before - len(now))]:  # as many as lost their namelessness since the last poll
            kept[f"{name}/{id_}"] = LeftOut(name, id_, _parent(outside[name, id_]))
    index.left_out, index.newcomers = kept, set(outside)


def _outside(index: SiteIndex, site: Site) -> dict[Named, Zone | Station | Connector]:
    """Return what was read and is not in the tree."""
    found: dict[Named, Zone | Station | Connector] = {}
    found |= {("zones", key): zone for key, zone in site.zones.items() if key not in index.zones}
    found |= {("stations", key): one for key, one in site.stations.items() if key not in index.stations}
    found |= {("connectors", one.id): one for key, one in site.connectors.items() if key not in index.connectors}
    return found


def _parent(model: Zone | Station | Connector) -> int | None:
    if isinstance(model, Connector):
        return model.station_id
    return model.zone_id if isinstance(model, Station) else None


def enter_left_out(index: SiteIndex, site: Site) -> list[SiteNode]:
    """Give a place to what set-up left out and this poll can place; nothing else of the tree changes."""
    outside = _outside(index, site)
    entered = []
    for name in LISTS:  # zones first: what stands in them follows
        for path, left in list(index.left_out.items()):
            model = outside.get((name, left.id or 0)) if left.list == name else None
            if model is not None and (node := _place(index, model)) is not None:
                entered.append(node)
                del index.left_out[path]
    if entered:
        index.count()
        index.newcomers = set(_outside(index, site))
    return entered


def _place(index: SiteIndex, model: Zone | Station | Connector) -> SiteNode | None:
    """Put an object where it belongs, if that is in the tree."""
    if isinstance(model, Zone):
        return add_zone(index, model, free_name(index.site, model.name or f"Zone-{model.id}", model.id))
    parents = index.stations if isinstance(model, Connector) else index.zones
    parent = parents.get(_parent(model) or 0)
    if parent is None:
        return None
    if isinstance(model, Connector):
        return add_connector(index, parent, model)
    return add_station(
        index, parent, model, free_name(parent, model.ocpp_identifier or f"Station-{model.id}", model.id)
    )


def mark_left_out(index: SiteIndex, site: Site) -> list[Change]:
    """Let each node know what it misses of what a poll or set-up read; return what that changes of set-up's counts."""
    missed: defaultdict[str, set[Level]] = defaultdict(set)
    homes = {(left.list, left.parent) for left in (site.left_out | index.left_out).values()}
    for name, parent in homes:
        for node in _missing_it(index, LISTS[name], parent):
            for folder in node.folder.path():
                missed[folder.key].add(LISTS[name])
    changes: list[Change] = []
    for node in index.nodes() if missed or index.site.left_out else ():
        levels = frozenset(missed.get(node.folder.key, ()))
        if levels != node.left_out:
            node.left_out, node.last = levels, None
            changes += counts_of_set_up(node)
    return changes


def _missing_it(index: SiteIndex, level: Level, parent: int | None) -> Iterator[SiteNode]:
    """Yield what may miss an object: the one that it belongs to, and all of that level while that cannot be told."""
    wholes = {Level.STATION: index.zones, Level.CONNECTOR: index.stations}.get(level, {})
    if level is Level.ZONE or not wholes:
        yield index.site
    elif parent is None:
        yield from wholes.values()
    else:
        yield wholes.get(parent, index.site)


def counts_of_set_up(node: SiteNode) -> Iterator[Change]:
    """Yield the numbers of parts that set-up wrote, as they are now."""
    for item, point in zip(node.items, SETUP_PLANS[node.level].points, strict=True):
        if isinstance(point.source, Count) and point.updated_by is UpdatedBy.SETUP and node.level in PARTS:
            state = State.UNCERTAIN if point.source.level in node.left_out else State.GOOD
            yield item, node.counts.get(point.source.level, 0), state if node.present else State.OFFLINE
