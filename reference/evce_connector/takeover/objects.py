"""Which container of another connector is which object of the site: by the ids that stand in it, never by its name.

A zone is known by its ZoneId, a station by its StationId or StationOCPPIdentifier, a connector by its LogicalConnector
in the container of a station (guide, section 4.2). The folder of the site is what holds the zones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ebo_simulator.tree import Folder, Kind, Tree

from evce_connector.datapoint import Level
from evce_connector.store.layout import Branch, Layout
from evce_connector.takeover.spelling import plain

ZONE, STATION, OCPP, CONNECTOR = "ZoneId", "StationId", "StationOCPPIdentifier", "LogicalConnector"


@dataclass
class Objects:
    """Their containers with our branches. By id: why a container is `unknown` or `ambiguous`, and `notes` on others."""

    folders: list[tuple[Branch, Folder]] = field(default_factory=list)
    unknown: dict[str, str] = field(default_factory=dict)
    ambiguous: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)

    def ids(self) -> set[str]:
        """Return the ids of all containers that say which object they are, or try to."""
        return {folder.id for _, folder in self.folders} | self.unknown.keys() | self.ambiguous.keys()


def find_objects(tree: Tree, layout: Layout) -> Objects:
    """Find the objects of our site in their tree."""
    found = Objects()
    claims = list(_claims(tree, layout, found))
    often = Counter(branch.folder.key for branch, _ in claims)
    for branch, folder in claims:
        if often[branch.folder.key] == 1:
            found.folders.append((branch, folder))
        else:
            found.ambiguous[folder.id] = f"{often[branch.folder.key]} containers say that they are {branch.folder.key}"
    site = _site(tree, found)
    if site is not None:
        found.folders.insert(0, (layout.site, site))
    return found


def _claims(tree: Tree, layout: Layout, found: Objects) -> Iterator[tuple[Branch, Folder]]:
    """Yield each container that is an object, with our branch of it."""
    for folder, above in _with_parents(tree.root):
        if shown(folder, CONNECTOR) is not None:
            branch = _connector(folder, above, layout, found)
        elif _is_station(folder):
            branch = _station(folder, layout, found)
        elif (text := shown(folder, ZONE)) is not None:
            branch = layout.zones.get(_number(text))
            found.unknown[folder.id] = f"the controller has no zone with the ZoneId {text!r}"
        else:
            continue
        if branch is not None:
            found.unknown.pop(folder.id, None)
            yield branch, folder


def _connector(folder: Folder, above: Sequence[Folder], layout: Layout, found: Objects) -> Branch | None:
    """Find a connector by its number in the nearest station above."""
    text = shown(folder, CONNECTOR) or ""
    station = next((_station(one, layout, Objects()) for one in reversed(above) if _is_station(one)), None)
    if station is None:
        found.unknown[folder.id] = f"LogicalConnector {text!r} of a station that is not known"
        return None
    name = station.model.ocpp_identifier
    found.unknown[folder.id] = f"the controller has no LogicalConnector {text!r} at station {name}"
    return layout.connectors.get((station.model.id, _number(text)))


def _is_station(folder: Folder) -> bool:
    return shown(folder, STATION) is not None or shown(folder, OCPP) is not None


def _station(folder: Folder, layout: Layout, found: Objects) -> Branch | None:
    """Find a station by both of its ids; they must not contradict each other."""
    id_, name = shown(folder, STATION) or "", shown(folder, OCPP) or ""
    by_id = layout.stations.get(_number(id_))
    named = [branch for branch in layout.stations.values() if name and branch.model.ocpp_identifier == name]
    by_name = named[0] if len(named) == 1 else None
    ids = f"StationId {id_!r}, StationOCPPIdentifier {name!r}"
    if by_id and by_name and by_id is not by_name:
        found.ambiguous[folder.id] = f"its ids are those of two stations: {ids}"
        return None
    if by_id is None and by_name is None:
        found.unknown[folder.id] = f"the controller has no such station: {ids}"
    elif (id_ and not by_id) or (name and not by_name):
        found.notes[folder.id] = f"only one of its ids is the controller's: {ids}"
    return by_id or by_name


def _site(tree: Tree, found: Objects) -> Folder | None:
    """Return the container that directly holds the zones; None when there is none, or several."""
    zones = {folder.id for branch, folder in found.folders if branch.level is Level.ZONE}
    holders = [folder for folder in tree.root.walk() if any(child.id in zones for child in folder.folders)]
    return holders[0] if len(holders) == 1 else None


def _with_parents(folder: Folder, above: Sequence[Folder] = ()) -> Iterator[tuple[Folder, Sequence[Folder]]]:
    """Yield a container and all below it, each with the containers above it, the outermost first."""
    yield folder, above
    for child in folder.folders:
        yield from _with_parents(child, [*above, folder])


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
