"""The shape of the served tree: which object stands where, under which name, with which items.

Root (Server) > `EVCE Zones` (holds the site's values) > zone name > OCPP identifier > `Connector-<logicalConnector>`,
with `OverallConsumptionLogs` in zones and stations and one alarm in each station (guide, screens of section 4.2).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from evce_connector import catalogue
from evce_connector.datapoint import Level
from evce_connector.model import Connector, ConnectorKey, Site, Station, Zone
from evce_connector.points.evaluation import SETUP_PLANS, Counts, Reading
from evce_connector.points.tree import AlarmItem, Folder, HistoryItem, ValueItem
from evce_connector.values import EMPTY, State

ZONES_FOLDER = "EVCE Zones"
AVAILABILITY = "ConnectorAvailability"
ALARM_DESCRIPTION = "Alarm for Station Status [unavailable, faulted, not connected]"
"""The guide's screen shows its beginning, up to "[una"; the rest is ours (assumed)."""
CURTAILMENT_ALARM_DESCRIPTION = "Alarm for the load of a zone that does not follow its reduction"


@dataclass(slots=True, eq=False)
class Branch:
    """One object of the site in the tree: its folder, its items by the catalogue's order, and what it is made of.

    `last` is what the last poll said of it, `changed` whether that poll changed it or a part of it;
    `confirmed` is the monotonic instant at which a write was read back, newer than a poll that began before it;
    `doubted` names what depends on a write and was not read since; `scheduled` is the connector as it was confirmed
    when its availability waited for a transaction's end;
    `present` is whether the last poll found it, `expected` whether set-up did: a poll that misses many is not believed.
    """

    level: Level
    key: int | ConnectorKey | None
    folder: Folder
    items: list[ValueItem]
    model: Any = None
    parts: list[Branch] = field(default_factory=list)
    present: bool = True
    expected: bool = True
    last: Observation | None = None
    changed: bool = False
    confirmed: float = float("-inf")
    doubted: frozenset[str] = frozenset()
    scheduled: Connector | None = None
    reading: Reading | None = None
    polled_items: list[ValueItem] = field(default_factory=list)

    def item(self, name: str) -> ValueItem:
        """Return the item of one of its data points; KeyError when it has none of that name."""
        for item in self.items:
            if item.name == name:
                return item
        raise KeyError(name)

    def waits(self, model: object) -> bool:
        """Tell whether a change of availability is still to come: the same transaction, the availability before it."""
        then = self.scheduled
        return (
            then is not None
            and isinstance(model, Connector)
            and (model.available, model.transaction_id) == (then.available, then.transaction_id)
        )

    def read_again(self, model: object) -> bool:
        """Let go of doubts because a poll has read it since the write; returns whether there were any to let go of."""
        before, self.doubted = self.doubted, frozenset()
        if self.waits(model):
            self.doubted = frozenset({AVAILABILITY})
        else:
            self.scheduled = None
        return before != self.doubted

    def counts(self) -> Counts:
        """Count what stands below, level by level."""
        found: Counter[Level] = Counter()
        for part in self.parts:
            found[part.level] += 1
            found.update(part.counts())
        return dict(found)


class Observation(NamedTuple):
    """What one poll says of one object by itself: its model, the states of its plain and live items, its presence."""

    branch: Branch
    model: object
    plain: State
    live: State
    present: bool


Observed = tuple[Branch, object, State, State, bool]
"""What will be an Observation if it tells anything new."""


@dataclass(slots=True)
class Layout:
    """The tree below `EVCE Zones`, and its branches by the controller's ids."""

    site: Branch
    zones: dict[int, Branch] = field(default_factory=dict)
    stations: dict[int, Branch] = field(default_factory=dict)
    connectors: dict[ConnectorKey, Branch] = field(default_factory=dict)

    def branches(self) -> Iterator[Branch]:
        """Yield every branch, parts before what is made of them."""
        yield from self.connectors.values()
        yield from self.stations.values()
        yield from self.zones.values()
        yield self.site

    def above(self, branch: Branch) -> Iterator[Branch]:
        """Yield what a branch is part of, from the nearest to the site."""
        for whole in (*self.stations.values(), *self.zones.values(), self.site):
            if branch in whole.parts:
                yield whole
                branch = whole

    @property
    def folder(self) -> Folder:
        """The folder `EVCE Zones`."""
        return self.site.folder


