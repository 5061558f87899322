"""The items of the served site: set-up makes them, polls fill them, their states follow the age of the last poll."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import compress
from operator import attrgetter, ne

from evce_connector.catalogue import CATALOGUE, interface_id, points_of
from evce_connector.clock import Clock
from evce_connector.datapoint import Level, Mark
from evce_connector.model import Connector, Site, Zone
from evce_connector.store.adopted import Adopted, put_on
from evce_connector.store.layout import ZONES_FOLDER, Branch, Layout, Observation, Observed, build, curtailment_folder
from evce_connector.store.readings import POLL_PLANS, SETUP_PLANS, Counts, Reading
from evce_connector.store.tree import AlarmItem, Change, Folder, Tree, ValueItem
from evce_connector.values import EMPTY, State, Value

INTERFACE_FOLDER = "EVCE Interface"
INTERFACE_ALARM = "EVCE-Interface_Alarm"
INTERFACE_ALARM_DESCRIPTION = "Alarm for the interface itself [charge controller, logs, database, stations replaced]"
UNCERTAIN_AFTER, OFFLINE_AFTER = 2, 4
"""Intervals without a good poll; the time-out is added to the first."""
DEPENDING = {
    (Level.ZONE, Level.CONNECTOR): frozenset({"ConnectorSetPointCurrent", "ConnectorSetPointPower"}),
    (Level.CONNECTOR, Level.STATION): frozenset({"StationStatus"}),
}
"""What a write to one level changes at another, besides sums of it (assumed)."""
_AT_ONCE = 1000
"""Changes that wait before they are shown: they are still in the processor's cache then, and take no memory."""
RESTART_GRACE = 15 * 60.0
"""Age in s up to which values from before a restart are Uncertain rather than Offline."""


@dataclass(frozen=True)
class Ages:
    """When live items lose their certainty, as ages of the last good poll in s."""

    uncertain: float
    offline: float

    @classmethod
    def of(cls, interval: float, timeout: float) -> Ages:
        """Return the ages (docs/decisions.md): older than 2 intervals + the time-out, older than 4 intervals."""
        uncertain = UNCERTAIN_AFTER * interval + timeout
        return cls(uncertain, max(uncertain, OFFLINE_AFTER * interval))


