"""The shape of the served tree: which object stands where, under which name, with which items.

Root (Server) > `EVCE Zones` (holds the site's values) > zone name > OCPP identifier > `Connector-<logicalConnector>`,
with `OverallConsumptionLogs` in zones and stations and one alarm in each station (guide, screens of section 4.2).
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from evce_connector.points.evaluation import SETUP_PLANS
from evce_connector.points.index import SiteIndex, SiteNode
from evce_connector.points.tree import AlarmItem, Folder, HistoryItem, ValueItem
from evce_connector.site import catalogue
from evce_connector.site.datapoint import Level
from evce_connector.site.model import Connector, ConnectorKey, LeftOut, Site, Station, Zone
from evce_connector.site.values import EMPTY, State

ZONES_FOLDER = "EVCE Zones"
ALARM_DESCRIPTION = "Alarm for Station Status [unavailable, faulted, not connected]"
"""The guide's screen shows its beginning, up to "[una"; the rest is ours (assumed)."""
CURTAILMENT_ALARM_DESCRIPTION = "Alarm for the load of a zone that does not follow its reduction"


def lay_out(site: Site) -> tuple[SiteIndex, dict[str, str]]:
    """Lay out a site; also say of each object that has no place in the tree why, by its path.

    Those whose place could not even be read are in the site's `left_out`; the index has all of them.
    """
    folder = Folder(catalogue.site_id(), ZONES_FOLDER)
    index = SiteIndex(_node(Level.SITE, None, folder, None), left_out=dict(site.left_out))
    unplaced: dict[str, str] = {}
    zone_names = _names({zone.id: zone.name or f"Zone-{zone.id}" for zone in site.zones.values()})
    for zone in site.zones.values():
        add_zone(index, zone, zone_names[zone.id])
    for name, stations in _by_zone(site, index, unplaced).items():
        names = _names({station.id: station.ocpp_identifier or f"Station-{station.id}" for station in stations})
        for station in stations:
            add_station(index, index.zones[name], station, names[station.id])
    for connector in sorted(site.connectors.values(), key=lambda connector: connector.key):
        if (parent := index.stations.get(connector.station_id)) is None:
            path = f"connectors/{connector.id}"
            unplaced[path] = f"its station {connector.station_id} is not on the site"
            index.left_out[path] = LeftOut("connectors", connector.id, connector.station_id)
        else:
            add_connector(index, parent, connector)
    index.count()
    return index, unplaced


def _names(wanted: dict[int, str]) -> dict[int, str]:
    """Give equal names their id, so that both can be told apart: `North (3)`, `North (8)`."""
    names = wanted
    while len(set(names.values())) < len(names):  # a second time where a name itself ends like that
        often = Counter(names.values())
        names = {id_: name if often[name] == 1 else f"{name} ({id_})" for id_, name in names.items()}
    return names


def free_name(parent: SiteNode, name: str, id_: int) -> str:
    """Return a name for what comes later: with its id where another has that name, which keeps it."""
    taken = {folder.name for folder in parent.folder.folders}
    while name in taken:
        name = f"{name} ({id_})"
    return name


def _by_zone(site: Site, index: SiteIndex, unplaced: dict[str, str]) -> dict[int, list[Station]]:
    stations: dict[int, list[Station]] = {}
    for station in site.stations.values():
        if station.zone_id in index.zones:
            stations.setdefault(station.zone_id, []).append(station)
        else:
            path = f"stations/{station.id}"
            unplaced[path] = f"its zone {station.zone_id} is not on the site"
            index.left_out[path] = LeftOut("stations", station.id, station.zone_id)
    return stations


def _node(level: Level, key: int | ConnectorKey | None, folder: Folder, model: Any) -> SiteNode:  # noqa: ANN401
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
    return SiteNode(level, key, folder, items, polled, model)


def add_zone(index: SiteIndex, zone: Zone, name: str) -> SiteNode:
    """Add a zone to the site."""
    folder = index.folder.add(Folder(catalogue.zone_id(zone.id), name))
    node = _node(Level.ZONE, zone.id, folder, zone)
    _add_logs(node)
    index.zones[zone.id] = node
    index.site.parts.append(node)
    return node


def add_station(index: SiteIndex, zone: SiteNode, station: Station, name: str) -> SiteNode:
    """Add a station to its zone."""
    folder = zone.folder.add(Folder(catalogue.station_id(station.id), name))
    node = _node(Level.STATION, station.id, folder, station)
    _add_logs(node)
    alarm = AlarmItem(
        catalogue.station_id(station.id, "Alarm"),
        f"Station-{station.ocpp_identifier or station.id}_Alarm",
        ALARM_DESCRIPTION,
        node.item("StationStatus"),
    )
    folder.alarms.append(alarm)
    index.stations[station.id] = node
    zone.parts.append(node)
    return node


def add_connector(index: SiteIndex, station: SiteNode, connector: Connector) -> SiteNode:
    """Add a connector to its station."""
    id_ = catalogue.connector_id(connector.station_id, connector.logical_connector)
    folder = station.folder.add(Folder(id_, f"Connector-{connector.logical_connector}"))
    node = _node(Level.CONNECTOR, connector.key, folder, connector)
    index.connectors[connector.key] = node
    station.parts.append(node)
    return node


def curtailment_folder(zone: SiteNode) -> Folder:
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


def _add_logs(node: SiteNode) -> None:
    """Add the folder of history items, one for each logged data point (D-6)."""
    folder = node.folder.add(Folder(f"{node.folder.id}/{catalogue.LOGS_FOLDER}", catalogue.LOGS_FOLDER))
    for item, point in zip(node.items, SETUP_PLANS[node.level].points, strict=True):
        if point.history:
            name = point.name + catalogue.READINGS_SUFFIX
            folder.histories.append(HistoryItem(f"{folder.id}/{name}", name, item))
