"""Which container of another connector is which object of the site: by the ids that stand in it, never by its name.

A zone is known by its ZoneId, a station by its StationId or StationOCPPIdentifier, a connector by its LogicalConnector
in the container of a station (guide, section 4.2). The folder of the site is what holds the zones.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from ebo_simulator.tree import Folder, Kind, Tree

from evce_connector.points.index import SiteIndex, SiteNode
from evce_connector.site.datapoint import Level
from evce_connector.takeover.spelling import plain

ZONE, STATION, OCPP, CONNECTOR = "ZoneId", "StationId", "StationOCPPIdentifier", "LogicalConnector"


@dataclass
class Objects:
    """Their containers with our nodes. By id: why a container is `unknown` or `ambiguous`, and `notes` on others."""

    folders: list[tuple[SiteNode, Folder]] = field(default_factory=list)
    unknown: dict[str, str] = field(default_factory=dict)
    ambiguous: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)

    def ids(self) -> set[str]:
        """Return the ids of all containers that say which object they are, or try to."""
        return {folder.id for _, folder in self.folders} | self.unknown.keys() | self.ambiguous.keys()


def find_objects(tree: Tree, index: SiteIndex) -> Objects:
    """Find the objects of our site in their tree."""
    finder = _Finder(index)
    claims = list(finder.claims(tree.root))
    found = finder.found
    often = Counter(node.folder.key for node, _ in claims)
    for node, folder in claims:
        if often[node.folder.key] == 1:
            found.folders.append((node, folder))
        else:
            found.ambiguous[folder.id] = f"{often[node.folder.key]} containers say that they are {node.folder.key}"
    site = _site(tree, found)
    if site is not None:
        found.folders.insert(0, (index.site, site))
    return found


class _Finder:
    """Finds our node of each container that says which object it is, and notes why there is none."""

    def __init__(self, index: SiteIndex) -> None:
        self.found = Objects()
        self._index = index
        self._by_name: defaultdict[str, list[SiteNode]] = defaultdict(list)
        for node in index.stations.values():
            self._by_name[node.model.ocpp_identifier].append(node)

    def claims(self, folder: Folder, station: SiteNode | None = None) -> Iterator[tuple[SiteNode, Folder]]:
        """Yield each container that is an object, with our node of it; `station` is ours of the one above."""
        node = None
        if (text := shown(folder, CONNECTOR)) is not None:
            node = self._connector(folder, station, text)
        elif (id_ := shown(folder, STATION)) is not None or shown(folder, OCPP) is not None:
            node = station = self._station(folder, id_ or "", shown(folder, OCPP) or "")
        elif (text := shown(folder, ZONE)) is not None:
            node = self._index.zones.get(_number(text))
            if node is None:
                self.found.unknown[folder.id] = f"the controller has no zone with the ZoneId {text!r}"
        if node is not None:
            yield node, folder
        for child in folder.folders:
            yield from self.claims(child, station)

    def _connector(self, folder: Folder, station: SiteNode | None, text: str) -> SiteNode | None:
        """Find a connector by its number in the station above."""
        if station is None:
            self.found.unknown[folder.id] = f"LogicalConnector {text!r} of a station that is not known"
            return None
        node = self._index.connectors.get((station.model.id, _number(text)))
        if node is None:
            name = station.model.ocpp_identifier
            self.found.unknown[folder.id] = f"the controller has no LogicalConnector {text!r} at station {name}"
        return node

    def _station(self, folder: Folder, id_: str, name: str) -> SiteNode | None:
        """Find a station by both of its ids; they must not contradict each other."""
        by_id, named = self._index.stations.get(_number(id_)), self._by_name.get(name, [])
        by_name = named[0] if name and len(named) == 1 else None
        ids = f"StationId {id_!r}, StationOCPPIdentifier {name!r}"
        if by_id and by_name and by_id is not by_name:
            self.found.ambiguous[folder.id] = f"its ids are those of two stations: {ids}"
            return None
        if by_id is None and by_name is None:
            self.found.unknown[folder.id] = f"the controller has no such station: {ids}"
        elif (id_ and not by_id) or (name and not by_name):
            self.found.notes[folder.id] = f"only one of its ids is the controller's: {ids}"
        return by_id or by_name


def _site(tree: Tree, found: Objects) -> Folder | None:
    """Return the container that directly holds the zones; None when there is none, or several."""
    zones = {folder.id for node, folder in found.folders if node.level is Level.ZONE}
    holders = [folder for folder in tree.root.walk() if any(child.id in zones for child in folder.folders)]
    return holders[0] if len(holders) == 1 else None


def shown(folder: Folder, name: str) -> str | None:
    """Return the value of one of a container's own items, however its name is spelled; None when it has none."""
    wanted = plain(name)
    for point in folder.points:
        if point.kind is Kind.VALUE and plain(point.name) == wanted:
            return point.value.strip()
    return None


def _number(text: str) -> int:
    """Read an id, as integer or as `4.0`; -1, which no object has, when it is none."""
    try:
        return int(float(text))
    except (ValueError, OverflowError):
        return -1