class SiteItems:
    """The tree and what fills it. One lock keeps set-up, polls and writes from mixing; readers need none."""

    def __init__(self, tree: Tree, clock: Clock, ages: Ages, read_only: Collection[str] = ("Heartbeat",)) -> None:
        self.tree = tree
        self.layout: Layout | None = None
        self.lock = threading.RLock()
        self._clock = clock
        self._ages = ages
        self._read_only = frozenset(read_only)
        self._counts: dict[int, Counts] = {}
        self._age_state = State.OFFLINE
        self._polled_at: float | None = None
        self._restored_age: float | None = None
        self._interface = {
            point.name: ValueItem(interface_id(point.name), point, point.unit, EMPTY[point.type], State.UNCERTAIN)
            for point in points_of(Level.INTERFACE)
        }
        self._close(self._interface.values())
        self.interface_alarm = AlarmItem(
            interface_id("Alarm"), INTERFACE_ALARM, INTERFACE_ALARM_DESCRIPTION, self._interface["EvceState"]
        )
        self.curtailments: dict[int, Folder] = {}
        self.adopted: Callable[[], Mapping[str, Adopted]] = dict
        """Called by each set-up: what was taken over from another connector, by our own ids."""
        self.given_way: list[str] = []
        """Of the present tree: which items lost their own id to one that was taken over, in sentences."""
        self.changed: Callable[[], None] = _nothing
        """Called after each set-up, poll and confirmed write, and before each read; the curtailments listen."""
        self._root_name = tree.root.name
        self._serve(Folder("Site", ZONES_FOLDER), {})

    def _serve(self, zones: Folder, adopted: Mapping[str, Adopted]) -> None:
        """Put a new root into the tree: the site's folder, and our own beside it, under the ids that clients know."""
        root = Folder(self.tree.root.key, self._root_name, self.tree.root.type)
        root.add(zones)
        interface = root.add(Folder(interface_id(), INTERFACE_FOLDER))
        interface.values = list(self._interface.values())
        interface.alarms = [self.interface_alarm]
        for folder in self.curtailments.values():
            interface.add(folder)
        self.given_way = put_on(root, adopted)
        self.tree.replace(root)

    def tell(self, **values: Value) -> None:
        """Write values of the connector itself, by the names of the catalogue's interface rows; they are Good."""
        items = ((self._interface[name], value) for name, value in values.items())
        self.tree.apply(
            [(item, value, State.GOOD) for item, value in items if (item.value, item.state) != (value, State.GOOD)]
        )

    def told(self, name: str) -> Value:
        """Return a value of the connector itself, by its name."""
        return self._interface[name].value

    def set_up(self, site: Site, gone: Collection[str] = (), started: float = float("inf")) -> dict[str, str]:
        """Serve the tree of a site; live items that stood in the old one keep value and state (no reset).

        `gone` are the folder ids of objects that stay in the tree although the controller no longer reports them.
        What a write confirmed after `started` (monotonic s) is newer than what set-up fetched, and stays.
        Returns, by path, why an object of the site has no place in the tree.
        """
        adopted = self.adopted()
        with self.lock:
            layout, homeless = build(site)
            for branch in layout.branches():
                branch.present = branch.expected = branch.folder.key not in gone
            self._counts = {id(branch): branch.counts() for branch in layout.branches()}
            for branch in layout.branches():
                self._fill(branch)
                self._close(branch.items)
            self._carry_over(layout)
            self._carry_over_writes(layout, started)
            self._add_curtailments(layout)
            self.layout = layout
            self._serve(layout.folder, adopted)
        self.changed()
        return homeless

    def _close(self, items: Iterable[ValueItem]) -> None:
        """Serve as not writeable what the configuration does not let be written."""
        for item in items:
            if item.name in self._read_only:
                item.point = _READ_ONLY[item.name]

    def _fill(self, branch: Branch) -> None:
        """Give every plain item its value from set-up; live ones stay as they are."""
        parts = [(part.reading, True) for part in branch.parts if part.reading]
        plan = SETUP_PLANS[branch.level]
        own = State.GOOD if branch.expected else State.OFFLINE  # what is gone is Offline until it leaves the tree
        branch.reading = plan.read(branch.model, (own, own), parts, self._counts[id(branch)])
        values, states = branch.reading.values, branch.reading.states
        for item, value, state, live in zip(branch.items, values, states, plan.live, strict=True):
            if not live:
                item.value, item.state = value, state

    def _carry_over(self, layout: Layout) -> None:
        """Take over what live items showed before; the readings of set-up make place for what polls compare with."""
        for branch in layout.branches():
            for item, live in zip(branch.items, SETUP_PLANS[branch.level].live, strict=True) if self.layout else ():
                old = self.tree.find(item.key)
                if isinstance(old, ValueItem):
                    item.revision = old.revision
                    if live:
                        item.value, item.state = old.value, old.state
            branch.reading = _shown(branch)

    def _carry_over_writes(self, layout: Layout, started: float) -> None:
        """Take over what writes left behind: changes that are still to come, and values newer than set-up's."""
        if self.layout is None:
            return
        pairs = [(branch, self.layout.zones.get(key)) for key, branch in layout.zones.items()]
        pairs += [(branch, self.layout.connectors.get(key)) for key, branch in layout.connectors.items()]
        for branch, old in pairs:
            if old is None:
                continue
            branch.scheduled, branch.doubted, branch.confirmed = old.scheduled, old.doubted, old.confirmed
            if old.last and old.confirmed >= started:
                self._observe(old.last._replace(branch=branch), all_anew=True)
                for item, before in zip(branch.polled_items, old.polled_items, strict=True):
                    item.value, item.state = before.value, before.state

    def _add_curtailments(self, layout: Layout) -> None:
        """Make a folder of its curtailment for each zone, or take the one that it has."""
        kept, self.curtailments = self.curtailments, {}
        for key, zone in layout.zones.items():
            folder = kept.get(key) or curtailment_folder(zone)
            folder.name = zone.folder.name
            self.curtailments[key] = folder

    def poll(self, site: Site, age: float = 0.0, started: float = float("inf")) -> int:
        """Show what a poll read, `age` s ago; returns how many items changed.

        What a write confirmed after `started` (monotonic s) is newer than the poll, and stays.
        """
        with self.lock:
            if self.layout is None:
                return 0
            self._polled_at = self._clock.monotonic() - age
            self._restored_age = age or None
            before, self._age_state = self._age_state, self._state_by_age()
            all_anew = before is not State.GOOD or self._age_state is not State.GOOD
            self._move_stations(self.layout, site)
            changes: list[Change] = []
            count = 0
            for observed in _observations(self.layout, site):
                branch, model = observed[:2]
                if branch.last and branch.confirmed >= started:
                    changes += self._observe(branch.last, all_anew=all_anew)
                else:
                    doubted = (branch.doubted or branch.scheduled) and branch.read_again(model)
                    changes += self._observe(observed, all_anew=all_anew or bool(doubted))
                if len(changes) > _AT_ONCE:
                    count += self.tree.apply(changes)
                    changes.clear()
            count += self.tree.apply(changes)
        self.changed()
        return count

    def _observe(self, observed: Observed, *, all_anew: bool) -> list[Change]:
        """Read one object and return the items that change by it; what is as before is not read again."""
        branch = observed[0]
        branch.changed = all_anew or branch.last != observed or any(map(_CHANGED, branch.parts))
        if not branch.changed:
            return []
        observation = branch.last = Observation(*observed)
        branch.present = observation.present
        if observation.present:
            parts = [(part.reading, part.present) for part in branch.parts if part.reading]
            plan, counts = POLL_PLANS[branch.level], self._counts[id(branch)]
            reading = plan.read(observation.model, (observation.plain, observation.live), parts, counts)
        else:
            items = branch.polled_items
            reading = Reading([item.value for item in items], [State.OFFLINE] * len(items))
        if branch.doubted:
            _doubt(branch, reading)
        before, branch.reading = branch.reading, reading
        if not all_anew and before is not None and before.states == reading.states:
            items, values, states = branch.polled_items, reading.values, reading.states
            changed = compress(range(len(values)), map(ne, values, before.values))
            return [(items[index], values[index], states[index]) for index in changed]
        age, lives = self._age_state, POLL_PLANS[branch.level].live
        return [
            (item, value, state if age is State.GOOD or not live else max(state, age))
            for item, value, state, live in zip(branch.polled_items, reading.values, reading.states, lives, strict=True)
            if item.value != value or item.state is not state or age is not State.GOOD
        ]

    def confirm(self, branch: Branch, model: Zone | Connector, uncertain: Collection[str] = ()) -> None:
        """Show what the controller confirmed after a write; `uncertain` names what it will still change."""
        with self.lock:
            if self.layout is None:
                return
            plain, live = (branch.last.plain, branch.last.live) if branch.last else (State.GOOD, State.GOOD)
            branch.doubted = frozenset(uncertain)
            branch.scheduled = model if uncertain and isinstance(model, Connector) else None
            changes = self._doubt_dependants(self.layout, branch)
            branch.confirmed = self._clock.monotonic()
            changes += self._observe(Observation(branch, model, plain, live, present=True), all_anew=True)
            for whole in self.layout.above(branch):
                if whole.last:
                    changes += self._observe(whole.last, all_anew=True)
            self.tree.apply(changes)
        self.changed()

    def _doubt_dependants(self, layout: Layout, branch: Branch) -> list[Change]:
        """Make Uncertain what depends on a write and was not read back with it, until a later poll reads it."""
        changes: list[Change] = []
        above = next(layout.above(branch))
        below = [*(part for station in branch.parts for part in station.parts), *branch.parts]
        for other in below if branch.level is Level.ZONE else [above]:
            if other.last:
                other.doubted = other.doubted | DEPENDING.get((branch.level, other.level), frozenset())
                other.confirmed = self._clock.monotonic()
                changes += self._observe(other.last, all_anew=True)
        return changes

    def _move_stations(self, layout: Layout, site: Site) -> None:
        """Follow stations that moved to another zone of the tree."""
        moved = False
        for key, station in site.stations.items():
            branch = layout.stations.get(key)
            new = layout.zones.get(station.zone_id)
            if branch is None or new is None or branch.folder.parent is new.folder:
                continue
            old = next(zone for zone in layout.zones.values() if branch in zone.parts)
            old.parts = [part for part in old.parts if part is not branch]
            old.folder.folders = [folder for folder in old.folder.folders if folder is not branch.folder]
            new.parts = [*new.parts, branch]
            new.folder.add(branch.folder)
            old.last = new.last = None  # both are made of other parts now
            moved = True
        if moved:
            self._counts = {id(branch): branch.counts() for branch in layout.branches()}
            self.tree.replace(self.tree.root)

    def age(self) -> float | None:
        """Return the age of the last good poll in s, or None before the first ever."""
        return None if self._polled_at is None else self._clock.monotonic() - self._polled_at

    @property
    def age_state(self) -> State:
        """What the age of the last good poll makes of live items."""
        return self._age_state

    def _state_by_age(self) -> State:
        age = self.age()
        if age is None:
            return State.OFFLINE
        if self._restored_age is not None:
            return State.UNCERTAIN if age <= RESTART_GRACE else State.OFFLINE
        if age > self._ages.offline:
            return State.OFFLINE
        return State.UNCERTAIN if age > self._ages.uncertain else State.GOOD

    def redate(self) -> None:
        """Let the states of live items follow the age of the last good poll; cheap when nothing changes."""
        age = self.age()
        older = age is not None and self._interface["PollAge"].value != int(age)
        if age is not None and older:
            self.tell(PollAge=int(age))
        if self._state_by_age() is not self._age_state:
            self._redate_items()
        if older:
            self.changed()

    def _redate_items(self) -> None:
        """Give live items the state of the present age."""
        with self.lock:
            state = self._state_by_age()  # again: a poll may have come in while we waited for the lock
            if state is self._age_state or self.layout is None:
                return
            self._age_state = state
            self.tree.apply(
                [
                    (item, item.value, max(item_state, state))
                    for branch in self.layout.branches()
                    for item, item_state in _live_states(branch)
                    if item.state is not max(item_state, state)
                ]
            )


