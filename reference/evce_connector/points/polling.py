"""What a poll shows: the items of every object that set-up made, in the zone where its station is now."""

from __future__ import annotations

from evce_connector.points.index import SiteIndex
from evce_connector.points.observation import observations, observe
from evce_connector.points.tree import Change, Tree
from evce_connector.site.model import Site
from evce_connector.site.values import State

_AT_ONCE = 1000
"""Changes that wait before they are shown: they are still in the processor's cache then, and take no memory."""


def show_poll(
    tree: Tree, index: SiteIndex, site: Site, age_state: State, *, started: float, all_anew: bool = False
) -> int:
    """Show what a poll read, and return how many items changed; without `all_anew`, unchanged objects are skipped.

    `age_state` is what the age of the poll makes of live items. What a write confirmed after `started` (monotonic s)
    is newer than the poll, and stays.
    """
    if move_stations(index, site):
        tree.replace(tree.root)
    changes: list[Change] = []
    count = 0
    for observed in observations(index, site):
        node, model = observed[:2]
        write = node.write
        if node.last and write.confirmed_at >= started:
            changes += observe(node.last, age_state, all_anew=all_anew)
        else:
            may_settle = (write.unconfirmed or write.scheduled) and write.doubted_at < started
            confirmed = may_settle and write.read_again(model)
            changes += observe(observed, age_state, all_anew=all_anew or bool(confirmed))
        if len(changes) > _AT_ONCE:
            count += tree.apply(changes)
            changes.clear()
    return count + tree.apply(changes)


def move_stations(index: SiteIndex, site: Site) -> bool:
    """Take along stations that moved to another zone of the tree; returns whether any did."""
    moved = False
    for key, station in site.stations.items():
        node = index.stations.get(key)
        new = index.zones.get(station.zone_id)
        if node is None or new is None or node.folder.parent is new.folder:
            continue
        old = next(zone for zone in index.zones.values() if node in zone.parts)
        old.parts = [part for part in old.parts if part is not node]
        old.folder.folders = [folder for folder in old.folder.folders if folder is not node.folder]
        new.parts = [*new.parts, node]
        new.folder.add(node.folder)
        old.last = new.last = None  # both are made of other parts now
        moved = True
    if moved:
        index.count()
    return moved
