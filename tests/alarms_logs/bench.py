"""A connector without controller and threads: what a poll would show is put there by hand, on a clock that is moved."""

# ruff: noqa: ANN401 - JSON and configurations have no one type

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from evce_connector import config
from evce_connector.alarms.rules import check
from evce_connector.alarms.state_machine import AlarmEvent, AlarmState
from evce_connector.clock import ManualClock
from evce_connector.evce import profile as profiles
from evce_connector.evce.client import EvceClient
from evce_connector.evce.reader import SiteReader
from evce_connector.persistence.alarm_log import AlarmLog, Selection
from evce_connector.persistence.commands import Command, CommandLedger
from evce_connector.persistence.database import open_database
from evce_connector.persistence.history import HistoryStore, Sample
from evce_connector.persistence.ledger import SiteLedger
from evce_connector.persistence.snapshots import Snapshots
from evce_connector.points.site_items import SiteItems
from evce_connector.points.staleness import Ages
from evce_connector.points.tree import Tree
from evce_connector.processors.base import Context
from evce_connector.processors.interface_alarm import InterfaceAlarm
from evce_connector.processors.logs import EvceLogsProcessor
from evce_connector.processors.station_alarms import StationAlarms
from evce_connector.site.model import RawList, RawSite, Site
from evce_connector.site.values import utc_text
from evce_simulator import EvceSimulator

MORNING = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
SECTIONS = {
    "evce": {"base_url": "http://127.0.0.1:9/api/v2", "login": "bms", "password": "Wall-box 4711"},
    "ews": {"username": "ebo", "password": "Building-7"},
}


def never() -> EvceClient:
    """Stand in for the controller where nobody may ask it."""
    raise AssertionError("logs and alarms never ask the controller")


class Connector:
    """The parts of the connector that log and raise alarms, on one database; `restart` makes them anew."""

    def __init__(self, folder: Path, **sections: Any) -> None:
        self.url = f"sqlite:///{(folder / 'connector.db').as_posix()}"
        self.clock = ManualClock(MORNING)
        self.sections = SECTIONS | sections
        self.profile = profiles.load()
        dump = EvceSimulator("guide").model.dump()
        self.system: dict[str, Any] = dump["system"]
        self.lists: dict[str, list[Any]] = {name: dump[name] for name in ("zones", "stations", "connectors")}
        self._grow()
        self._start()

    def _grow(self) -> None:
        """Give the guide's station a second connector, and its zone a second station, EVSimu2, with one."""
        station, connector = self.lists["stations"][0], self.lists["connectors"][0]
        self.lists["stations"].append(station | {"id": 2, "ocppIdentifier": "EVSimu2", "serialNumber": "2"})
        self.lists["connectors"].append(connector | {"id": 2, "logicalConnector": 2})
        self.lists["connectors"].append(connector | {"id": 3, "stationId": 2})

    def _start(self) -> None:
        configuration = config.parse(self.sections, {})
        self.engine = open_database(self.url)
        self.items = SiteItems(Tree("EVCE Ews Server"), self.clock, Ages.of(15, 15))
        self.history, self.book, self.commands = (
            HistoryStore(self.engine),
            AlarmLog(self.engine),
            CommandLedger(self.engine),
        )
        log = logging.getLogger("evce_connector")
        rules = check(configuration.alarms.table())
        self.stations = StationAlarms(self.items, self.book, self.commands, rules, self.clock)
        self.room: int | None = None
        self.interface = InterfaceAlarm(
            self.items.interface.alarm, self.book, rules, self.clock, log, lambda: self.room
        )
        self.context = Context(
            configuration,
            self.profile,
            never,
            self.items,
            Snapshots(self.engine),
            SiteLedger(self.engine),
            self.clock,
            log,
            self.history,
            self.book,
            self.stations,
            self.interface,
        )
        self.logs = EvceLogsProcessor(self.context)
        self._reader = SiteReader(self.profile)

    def restart(self, *, seconds: float = 0.0, **sections: Any) -> None:
        """Stop, let time pass, start with the same database, set up and poll."""
        self.engine.dispose()
        self.clock.advance(seconds)
        self.sections |= sections
        self._start()
        self.set_up()
        self.poll()

    def close(self) -> None:
        self.engine.dispose()

    def site(self) -> Site:
        lists = (RawList([], list(self.lists[name])) for name in ("zones", "stations", "connectors"))
        return self._reader.read(RawSite(self.system, *lists))

    def set_up(self) -> None:
        self.items.set_up(self.site())

    def poll(self, *, controller_ahead: float = 0.0) -> None:
        """Show the site as a good poll does, and move the alarms."""
        site = self.site()
        self.items.poll(site)
        self.items.interface.set(ClockSkew=controller_ahead)
        self.items.interface.set(LastGoodPoll=self.clock.now())
        self.stations.follow(site)
        self.interface.look()

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
        """Change an object as the controller would report it from now on."""
        objects = self.lists[kind]
        index = next(index for index, item in enumerate(objects) if item["id"] == number)
        objects[index] = objects[index] | fields

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
        self.commands.add([Command(at, "ebo", "127.0.0.1", item, "", str(available), success=True, answer=answer)])
