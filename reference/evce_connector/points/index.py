"""The objects of the site as they are served: folder, items and parts of each, found by the controller's ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from evce_connector.points.evaluation import Counts, EvaluatedPoints
from evce_connector.points.tree import Folder, ValueItem
from evce_connector.site.catalogue import points_of
from evce_connector.site.datapoint import Level
from evce_connector.site.model import Connector, ConnectorKey, LeftOut
from evce_connector.site.values import State

AVAILABILITY = "ConnectorAvailability"
_PLACES = {level: {point.name: place for place, point in enumerate(points_of(level))} for level in Level}
"""Where the items of an object stand, by their names: in the catalogue's order."""


class Observation(NamedTuple):
    """What one poll says of one object by itself: its model, the state of its live items, its presence."""

    node: SiteNode
    model: object
    live: State
    present: bool


@dataclass(slots=True)
class WriteState:
    """What writes to one object left behind, until a poll has read it.

    `confirmed_at` is the monotonic instant at which a write was read back: newer than a poll that began before it;
    `unconfirmed` names what depends on a write and was not read since; `doubted_at` is when that was written elsewhere:
    a poll that began before it reads all else; `scheduled` is the connector as it was confirmed when its availability
    waited for a transaction's end.
    """

    confirmed_at: float = float("-inf")
    doubted_at: float = float("-inf")
    unconfirmed: frozenset[str] = frozenset()
    scheduled: Connector | None = None

    def waits(self, model: object) -> bool:
        """Tell whether a change of availability is still to come: the same transaction, the availability before it."""
        then = self.scheduled
        return (
            then is not None
            and isinstance(model, Connector)
            and (model.available, model.transaction_id) == (then.available, then.transaction_id)
        )

    def read_again(self, model: object) -> bool:
        """Take what a poll has read since as confirmed; returns whether anything was unconfirmed."""
        before, self.unconfirmed = self.unconfirmed, frozenset()
        if self.waits(model):
            self.unconfirmed = frozenset({AVAILABILITY})
        else:
            self.scheduled = None
        return before != self.unconfirmed


@dataclass(slots=True, eq=False)
class SiteNode:
    """One object of the site in the tree: its folder, its items by the catalogue's order, and what it is made of.

    `model` and `expected` are from set-up: the object as it read it, and whether it was on the controller then (a poll
    that misses many of those is not believed). `last` is what the last poll said, `changed` whether that poll changed
    it or a part of it, `evaluated` what followed from it, without the age of the poll. `left_out` are the levels of
    which something that belongs below has no place in the tree.
    """

    level: Level
    key: int | ConnectorKey | None
    folder: Folder
    items: list[ValueItem]
    polled_items: list[ValueItem]
    model: Any = None
    parts: list[SiteNode] = field(default_factory=list)
    counts: Counts = field(default_factory=dict)
    left_out: frozenset[Level] = frozenset()
    expected: bool = True
    last: Observation | None = None
    changed: bool = False
    evaluated: EvaluatedPoints | None = None
    write: WriteState = field(default_factory=WriteState)

    @property
    def present(self) -> bool:
        """Whether the last poll found it, or set-up before the first."""
        return self.last.present if self.last else self.expected

    def item(self, name: str) -> ValueItem:
        """Return the item of one of its data points; KeyError when it has none of that name."""
        return self.items[_PLACES[self.level][name]]


@dataclass(slots=True)
class SiteIndex:
    """What stands below `EVCE Zones`, by the controller's ids.

    `left_out` are the objects that found no place when set-up made it and still have none, by their paths;
    `newcomers` are what the last poll found beside the tree. `unfinished` are nodes of which set-up could not read all,
    `unread` the paths of what it could not read, as long as no poll has.
    """

    site: SiteNode
    zones: dict[int, SiteNode] = field(default_factory=dict)
    stations: dict[int, SiteNode] = field(default_factory=dict)
    connectors: dict[ConnectorKey, SiteNode] = field(default_factory=dict)
    left_out: dict[str, LeftOut] = field(default_factory=dict)
    newcomers: set[tuple[str, int]] = field(default_factory=set)
    unfinished: list[SiteNode] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)

    def nodes(self) -> Iterator[SiteNode]:
        """Yield every node, parts before what is made of them."""
        yield from self.connectors.values()
        yield from self.stations.values()
        yield from self.zones.values()
        yield self.site

    def above(self, node: SiteNode) -> Iterator[SiteNode]:
        """Yield what a node is part of, from the nearest to the site."""
        for whole in (*self.stations.values(), *self.zones.values(), self.site):
            if node in whole.parts:
                yield whole
                node = whole

    def now(self, node: SiteNode) -> SiteNode | None:
        """Return the node of the same object in this index, which may be newer than the node; None when it left."""
        levels: dict[Level, dict[Any, SiteNode]]
        levels = {Level.CONNECTOR: self.connectors, Level.STATION: self.stations, Level.ZONE: self.zones}
        others = levels.get(node.level, {None: self.site}).values()
        return next((other for other in others if other.folder.key == node.folder.key), None)

    def count(self) -> None:
        """Count anew what stands below each node, level by level."""
        for node in self.nodes():
            found: Counter[Level] = Counter()
            for part in node.parts:
                found[part.level] += 1
                found.update(part.counts)
            node.counts = dict(found)

    @property
    def folder(self) -> Folder:
        """The folder `EVCE Zones`."""
        return self.site.folder