def build(site: Site) -> tuple[Layout, dict[str, str]]:
    """Lay out a site; also say of each object that has no place in the tree why, by its path."""
    folder = Folder(catalogue.site_id(), ZONES_FOLDER)
    layout = Layout(_branch(Level.SITE, None, folder, None))
    homeless: dict[str, str] = {}
    zone_names = _names({zone.id: zone.name or f"Zone-{zone.id}" for zone in site.zones.values()})
    for zone in site.zones.values():
        _add_zone(layout, zone, zone_names[zone.id])
    for name, stations in _by_zone(site, layout, homeless).items():
        names = _names({station.id: station.ocpp_identifier or f"Station-{station.id}" for station in stations})
        for station in stations:
            _add_station(layout, layout.zones[name], station, names[station.id])
    for connector in sorted(site.connectors.values(), key=lambda connector: connector.key):
        if (parent := layout.stations.get(connector.station_id)) is None:
            homeless[f"connectors/{connector.id}"] = f"its station {connector.station_id} is not on the site"
        else:
            _add_connector(layout, parent, connector)
    return layout, homeless


def _names(wanted: dict[int, str]) -> dict[int, str]:
    """Give equal names their id, so that both can be told apart: `North (3)`, `North (8)`."""
    names = wanted
    while len(set(names.values())) < len(names):  # a second time where a name itself ends like that
        often = Counter(names.values())
        names = {id_: name if often[name] == 1 else f"{name} ({id_})" for id_, name in names.items()}
    return names


def _by_zone(site: Site, layout: Layout, homeless: dict[str, str]) -> dict[int, list[Station]]:
    stations: dict[int, list[Station]] = {}
    for station in site.stations.values():
        if station.zone_id in layout.zones:
            stations.setdefault(station.zone_id, []).append(station)
        else:
            homeless[f"stations/{station.id}"] = f"its zone {station.zone_id} is not on the site"
    return stations


def _branch(level: Level, key: int | ConnectorKey | None, folder: Folder, model: Any) -> Branch:  # noqa: ANN401
    """Make the items of one object; live ones are Offline and empty until the first poll (D-5)."""
    points = SETUP_PLANS[level].points
    items = [
        ValueItem(
            f"{folder.id}/{point.name}",
            point,
            point.unit_of(model) if point.unit_of else point.unit,
            EMPTY[point.type],
            State.OFFLINE,
        )
        for point in points
    ]
    folder.values = items
    polled = [item for item, point in zip(items, points, strict=True) if point.updated_by != "setup"]
    return Branch(level, key, folder, items, model, polled_items=polled)


def _add_zone(layout: Layout, zone: Zone, name: str) -> None:
    folder = layout.folder.add(Folder(catalogue.zone_id(zone.id), name))
    branch = _branch(Level.ZONE, zone.id, folder, zone)
    _add_logs(branch)
    layout.zones[zone.id] = branch
    layout.site.parts.append(branch)


def _add_station(layout: Layout, zone: Branch, station: Station, name: str) -> None:
    folder = zone.folder.add(Folder(catalogue.station_id(station.id), name))
    branch = _branch(Level.STATION, station.id, folder, station)
    _add_logs(branch)
    alarm = AlarmItem(
        catalogue.station_id(station.id, "Alarm"),
        f"Station-{station.ocpp_identifier}_Alarm",
        ALARM_DESCRIPTION,
        branch.item("StationStatus"),
    )
    folder.alarms.append(alarm)
    layout.stations[station.id] = branch
    zone.parts.append(branch)


def _add_connector(layout: Layout, station: Branch, connector: Connector) -> None:
    id_ = catalogue.connector_id(connector.station_id, connector.logical_connector)
    folder = station.folder.add(Folder(id_, f"Connector-{connector.logical_connector}"))
    branch = _branch(Level.CONNECTOR, connector.key, folder, connector)
    layout.connectors[connector.key] = branch
    station.parts.append(branch)


def curtailment_folder(zone: Branch) -> Folder:
    """Make the folder of a zone under `EVCE Interface` that says how its reduction is going, with its alarm."""
    folder = Folder(catalogue.interface_id(f"Zones/{zone.key}"), zone.folder.name)
    folder.values = [
        ValueItem(f"{folder.id}/{point.name}", point, point.unit, EMPTY[point.type], State.UNCERTAIN)
        for point in catalogue.points_of(Level.CURTAILMENT)
    ]
    follows = next(item for item in folder.values if item.name == "LoadFollows")
    name = f"Zone-{zone.key}_CurtailmentAlarm"
    folder.alarms = [AlarmItem(f"{folder.id}/Alarm", name, CURTAILMENT_ALARM_DESCRIPTION, follows)]
    return folder


def _add_logs(branch: Branch) -> None:
    """Add the folder of history items, one for each logged data point (D-6)."""
    folder = branch.folder.add(Folder(f"{branch.folder.id}/{catalogue.LOGS_FOLDER}", catalogue.LOGS_FOLDER))
    for item, point in zip(branch.items, SETUP_PLANS[branch.level].points, strict=True):
        if point.history:
            name = point.name + catalogue.READINGS_SUFFIX
            folder.histories.append(HistoryItem(f"{folder.id}/{name}", name, item))
