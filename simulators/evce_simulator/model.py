"""The site as the controller knows it at each moment: read it, write to it as the API allows, or change anything.

No web framework in here. Every call first lets the site catch up with the clock, under one lock.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from evce_simulator.clock import Clock, SystemClock
from evce_simulator.records import as_json, milliseconds_of, utc_text
from evce_simulator.scenario import Scenario, record_of
from evce_simulator.site import Site, by_id, edit


class Model:
    """A site that lives by a clock. Ids are the controller's; fields are named as in the contract."""

    def __init__(self, scenario: Scenario, clock: Clock | None = None, seed: int = 0) -> None:
        self.scenario = scenario
        self.seed = seed
        self.lock = threading.RLock()
        self._clock = clock or SystemClock()
        self._site = Site()
        self.reset()

    def reset(self) -> None:
        """Begin again from the scenario, with the same seed."""
        with self.lock:
            self._site = self.scenario.site()

    @contextmanager
    def now(self) -> Iterator[Site]:
        """Give the site as it is at this moment, alone, until the block ends."""
        with self.lock:
            yield self._site

    # --- reading, as the API does

    def system(self) -> dict[str, Any]:
        """Return who answers, which version, and the controller's clock."""
        with self.now() as site:
            return as_json(site.system) | {"time": utc_text(milliseconds_of(self._clock.now()))}

    def zones(self) -> list[dict[str, Any]]:
        """Return all zones in the order of their ids."""
        with self.now() as site:
            return [as_json(zone) for zone in by_id(site.zones.values())]

    def stations(self, zone: int | None = None) -> list[dict[str, Any]]:
        """Return all stations, or those of a zone."""
        with self.now() as site:
            chosen = site.stations.values() if zone is None else site.stations_in(zone)
            return [as_json(station) for station in by_id(chosen)]

    def connectors(self, zone: int | None = None, station: int | None = None) -> list[dict[str, Any]]:
        """Return all connectors, or those of a zone, of a station, or of both."""
        with self.now() as site:
            chosen = list(site.connectors.values()) if zone is None else site.connectors_in(zone)
            return [as_json(one) for one in by_id(chosen) if station is None or one.station_id == station]

    def zone(self, number: int) -> dict[str, Any]:
        """Return a zone; UnknownObjectError when there is none."""
        with self.now() as site:
            return as_json(site.zone(number))

    def station(self, number: int) -> dict[str, Any]:
        """Return a station; UnknownObjectError when there is none."""
        with self.now() as site:
            return as_json(site.station(number))

    def connector(self, number: int) -> dict[str, Any]:
        """Return a connector; UnknownObjectError when there is none."""
        with self.now() as site:
            return as_json(site.connector(number))

    # --- changing anything, sensible or not

    def set_system(self, **fields: Any) -> None:  # noqa: ANN401 - any JSON value, see edit
        """Set fields of /system, e.g. apiVersion="5"."""
        with self.now() as site:
            edit(site.system, fields)

    def set_zone(self, number: int, **fields: Any) -> None:  # noqa: ANN401 - as above
        """Set fields of a zone, e.g. name="Z9" or maxCurrent=80."""
        with self.now() as site:
            edit(site.zone(number), fields)

    def set_station(self, number: int, **fields: Any) -> None:  # noqa: ANN401 - as above
        """Set fields of a station, e.g. connected=False, friendlyName="Gate", zoneId=2 (a move)."""
        with self.now() as site:
            edit(site.station(number), fields)

    def set_connector(self, number: int, **fields: Any) -> None:  # noqa: ANN401 - as above
        """Set fields of a connector, e.g. status="charging", activePower=[1.5, 0.0, 0.0]."""
        with self.now() as site:
            edit(site.connector(number), fields)

    def add(self, kind: str, **fields: Any) -> None:  # noqa: ANN401 - as above
        """Add a "zone", "station" or "connector" with the contract's fields; those with a default may be left out."""
        record = record_of(kind, fields)
        with self.now() as site:
            site.add(record)

    def remove_zone(self, number: int) -> None:
        """Remove a zone with its stations and their connectors."""
        with self.now() as site:
            site.remove_zone(number)

    def remove_station(self, number: int) -> None:
        """Remove a station with its connectors."""
        with self.now() as site:
            site.remove_station(number)

    def remove_connector(self, number: int) -> None:
        """Remove a connector."""
        with self.now() as site:
            site.remove_connector(number)

    def move_station(self, number: int, zone: int) -> None:
        """Move a station to another zone."""
        with self.now() as site:
            site.station(number).zone_id = site.zone(zone).id

    def rename(self, kind: str, number: int, name: str) -> None:
        """Give a zone another name, or a station another friendly name."""
        with self.now() as site:
            if kind == "zone":
                site.zone(number).name = name
            else:
                site.station(number).friendly_name = name
