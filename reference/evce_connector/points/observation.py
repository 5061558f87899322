"""From what a poll or a write says of an object to what its items show: only what changed is evaluated again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import compress
from operator import attrgetter, ne

from evce_connector.points.evaluation import POLL_PLANS, EvaluatedPoints
from evce_connector.points.index import Observation, SiteIndex, SiteNode
from evce_connector.points.tree import Change, Folder, ValueItem
from evce_connector.site.datapoint import Level
from evce_connector.site.model import Connector, Site
from evce_connector.site.values import State

Observed = tuple[SiteNode, object, State, bool]
"""What will be an Observation if it says anything new."""
_CHANGED = attrgetter("changed")


def observations(index: SiteIndex, site: Site) -> Iterator[Observed]:
    """Yield what a poll says of each object by itself, parts before what is made of them."""
    good, offline = State.GOOD, State.OFFLINE
    stations, connectors = site.stations, site.connectors
    connected = {id_ for id_, station in stations.items() if station.connected is not False}
    for key, node in index.connectors.items():
        station_id = key[0]
        connector = connectors.get(key) if station_id in stations else None
        yield node, connector, good if station_id in connected else offline, connector is not None
    for id_, node in index.stations.items():
        yield node, stations.get(id_), good if id_ in connected else offline, id_ in stations
    for id_, node in index.zones.items():
        yield node, site.zones.get(id_), good, id_ in site.zones
    yield index.site, None, good, True


def observe(observed: Observed, age_state: State, *, all_anew: bool) -> list[Change]:
    """Evaluate one object and return the items that change by it; what is as before is not evaluated again.

    `age_state` is what the age of the last good poll makes of live items.
    """
    node = observed[0]
    node.changed = all_anew or node.last != observed or any(map(_CHANGED, node.parts))
    if not node.changed:
        return []
    before, evaluated = node.evaluated, _evaluate(Observation(*observed))
    node.evaluated = evaluated
    if not all_anew and before is not None and before.states == evaluated.states:
        items, values, states = node.polled_items, evaluated.values, evaluated.states
        changed = compress(range(len(values)), map(ne, values, before.values))
        return [(items[place], values[place], states[place]) for place in changed]
    lives = POLL_PLANS[node.level].live
    return [
        (item, value, state if age_state is State.GOOD or not live else max(state, age_state))
        for item, value, state, live in zip(node.polled_items, evaluated.values, evaluated.states, lives, strict=True)
        if item.value != value or item.state is not state or age_state is not State.GOOD
    ]


def _evaluate(observation: Observation) -> EvaluatedPoints:
    """Evaluate what was observed of an object, and keep the observation."""
    node = observation.node
    node.last = observation
    if observation.present:
        parts = [(part.evaluated, part.present) for part in node.parts if part.evaluated]
        states = State.GOOD, observation.live
        model = _by_the_shown_phases(node, observation.model)
        evaluated = POLL_PLANS[node.level].evaluate(model, states, parts, node.counts, node.left_out)
    else:
        items = node.polled_items
        evaluated = EvaluatedPoints([item.value for item in items], [State.OFFLINE] * len(items))
    if node.write.unconfirmed:
        _doubt(evaluated, _places(node.level, node.write.unconfirmed))
    return evaluated


def doubt(node: SiteNode, age_state: State) -> list[Change]:
    """Make Uncertain what a write left unconfirmed of an object, and return what changes; nothing is evaluated anew.

    Who writes to a zone waits while this is done to all that stands below it.
    """
    if node.evaluated is None:
        return []
    places, states, plan = _places(node.level, node.write.unconfirmed), node.evaluated.states, POLL_PLANS[node.level]
    _doubt(node.evaluated, places)
    return [
        (item, item.value, state)
        for place in places
        if (item := node.polled_items[place]).state
        is not (state := max(states[place], age_state) if plan.live[place] else states[place])
    ]


def _doubt(evaluated: EvaluatedPoints, places: Iterable[int]) -> None:
    evaluated.good = False
    for place in places:
        evaluated.states[place] = max(evaluated.states[place], State.UNCERTAIN)


@cache
def _places(level: Level, names: frozenset[str]) -> tuple[int, ...]:
    """Where the data points of these names stand among those that polls write."""
    return tuple(place for place, point in enumerate(POLL_PLANS[level].points) if point.name in names)


def _by_the_shown_phases(node: SiteNode, model: object) -> object:
    """Let a connector's average follow the kind of its supply that set-up wrote, which is what operators see."""
    if not isinstance(model, Connector) or not isinstance(node.model, Connector):
        return model
    set_up, shown = node.model, {"dc", "phase_connection"}
    alike = model.dc is set_up.dc and model.phase_connection == set_up.phase_connection
    if alike and not (model.missing or set_up.missing):  # as nearly always
        return model
    missing = model.missing - shown | set_up.missing & shown
    return model._replace(dc=set_up.dc, phase_connection=set_up.phase_connection, missing=missing)


def aged(index: SiteIndex, curtailments: Iterable[Folder], age_state: State) -> list[Change]:
    """Return the live items that change when the age of the last good poll makes that of them."""
    return [
        (item, item.value, max(state, age_state))
        for item, state in _live_items(index, curtailments)
        if item.state is not max(state, age_state)
    ]


def _live_items(index: SiteIndex, curtailments: Iterable[Folder]) -> Iterator[tuple[ValueItem, State]]:
    """Yield every live item with its state where the last good poll is young."""
    for node in index.nodes():
        if node.evaluated is not None:
            for item, state in zip(node.polled_items, node.evaluated.states, strict=True):
                if item.point.live:
                    yield item, state
    for folder in curtailments:
        for item in folder.values:
            yield item, item.state
