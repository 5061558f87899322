"""A site whose alarms and logs are looked at: a controller with three connectors, changed by hand, on one clock."""

# ruff: noqa: ANN401 - JSON and configurations have no one type

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from evce_connector.alarms.state_machine import AlarmEvent, AlarmState
from evce_connector.clock import ManualClock
from evce_connector.persistence.alarm_log import AlarmLog
from evce_connector.persistence.alarm_table import Selection
from evce_connector.persistence.commands import Command, CommandLedger
from evce_connector.persistence.history import HistoryStore
from evce_connector.persistence.waiting_samples import Sample
from evce_connector.points.site_items import SiteItems
from evce_connector.processors.interface_alarm import InterfaceAlarm
from evce_connector.processors.logs import EvceLogsProcessor
from evce_connector.processors.station_alarms import StationAlarms
from evce_connector.site.values import utc_text
from sqlalchemy import Engine

from tests.support.joined import JoinedSite

MORNING = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


class Connector(JoinedSite[ManualClock]):
    """A connector on the bench, with what its alarms and logs keep; `restart` is as of its process.

    The guide's station has a second connector here, and its zone a second station, EVSimu2, with one.
    """

    def __init__(self, folder: Path, *, database: Path | None = None, **sections: Any) -> None:
        super().__init__(folder, ManualClock(MORNING), database=database, **sections)
        self._ahead = 0.0
        station, connector = self.model.station(1), self.model.connector(1)
        self.model.add("station", **station | {"id": 2, "ocppIdentifier": "EVSimu2", "serialNumber": "2"})
        self.model.add("connector", **connector | {"id": 2, "logicalConnector": 2})
        self.model.add("connector", **connector | {"id": 3, "stationId": 2})

    @property
    def items(self) -> SiteItems:
        return self.service.items

    @property
    def engine(self) -> Engine:
        return self.service.stores.engine

    @property
    def history(self) -> HistoryStore:
        return self.service.stores.history

    @property
    def book(self) -> AlarmLog:
        return self.service.stores.alarms

    @property
    def commands(self) -> CommandLedger:
        return self.service.stores.commands

    @property
    def stations(self) -> StationAlarms:
        return self.service.context.station_alarms

    @property
    def interface(self) -> InterfaceAlarm:
        return self.service.context.interface_alarm

    @property
    def logs(self) -> EvceLogsProcessor:
        return self.service.logs_processor

    def start_again(self, *, seconds: float = 0.0, **sections: Any) -> None:
        """Stop, let time pass, start with the same database, set up and poll."""
        self.service.stop()
        self.clock.advance(seconds)
        self.restart(**sections)
        self.set_up()
        self.poll()

    def set_controller_ahead(self, seconds: float) -> None:
        """Set the controller's clock so many seconds ahead of the machine's."""
        self.simulator.clock.jump(seconds - self._ahead)
        self._ahead = seconds

    def poll_for(self, seconds: float) -> None:
        """Poll every 15 s until the seconds have passed."""
        for _ in range(int(seconds // 15)):
            self.clock.advance(15)
            self.poll()

    def log_at(self, hour: int, minute: int, second: float = 0) -> None:
        """Advance to a time of the day, poll and let EvceLogsProcessor look."""
        at = self.clock.now().replace(hour=hour, minute=minute, second=0) + timedelta(seconds=second)
        self.clock.advance((at - self.clock.now()).total_seconds())
        self.poll()
        self.logs.cycle()

    def change(self, kind: str, number: int, **fields: Any) -> None:
        """Change a "station" or "connector" as the controller reports it from now on."""
        {"station": self.model.set_station, "connector": self.model.set_connector}[kind](number, **fields)

    def samples(self, item: str = "Zones/1", point: str = "ZoneActiveEnergy") -> list[Sample]:
        return self.history.page(f"{item}/OverallConsumptionLogs/{point}-Readings", None, None, 100_000)

    def times(self) -> list[str]:
        """Return the hours and minutes of the samples of a zone."""
        return [f"{sample.time:%H:%M}" for sample in self.samples()]

    def events(self, alarm: str) -> list[AlarmEvent]:
        return self.book.events(Selection(alarm=alarm), 0, self.book.last, 1000)

    def states(self, alarm: str) -> list[AlarmState]:
        return [event.state for event in self.events(alarm)]

    def make_available(self, station: int, connector: int, answer: str = "Accepted", *, available: bool) -> None:
        """Enter into the ledger that a client of ours set an availability."""
        item = f"Stations/{station}/Connectors/{connector}/ConnectorAvailability"
        at = utc_text(self.clock.now())
        line = Command(at, "ebo", "127.0.0.1", item, "", str(available), success=True, answer=answer)
        self.commands.complete((), [line])
