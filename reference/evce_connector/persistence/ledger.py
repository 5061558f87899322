"""What changed on the site from one set-up to the next: a ledger for whoever re-binds graphics and trends."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Connection, Engine, Integer, String, Table, desc, func, insert, select

from evce_connector.persistence.pieces import delete_rows, old_rows
from evce_connector.persistence.readable import Reader, instant
from evce_connector.persistence.schema import metadata
from evce_connector.persistence.turns import writing
from evce_connector.sheets import csv_text
from evce_connector.site.catalogue import connector_id, station_id, zone_id
from evce_connector.site.model import Site, Station, Zone
from evce_connector.site.values import utc_text

_changes = Table(
    "site_changes",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=True),
    Column("at", String(32), nullable=False),
    Column("id", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("old", String, nullable=False),
    Column("new", String, nullable=False),
)


KEPT = 200_000
"""Lines that are kept; the oldest go. Each object of the largest site makes one when it comes, and ten more later."""


class Kind(StrEnum):
    """What can happen to an object between two set-ups."""

    ADDED = "added"
    RENAMED = "renamed"
    MOVED = "moved"
    REPLACED = "replaced"
    GONE = "gone"
    RETURNED = "returned"
    REMOVED = "removed"


@dataclass(frozen=True)
class Change:
    """One line of the ledger: when (UTC), which folder of the tree, what happened, old and new name or zone."""

    at: str
    id: str
    kind: Kind
    old: str
    new: str


class SiteLedger:
    """The ledger in the database, its last lines; they are added in the transaction that keeps what they tell of.

    So a process that is killed leaves both or neither, and the next set-up tells what is missing.
    """

    def __init__(self, engine: Engine, kept: int = KEPT) -> None:
        self._engine = engine
        self._kept = kept
        self._lock = threading.Lock()
        self._waiting: list[Change] = []

    def wait_for(self, changes: Iterable[Change]) -> None:
        """Let lines wait in memory until what they tell of is kept."""
        with self._lock:
            self._waiting += changes

    def write(self, connection: Connection) -> int:
        """Write what waits, in a transaction that is open; returns how many lines, for `let_go` after its end."""
        with self._lock:
            rows = [{field.name: getattr(change, field.name) for field in fields(Change)} for change in self._waiting]
        if rows:
            connection.execute(insert(_changes), rows)
        return len(rows)

    def let_go(self, count: int) -> None:
        """Let the oldest lines wait no longer: the database has them."""
        with self._lock:
            del self._waiting[:count]

    def lines(self, limit: int | None = None) -> list[Change]:
        """Return the last lines, oldest first; all without a limit."""
        query = select(_changes).order_by(desc(_changes.c.sequence)).limit(limit)
        with self._engine.connect() as connection:
            return _CHANGES.read(connection, query)[::-1]

    def prune(self) -> Iterator[int]:
        """Delete all but the last lines, piece by piece; yields how many went with each."""
        with self._engine.connect() as connection:
            last: int = connection.scalar(select(func.max(_changes.c.sequence))) or 0
        for old in old_rows(self._engine, _changes.c.sequence, _changes.c.sequence <= last - self._kept):
            with writing(self._engine) as connection:
                count = delete_rows(connection, _changes.c.sequence, old)
            yield count

    def csv(self) -> str:
        """Return the ledger as CSV, for re-binding."""
        return csv_text((field.name for field in fields(Change)), (astuple(change) for change in self.lines()))


def _change(row: Any) -> Change:  # noqa: ANN401 - a row of the table
    instant(row.at)
    return Change(row.at, row.id, Kind(row.kind), row.old, row.new)


_CHANGES = Reader(_changes, _change)


def compare(before: Site, after: Site, at: datetime) -> list[Change]:
    """Return what happened to zones and stations, and which connectors came and went, between two set-ups."""
    return [Change(utc_text(at), *change) for change in _compared(before, after)]


_Line = tuple[str, Kind, str, str]


def _compared(before: Site, after: Site) -> Iterator[_Line]:
    for key, zone in after.zones.items():
        if (old_zone := before.zones.get(key)) is None:
            yield zone_id(key), Kind.ADDED, "", zone.name
        elif _differ(old_zone, zone, "name"):
            yield zone_id(key), Kind.RENAMED, old_zone.name, zone.name
    for key, station in after.stations.items():
        if (old := before.stations.get(key)) is None:
            yield station_id(key), Kind.ADDED, "", station.ocpp_identifier
            continue
        if _differ(old, station, "ocpp_identifier") or _differ(old, station, "serial_number"):
            yield station_id(key), Kind.REPLACED, _device(old), _device(station)
        if _differ(old, station, "friendly_name"):
            yield station_id(key), Kind.RENAMED, old.friendly_name, station.friendly_name
        if old.zone_id != station.zone_id:
            yield station_id(key), Kind.MOVED, zone_id(old.zone_id), zone_id(station.zone_id)
    for connector in after.connectors.keys() - before.connectors.keys():
        yield connector_id(*connector), Kind.ADDED, "", f"Connector-{connector[1]}"
    yield from _removed(before, after)


def _differ(old: Zone | Station, new: Zone | Station, field: str) -> bool:
    """Tell whether a field changed; one that could not be read before or now tells nothing."""
    return field not in old.missing | new.missing and getattr(old, field) != getattr(new, field)


def _device(station: Station) -> str:
    return f"{station.ocpp_identifier} ({station.serial_number})"


def _removed(before: Site, after: Site) -> Iterator[_Line]:
    for key, zone in before.zones.items():
        if key not in after.zones:
            yield zone_id(key), Kind.REMOVED, zone.name, ""
    for key, station in before.stations.items():
        if key not in after.stations:
            yield station_id(key), Kind.REMOVED, station.ocpp_identifier, ""
    for connector in before.connectors.keys() - after.connectors.keys():
        yield connector_id(*connector), Kind.REMOVED, f"Connector-{connector[1]}", ""
