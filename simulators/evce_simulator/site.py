"""The site: its zones, stations and connectors by id, how they belong together, and edits of single fields."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from evce_simulator.errors import ActionError, UnknownObjectError
from evce_simulator.records import NAMES, Connector, Reduction, Station, System, Zone, fits, milliseconds_of, moment_of

Kept = TypeVar("Kept", Zone, Station, Connector)


@dataclass
class Site:
    """All objects of a site; ids are the controller's and never change. UnknownObjectError when none has an id."""

    system: System = field(default_factory=System)
    zones: dict[int, Zone] = field(default_factory=dict)
    stations: dict[int, Station] = field(default_factory=dict)
    connectors: dict[int, Connector] = field(default_factory=dict)
    _places: set[tuple[int, int]] = field(default_factory=set)

    def zone(self, number: int) -> Zone:
        """Return a zone by id."""
        return _found(self.zones, "zone", number)

    def station(self, number: int) -> Station:
        """Return a station by id."""
        return _found(self.stations, "station", number)

    def connector(self, number: int) -> Connector:
        """Return a connector by id."""
        return _found(self.connectors, "connector", number)

    def zone_of(self, connector: Connector) -> int:
        """Return the id of the zone that a connector's station belongs to."""
        return self.stations[connector.station_id].zone_id

    def stations_in(self, zone: int) -> list[Station]:
        """Return the stations of a zone."""
        return [station for station in self.stations.values() if station.zone_id == zone]

    def connectors_of(self, station: int) -> list[Connector]:
        """Return the connectors of a station."""
        return [connector for connector in self.connectors.values() if connector.station_id == station]

    def connectors_in(self, zone: int) -> list[Connector]:
        """Return the connectors of a zone."""
        numbers = {station.id for station in self.stations_in(zone)}
        return [connector for connector in self.connectors.values() if connector.station_id in numbers]

    def chosen(self, kind: str, zone: int | None, station: int | None) -> list[Zone] | list[Station] | list[Connector]:
        """Return all zones, stations or connectors, or those of a zone or station, in the order of their ids."""
        if kind == "zone":
            return by_id(self.zones.values())
        if kind == "station":
            return by_id(self.stations.values() if zone is None else self.stations_in(zone))
        of_zone = self.connectors.values() if zone is None else self.connectors_in(zone)
        return by_id(one for one in of_zone if station is None or one.station_id == station)

    def add(self, record: Zone | Station | Connector) -> None:
        """Add an object.

        UnknownObjectError when what it belongs to is not there, ActionError when its id, or a connector's number on its
        station, is taken.
        """
        if isinstance(record, Zone):
            _put(self.zones, "zone", record)
        elif isinstance(record, Station):
            self.zone(record.zone_id)
            _put(self.stations, "station", record)
        else:
            self.station(record.station_id)
            place = (record.station_id, record.logical_connector)
            if place in self._places:
                raise ActionError(
                    f"Station {record.station_id} already has a connector {record.logical_connector}; "
                    f"choose another logicalConnector."
                )
            _put(self.connectors, "connector", record)
            self._places.add(place)

    def remove_zone(self, number: int) -> None:
        """Remove a zone with its stations and their connectors."""
        self.zone(number)
        for station in self.stations_in(number):
            self.remove_station(station.id)
        del self.zones[number]

    def remove_station(self, number: int) -> None:
        """Remove a station with its connectors."""
        self.station(number)
        for connector in self.connectors_of(number):
            self.remove_connector(connector.id)
        del self.stations[number]

    def remove_connector(self, number: int) -> None:
        """Remove a connector."""
        connector = self.connector(number)
        self._places.discard((connector.station_id, connector.logical_connector))
        del self.connectors[number]


def edit(record: Zone | Station | Connector | System, changes: dict[str, Any]) -> dict[str, Any]:
    """Set fields by the contract's names; return those whose values the record cannot hold, nonsense for a test."""
    names = NAMES[type(record)]
    known = {names.attribute(name): value for name, value in changes.items()}
    unfit: dict[str, Any] = {}
    for name, (attribute, value) in zip(changes, known.items(), strict=True):
        read = read_value(attribute, value)
        if fits(record, attribute, read):
            setattr(record, attribute, read)
        else:
            unfit[name] = value
    return unfit


def read_value(attribute: str, value: Any) -> Any:  # noqa: ANN401 - a scenario or a test may give any JSON value
    """Turn JSON of a field that is kept in another form (lists by phase, a reduction) into that form if it fits."""
    if attribute in {"active_power", "rms_current"} and isinstance(value, list):
        return tuple(value)
    if attribute == "reduction" and isinstance(value, dict):
        try:
            return read_reduction(value)
        except (AttributeError, KeyError, TypeError, ValueError):  # of a validity that is no text, too
            return value
    return value


def read_reduction(value: dict[str, Any]) -> Reduction:
    """Read a reduction as the API shows it, with its validity as text or as a moment."""
    return Reduction(
        value=value["value"],
        validity=milliseconds_of(moment_of(value["validity"])),
        description=value["description"],
        type=value.get("type", "percentage"),
        validity_mode=value.get("validityMode", "absolute"),
    )


def by_id(records: Iterable[Kept]) -> list[Kept]:
    """Return records in the order of their ids, which is the order of the API's lists."""
    return sorted(records, key=lambda record: record.id)


def _found(records: dict[int, Kept], kind: str, number: int) -> Kept:
    if number not in records:
        raise UnknownObjectError(kind, number)
    return records[number]


def _put(records: dict[int, Kept], kind: str, record: Kept) -> None:
    if record.id in records:
        raise ActionError(f"There is already a {kind} with id {record.id}; choose another id.")
    records[record.id] = record