_CHANGED = attrgetter("changed")
_READ_ONLY = {point.name: replace(point, marks=point.marks & ~Mark.WRITEABLE) for point in CATALOGUE if point.writeable}


def _nothing() -> None:
    """Do nothing, as long as nobody listens."""


def _doubt(branch: Branch, reading: Reading) -> None:
    """Make Uncertain what a write has put in doubt."""
    reading.good = False
    for index, item in enumerate(branch.polled_items):
        if item.name in branch.doubted:
            reading.states[index] = max(reading.states[index], State.UNCERTAIN)


def _shown(branch: Branch) -> Reading:
    """Return what the items of a branch show now."""
    return Reading([item.value for item in branch.polled_items], [item.state for item in branch.polled_items])


def _live_states(branch: Branch) -> Iterator[tuple[ValueItem, State]]:
    """Yield the live items of a branch, each with the state that the last poll gave it."""
    if branch.reading is not None:
        for item, state in zip(branch.polled_items, branch.reading.states, strict=True):
            if item.point.live:
                yield item, state


def _observations(layout: Layout, site: Site) -> Iterator[Observed]:
    """Yield what a poll says of each branch by itself, parts before what is made of them."""
    good, uncertain, offline = State.GOOD, State.UNCERTAIN, State.OFFLINE
    stations, connectors = site.stations, site.connectors
    connected = {id_ for id_, station in stations.items() if station.connected}
    for key, branch in layout.connectors.items():
        station_id = key[0]
        connector = connectors.get(key) if station_id in stations else None
        stale = uncertain if key in site.stale_connectors else good
        yield branch, connector, stale, stale if station_id in connected else offline, connector is not None
    for id_, branch in layout.stations.items():
        stale = uncertain if id_ in site.stale_stations else good
        yield branch, stations.get(id_), stale, stale if id_ in connected else offline, id_ in stations
    for id_, branch in layout.zones.items():
        stale = uncertain if id_ in site.stale_zones else good
        yield branch, site.zones.get(id_), stale, stale, id_ in site.zones
    yield layout.site, None, good, good, True
