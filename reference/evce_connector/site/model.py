"""Snapshot of a site as the EVCE API reports it: zones, stations, connectors.

Named tuples, because a poll of a large site makes thousands of them and compares them with the ones before.

`missing` names the fields of an object that could not be read, those of a reduction and the phases of a reading one by
one (`reduction.validity`, `active_power.2`); there stands what was last read, or what is empty when nothing ever was.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

Phases = tuple[float, float, float]
"""A reading on the station's phases 1, 2 and 3."""
ConnectorKey = tuple[int, int]
"""StationId and LogicalConnector: how the guide names a connector."""


class Reduction(NamedTuple):
    """External reduction of a zone: how much is taken away (per cent, assumed), and until when (UTC)."""

    value: float
    type: str
    description: str
    validity: datetime
    validity_mode: str


class Zone(NamedTuple):
    """A group of stations that shares a maximum current; currents in A, power in kW."""

    id: int
    name: str
    type: str
    max_current: int
    set_point_current: int
    set_point_power: int
    number_of_transactions: int
    reduction: Reduction | None
    missing: frozenset[str] = frozenset()


class Station(NamedTuple):
    """A charge point in OCPP's sense: one or more connectors behind one OCPP identifier.

    `connected` is None as long as it could never be read: that is no reason to call a station lost.
    """

    id: int
    zone_id: int
    friendly_name: str
    ocpp_identifier: str
    type: str
    serial_number: str
    model: str
    version: str
    ip_address: str
    cpo_url: str
    accepted_by_cpo: bool
    connected: bool | None
    status: str
    authentication_mode: str
    disconnected_authentication_mode: str
    missing: frozenset[str] = frozenset()


class Connector(NamedTuple):
    """One outlet; currents in A, power in kW, energy in kWh. `max_current` holds on AC, `max_power` on DC."""

    id: int
    station_id: int
    logical_connector: int
    status: str
    available: bool
    dc: bool
    fixed_set_point: bool
    max_current: int | None
    max_power: int | None
    phase_connection: str
    set_point_current: int
    set_point_power: int
    active_power: Phases
    rms_current: Phases
    active_energy: float
    error_code: str
    transaction_id: int | str | None
    missing: frozenset[str] = frozenset()

    @property
    def key(self) -> ConnectorKey:
        """StationId and LogicalConnector."""
        return self.station_id, self.logical_connector


class System(NamedTuple):
    """Who answers: its name, API version, firmware version and clock (UTC)."""

    name: str
    api_version: str
    version: str
    time: datetime | None


class LeftOut(NamedTuple):
    """An object without a place in the tree: its list, its id and its parent's, None where that cannot be told."""

    list: str
    id: int | None
    parent: int | None


@dataclass(slots=True)
class Site:
    """Everything that one poll read. `unreadable` says of each field that could not be read why, by its path.

    `left_out` holds, by their paths, objects whose place cannot be told: they stand in none of the lists.
    """

    system: System
    zones: dict[int, Zone] = field(default_factory=dict)
    stations: dict[int, Station] = field(default_factory=dict)
    connectors: dict[ConnectorKey, Connector] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, LeftOut] = field(default_factory=dict)


@dataclass(frozen=True)
class RawList:
    """One list as the controller sent it: the pages' bytes, to be kept, and the decoded objects."""

    pages: list[bytes]
    objects: list[Any]


@dataclass(frozen=True)
class RawSite:
    """All that one poll fetches."""

    system: Any
    zones: RawList
    stations: RawList
    connectors: RawList
