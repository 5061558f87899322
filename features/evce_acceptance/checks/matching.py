"""Which folder of a connector's tree is which object of the controller: by the guide's tree and by ids, never by names.

A zone is known by its ZoneId, a station by its StationId, else by its StationOCPPIdentifier, a connector by its
LogicalConnector (guide, section 4.2). Nothing is assumed of the connector's own item ids.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ebo_simulator import Folder, Kind, Point
from evce_acceptance.site.objects import Json, Report

ZONES = "EVCE Zones"
LOGS = "OverallConsumptionLogs"

Key = tuple[str, int]
"""Level and the controller's id of an object; ("site", 0) is the whole."""


@dataclass
class Matched:
    """Every object that was found in the tree, and what has no counterpart.

    `folders` holds the folder of each object; `missing` names objects that no folder shows, `strangers` folders that
    show no object of the controller.
    """

    folders: dict[Key, Folder] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def of(self, level: str) -> Iterator[tuple[Key, Folder]]:
        """Give the objects of a level with their folders."""
        return ((key, folder) for key, folder in self.folders.items() if key[0] == level)


def match(root: Folder, report: Report) -> Matched:
    """Match a tree, as discovered, with what the controller reports."""
    found = Matched()
    top = next((folder for folder in root.walk() if folder.name == ZONES), None)
    if top is None:
        found.missing.append(f"{ZONES}, the folder that holds everything")
        return found
    found.folders["site", 0] = top
    zones = _paired(found, "zone", top.folders, report["zones"], _zone_is)
    for zone, zone_folder in zones:
        stations = [one for one in report["stations"] if one["zoneId"] == zone["id"]]
        for station, folder in _paired(found, "station", zone_folder.folders, stations, _station_is):
            connectors = [one for one in report["connectors"] if one["stationId"] == station["id"]]
            _paired(found, "connector", folder.folders, connectors, _connector_is)
    return found


def _paired(
    found: Matched, level: str, folders: list[Folder], things: list[Json], is_it: Callable[[Folder, Json], bool]
) -> list[tuple[Json, Folder]]:
    """Pair the folders below one folder with objects; what is left over on either side is noted."""
    left = [folder for folder in folders if folder.name != LOGS]
    pairs = []
    for thing in things:
        folder = next((one for one in left if is_it(one, thing)), None)
        if folder is None:
            found.missing.append(described(level, thing))
            continue
        left.remove(folder)
        found.folders[level, thing["id"]] = folder
        pairs.append((thing, folder))
    found.strangers += [folder.path for folder in left]
    return pairs


def described(level: str, thing: Json) -> str:
    """Name an object as the controller knows it."""
    word = {"zone": "name", "station": "ocppIdentifier", "connector": "logicalConnector"}[level]
    home = f" of station {thing['stationId']}" if level == "connector" else ""
    return f"{level} {thing['id']}{home} ({thing[word]})"


def shown(folder: Folder, name: str) -> str | None:
    """Return the value of a folder's data point as the tree was read; None where there is none."""
    return next((point.value for point in folder.points if point.kind is Kind.VALUE and point.name == name), None)


def _zone_is(folder: Folder, zone: Json) -> bool:
    return shown(folder, "ZoneId") == str(zone["id"])


def _station_is(folder: Folder, station: Json) -> bool:
    if (id_ := shown(folder, "StationId")) is not None:
        return id_ == str(station["id"])
    return shown(folder, "StationOCPPIdentifier") == str(station["ocppIdentifier"])


def _connector_is(folder: Folder, connector: Json) -> bool:
    return shown(folder, "LogicalConnector") == str(connector["logicalConnector"])


def value_points(folder: Folder) -> dict[str, Point]:
    """Return a folder's own data points by name."""
    return {point.name: point for point in folder.points if point.kind is Kind.VALUE}
