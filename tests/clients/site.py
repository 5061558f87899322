"""A site that clients of other makes visit: a simulated controller and the connector in front of it, over sockets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evce_connector.clock import ManualClock
from evce_connector.host.service import ConnectorService
from evce_simulator import EvceSimulator

from tests.support.joined import JoinedSite

MORNING = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
REDUCTION = "Zones/1/ZoneReduction"
LOG = "Zones/1/OverallConsumptionLogs/ZoneOverallActivePowerTotal-Readings"
READ = ("Zones/1/ZoneName", "Zones/1/ZoneMaxCurrent(A)", "Stations/1/Connectors/1/ConnectorState_Faulted")
SHOWN: dict[str, dict[str, Any]] = {
    "discover": {"version": "1.2", "operations": 19},
    "read": {
        "values": [[READ[0], "0", "Süd & <Nord>"], [READ[1], "0", "100"], [READ[2], "0", "True"]],
        "items": [
            [READ[0], "ZoneName", "String", ""],
            [READ[1], "ZoneMaxCurrent(A)", "Integer", "A"],
            [READ[2], "ConnectorState_Faulted", "Boolean", ""],
        ],
    },
    "write": {"succeeded": True},
    "history": {
        "unit": "kW",
        "records": [["2026-03-02T06:00:00Z", "0", "0.13"], ["2026-03-02T06:15:00Z", "0", "1.5"]],
    },
    "alarms": {
        "alarms": [["Stations/1/Alarm", "100", "Station EVSimu1: connector 1 faulted (GroundFailure)"]],
        "acknowledged": True,
    },
}
"""What a client must show, step by step; `discover` also shows the containers of the tree."""


@dataclass
class Site:
    """The parties of a site while it runs; `address` is where clients call."""

    simulator: EvceSimulator
    service: ConnectorService
    clock: ManualClock
    address: str

    def prepare(self) -> None:
        """Set up, poll and take a sample twice, and let a connector be faulted."""
        model = self.simulator.model
        model.set_zone(1, name="Süd & <Nord>")
        self.service.set_up()
        self.service.poll()
        self.service.log()
        model.set_connector(1, status="faulted", errorCode="GroundFailure", activePower=[1.5, 0.0, 0.0])
        self.clock.advance(900)
        self.service.poll()
        self.service.log()

    def holds(self) -> dict[str, Any]:
        """Return what the controller and the connector hold, as far as a client's visit changes it."""
        zone = next(zone for zone in self.simulator.model.zones() if zone["id"] == 1)
        alarm = self.service.stores.alarms.state("Stations/1/Alarm")
        return {"reduction": zone["reduction"]["value"], "alarm": alarm.name}

    def shown(self) -> dict[str, dict[str, Any]]:
        """Return what a client must show, step by step."""
        containers = [folder.id for folder in self.service.items.tree.root.walk()]
        return SHOWN | {"discover": SHOWN["discover"] | {"containers": containers}}


@contextmanager
def running_site(folder: Path, **ews: object) -> Iterator[Site]:
    """Start a site, with further keys of `ews` in its configuration."""
    with JoinedSite(folder, ManualClock(MORNING), ews=ews) as joined:
        joined.service.ews.start()
        site = Site(joined.simulator, joined.service, joined.clock, joined.service.ews.address)
        site.prepare()
        yield site
