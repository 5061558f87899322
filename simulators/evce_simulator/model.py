"""The site as the controller knows it at each moment: read it, write to it as the API allows, or change anything.

No web framework in here. Every call first lets the site catch up with the clock, under one lock.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from evce_simulator import snapshot
from evce_simulator.actions import Actions
from evce_simulator.clock import Clock, SystemClock
from evce_simulator.engine import Engine
from evce_simulator.errors import ActionError, UnknownObjectError
from evce_simulator.life import Life
from evce_simulator.records import Connector, Record, Station, System, Zone, as_json, milliseconds_of, utc_text
from evce_simulator.scenario import Scenario, record_of
from evce_simulator.site import Site, edit

# What the engine writes by itself on a living site: set by hand, it is shown until it is released.
_MOVING = {
    Zone: {"setPointCurrent", "setPointPower", "numberOfTransactions"},
    Station: {"status"},
    Connector: {
        "status",
        "setPointCurrent",
        "setPointPower",
        "activePower",
        "rmsCurrent",
        "errorCode",
        "transactionId",
    },
    System: set[str](),
}


class Model(Actions):
    """A site that lives by a clock. Ids are the controller's; fields are named as in the contract."""

    def __init__(self, scenario: Scenario, clock: Clock | None = None, seed: int = 0) -> None:
        self.scenario = scenario
        self.seed = seed
        self.lock = threading.RLock()
        self._clock = clock or SystemClock()
        self.reset()

    def reset(self, seed: int | None = None) -> None:
        """Begin again from the scenario, with the same seed or another."""
        with self.lock:
            self.seed = self.seed if seed is None else seed
            self._site = self.scenario.site()
            origin = milliseconds_of(self._clock.now())
            self._began = self._elapsed()
            chosen = self.scenario
            self._engine = Engine(self._site, self.seed, chosen.live, origin, chosen.on_wired_phase, chosen.life)
            self._engine.let_reductions_leave(chosen.reduction_leaves)
            self._shown: dict[tuple[type, int], dict[str, Any]] = {}
            self._stubborn: set[int] = set()

    def save(self) -> dict[str, Any]:
        """Return the site of this moment with all that moves it, for JSON."""
        with self.now():
            return {
                "scenario": self.scenario.name,
                "site": snapshot.save(self._engine),
                "stubborn": sorted(self._stubborn),
            }

    def load(self, saved: dict[str, Any]) -> None:
        """Go on from a saved site; SnapshotError when it is none."""
        engine = snapshot.load(saved.get("site", {}))
        with self.lock:
            self._engine, self._site = engine, engine.site
            self.seed = engine.seed
            self._began = self._elapsed() - engine.now
            self._shown = {}
            self._stubborn = set(saved.get("stubborn", []))

    @property
    def wall(self) -> int:
        """What the site's wall clock showed at the last call, in ms since 1970."""
        return self._engine.wall

    @property
    def site(self) -> Site:
        """The records themselves, as of the last call; `now` gives them as of this moment."""
        return self._site

    @property
    def live(self) -> bool:
        """Whether vehicles come and go by themselves."""
        return self._engine.live

    @property
    def life(self) -> Life:
        """How close the site comes to a real one."""
        return self._engine.life

    @contextmanager
    def now(self) -> Iterator[Site]:
        """Give the site as it is at this moment, alone, until the block ends."""
        with self.lock:
            self._engine.advance(self._elapsed() - self._began, milliseconds_of(self._clock.now()))
            self._engine.show_readings()
            yield self._site

    def _elapsed(self) -> int:
        return round(self._clock.monotonic() * 1000)

    # --- reading, as the API does

    def system(self) -> dict[str, Any]:
        """Return who answers, which version, and the controller's clock."""
        with self.now() as site:
            return self._json(site.system, 0) | {"time": utc_text(milliseconds_of(self._clock.now()))}

    def zones(self) -> list[dict[str, Any]]:
        """Return all zones in the order of their ids."""
        return self.page("zone")[0]

    def stations(self, zone: int | None = None) -> list[dict[str, Any]]:
        """Return all stations, or those of a zone."""
        return self.page("station", zone=zone)[0]

    def connectors(self, zone: int | None = None, station: int | None = None) -> list[dict[str, Any]]:
        """Return all connectors, or those of a zone, of a station, or of both."""
        return self.page("connector", zone=zone, station=station)[0]

    def page(
        self,
        kind: str,
        limit: int | None = None,
        offset: int = 0,
        zone: int | None = None,
        station: int | None = None,
    ) -> tuple[list[dict[str, Any]], int]:
        """Return a part of a list in the order of ids, and how many the whole list has."""
        with self.now() as site:
            chosen = site.chosen(kind, zone, station)
            part = chosen[offset:] if limit is None else chosen[offset : offset + limit]
            return [self._json(record, record.id) for record in part], len(chosen)

    def zone(self, number: int) -> dict[str, Any]:
        """Return a zone; UnknownObjectError when there is none."""
        with self.now() as site:
            return self._json(site.zone(number), number)

    def station(self, number: int) -> dict[str, Any]:
        """Return a station; UnknownObjectError when there is none."""
        with self.now() as site:
            return self._json(site.station(number), number)

    def connector(self, number: int) -> dict[str, Any]:
        """Return a connector; UnknownObjectError when there is none."""
        with self.now() as site:
            return self._json(site.connector(number), number)

    def dump(self) -> dict[str, Any]:
        """Return the whole site of this moment, as the API would show it."""
        with self.now():
            return {
                "system": self.system(),
                "zones": self.zones(),
                "stations": self.stations(),
                "connectors": self.connectors(),
            }

    def _json(self, record: Record, number: int) -> dict[str, Any]:
        shown = self._shown.get((type(record), number))
        return as_json(record) | shown if shown else as_json(record)

    # --- changing anything, sensible or not

    def set_system(self, **fields: Any) -> None:  # noqa: ANN401 - any JSON value
        """Set fields of /system, e.g. apiVersion="5"."""
        with self.now() as site:
            self._set(site.system, 0, fields)

    def set_zone(self, number: int, **fields: Any) -> None:  # noqa: ANN401 - as above
        """Set fields of a zone, e.g. name="Z9" or maxCurrent=80."""
        with self.now() as site:
            zone = site.zone(number)
            self._set(zone, number, fields)
            if "reduction" in fields or (self.live and "maxCurrent" in fields):
                self._engine.reduction_changed(zone)

    def set_station(self, number: int, **fields: Any) -> None:  # noqa: ANN401 - as above
        """Set fields of a station, e.g. connected=False, friendlyName="Gate", zoneId=2 (a move)."""
        with self.now() as site:
            station = site.station(number)
            if "zoneId" in fields:
                self.move_station(number, fields.pop("zoneId"))
            self._set(station, number, fields)

    def set_connector(self, number: int, **fields: Any) -> None:  # noqa: ANN401 - as above
        """Set fields of a connector, e.g. status="charging", activePower=[1.5, 0.0, 0.0].

        ActionError for stationId: a connector stays at its station.
        """
        with self.now() as site:
            connector = site.connector(number)
            if "stationId" in fields:
                raise ActionError("A connector stays at its station; remove it and add another.")
            self._set(connector, number, fields)
            if "activeEnergy" in fields:
                self._engine.outlets[number].read_from_record(self._engine.now)

    def release(self, kind: str, number: int) -> None:
        """Show a "zone", "station" or "connector" again as the model has it, without what was set by hand."""
        with self.lock:
            self._shown.pop(({"zone": Zone, "station": Station, "connector": Connector}[kind], number), None)

    def _set(self, record: Record, number: int, fields: dict[str, Any]) -> None:
        """Set fields in the record where it can hold them and nothing moves them, else beside it."""
        moving = {name for name in fields if self.live and name in _MOVING[type(record)]}
        unfit = edit(record, {name: value for name, value in fields.items() if name not in moving})
        beside = self._shown.setdefault((type(record), number), {})
        for name, value in fields.items():
            if name in unfit or name in moving:
                beside[name] = value
            else:
                beside.pop(name, None)

    def add(self, kind: str, **fields: Any) -> None:  # noqa: ANN401 - as above
        """Add a "zone", "station" or "connector" with the contract's fields; those with a default may be left out."""
        record = record_of(kind, fields)
        with self.now() as site:
            site.add(record)
            if isinstance(record, Zone):
                self._engine.add_zone(record)
            elif isinstance(record, Connector):
                self._engine.add_connector(record)
                if self.live:
                    self._engine.loads.refresh(site.zones[site.zone_of(record)])

    def remove_zone(self, number: int) -> None:
        """Remove a zone with its stations and their connectors."""
        with self.now() as site:
            site.zone(number)
            for station in site.stations_in(number):
                self.remove_station(station.id)
            site.remove_zone(number)
            self._shown.pop((Zone, number), None)

    def remove_station(self, number: int) -> None:
        """Remove a station with its connectors."""
        with self.now() as site:
            site.station(number)
            for connector in site.connectors_of(number):
                self.remove_connector(connector.id)
            site.remove_station(number)
            self._shown.pop((Station, number), None)

    def remove_connector(self, number: int) -> None:
        """Remove a connector."""
        with self.now() as site:
            self._engine.remove_connector(site.connector(number))
            site.remove_connector(number)
            self._shown.pop((Connector, number), None)

    def move_station(self, number: int, zone: int) -> None:
        """Move a station to another zone; UnknownObjectError when either is not there."""
        with self.now() as site:
            station = site.station(number)
            if zone not in site.zones:
                raise UnknownObjectError("zone", zone)
            self._engine.move_station(station, site.zone(zone))

    def rename(self, kind: str, number: int, name: str) -> None:
        """Give a zone another name, or a station another friendly name."""
        if kind == "zone":
            self.set_zone(number, name=name)
        else:
            self.set_station(number, friendlyName=name)
