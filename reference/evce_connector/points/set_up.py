"""What set-up makes: the objects of a site with the values of their plain items, and what live items showed before."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from evce_connector.points.evaluation import SETUP_PLANS, EvaluatedPoints
from evce_connector.points.index import SiteIndex, SiteNode
from evce_connector.points.layout import curtailment_folder, lay_out
from evce_connector.points.left_out import counts_of_set_up, mark_left_out
from evce_connector.points.observation import observe
from evce_connector.points.tree import Change, Folder, Tree, ValueItem
from evce_connector.site.datapoint import Count, UpdatedBy
from evce_connector.site.model import Site
from evce_connector.site.values import State


def make_index(site: Site, gone: Collection[str]) -> tuple[SiteIndex, dict[str, str]]:
    """Lay out a site and fill its plain items; also say of each object that has no place in the tree why, by its path.

    `gone` are the folder ids of objects that stay in the tree although the controller no longer reports them.
    """
    index, unplaced = lay_out(site)
    for node in index.nodes():
        node.expected = node.folder.key not in gone
    mark_left_out(index, site)
    for node in index.nodes():
        _fill(node)
    for node in index.nodes():
        node.evaluated = _shown(node)
    index.unfinished = [node for node in index.nodes() if node.model is not None and node.model.missing]
    return index, unplaced


def fill_entered(index: SiteIndex, entered: Collection[SiteNode]) -> list[Change]:
    """Fill the plain items of what entered after set-up; return what changes of the numbers above it."""
    keys = {node.folder.key for node in entered}
    new = [node for node in index.nodes() if node.folder.key in keys]  # parts before what is made of them
    for node in new:
        _fill(node)
    for node in new:
        node.evaluated = _shown(node)
    index.unfinished += [node for node in entered if node.model.missing]
    above = {folder.key for node in entered for folder in node.folder.path()} - keys
    changes: list[Change] = []
    for whole in index.nodes():
        if whole.folder.key in above:
            whole.last = None  # it is made of other parts now
            changes += counts_of_set_up(whole)
    return changes


def finish(index: SiteIndex, site: Site) -> list[Change]:
    """Let polls bring what set-up could not read of the fields that it alone writes; return what changes by it."""
    changes: list[Change] = []
    for node in index.unfinished:
        kinds: tuple[Mapping[Any, Any], ...] = (site.zones, site.stations, site.connectors)
        model = next((kind[node.key] for kind in kinds if type(kind.get(node.key)) is type(node.model)), None)
        if model is None or node.model.missing <= model.missing:
            continue
        told = (node.model.missing - model.missing) & set(model._fields)
        fields = {name: getattr(model, name) for name in told}
        node.model = node.model._replace(**fields, missing=node.model.missing & model.missing)
        node.last = None
        evaluated = SETUP_PLANS[node.level].evaluate(node.model, (State.GOOD, State.GOOD), (), node.counts)
        points = SETUP_PLANS[node.level].points
        for item, point, value, state in zip(node.items, points, evaluated.values, evaluated.states, strict=True):
            if point.updated_by is UpdatedBy.SETUP and not isinstance(point.source, Count):
                item.unit = point.unit_of(node.model) if point.unit_of else point.unit
                changes.append((item, value, state))
    index.unfinished = [node for node in index.unfinished if node.model.missing]
    return [change for change in changes if (change[0].value, change[0].state) != change[1:]]


def _fill(node: SiteNode) -> None:
    """Give every plain item its value from set-up; live ones stay as they are."""
    parts = [(part.evaluated, True) for part in node.parts if part.evaluated]
    plan = SETUP_PLANS[node.level]
    own = State.GOOD if node.expected else State.OFFLINE  # what is gone is Offline until it leaves the tree
    node.evaluated = plan.evaluate(node.model, (own, own), parts, node.counts, node.left_out)
    values, states = node.evaluated.values, node.evaluated.states
    for item, value, state, live in zip(node.items, values, states, plan.live, strict=True):
        if not live:
            item.value, item.state = value, state


def _shown(node: SiteNode) -> EvaluatedPoints:
    """Return what the items of a node show now: what the next poll is compared with."""
    return EvaluatedPoints([item.value for item in node.polled_items], [item.state for item in node.polled_items])


def carry_over(index: SiteIndex, tree: Tree) -> None:
    """Take over from the tree that is served what live items show, and the revisions of all."""
    for node in index.nodes():
        for item, live in zip(node.items, SETUP_PLANS[node.level].live, strict=True):
            old = tree.find(item.key)
            if isinstance(old, ValueItem):
                item.revision = old.revision
                if live:
                    item.value, item.state = old.value, old.state
        node.evaluated = _shown(node)


def carry_over_writes(index: SiteIndex, old_index: SiteIndex, started: float, age_state: State) -> None:
    """Take over what writes left behind: changes that are still to come, and values newer than set-up's."""
    pairs = [(node, old_index.zones.get(key)) for key, node in index.zones.items()]
    pairs += [(node, old_index.connectors.get(key)) for key, node in index.connectors.items()]
    for node, old in pairs:
        if old is None:
            continue
        node.write = old.write
        if old.last and old.write.confirmed_at >= started:
            observe(old.last._replace(node=node), age_state, all_anew=True)
            for item, before in zip(node.polled_items, old.polled_items, strict=True):
                item.value, item.state = before.value, before.state


def curtailment_folders(index: SiteIndex, kept: Mapping[int, Folder]) -> dict[int, Folder]:
    """Return a folder of its curtailment for each zone: the one that it has, renamed as the zone is, or a new one."""
    folders = {}
    for key, zone in index.zones.items():
        folder = kept.get(key) or curtailment_folder(zone)
        folder.name = zone.folder.name
        folders[key] = folder
    return folders
