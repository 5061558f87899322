"""The alarms of the stations (O-11, O-12): moved after each good poll, by the rules.

Alarms keep their states in the alarm log. After a restart they go on from there: what was raised stays raised without
another event while its condition still holds, and clears after its clear time when it does not.
"""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError

from evce_connector.alarms.debounce import Debounce
from evce_connector.alarms.rules import Rules, station_claims, words_of, worst
from evce_connector.alarms.state_machine import NORMAL, Judgement, judge, raised_by
from evce_connector.clock import Clock
from evce_connector.persistence.alarm_log import AlarmLog
from evce_connector.persistence.commands import Command, CommandLedger
from evce_connector.points.index import SiteIndex, SiteNode
from evce_connector.points.site_items import SiteItems
from evce_connector.points.tree import AlarmItem
from evce_connector.site.catalogue import connector_id
from evce_connector.site.model import Connector, ConnectorKey, Site
from evce_connector.site.values import to_wire

Move = tuple[AlarmItem, Judgement]
AVAILABILITY = "ConnectorAvailability"


class StationAlarms:
    """Moves the alarm of each station of the tree after each good poll; a failed one moves none.

    A station that the controller no longer reports is not connected, and its message says so; its alarm is Normal when
    it leaves the tree. After an outage that was an alarm of the interface settle and clear times start again.
    """

    def __init__(self, items: SiteItems, book: AlarmLog, commands: CommandLedger, rules: Rules, clock: Clock) -> None:
        self._items, self._book, self._rules, self._clock = items, book, rules, clock
        self._outages = OurOutages(commands)
        self._settling: dict[int, Debounce] = {}
        self._index: SiteIndex | None = None
        self._all = True

    def restart(self) -> None:
        """Start settle and clear times again."""
        for settling in self._settling.values():
            settling.restart(self._clock.monotonic())

    def follow(self, site: Site) -> int:
        """Let alarms follow a poll that the items show already; returns how many moved, all in one transaction."""
        index = self._items.index
        if index is None:
            return 0
        if index is not self._index:
            self._enter(index)
        made, touched = self._outages.look(index)
        moves = [
            move
            for key, node in index.stations.items()
            if self._all or node.changed or key in self._settling or key in touched
            if (move := self._look(key, node, site, made)) is not None
        ]
        self._all = True  # until the book has kept what was found
        events = self._book.move(moves, self._clock.now())
        self._all = False
        return len(events)

    def _enter(self, index: SiteIndex) -> None:
        """Let go of stations that left the tree, and look at all that are there."""
        present = [alarm.key for folder in self._items.tree.root.walk() for alarm in folder.alarms]
        self._book.retain(present, self._clock.now())
        self._settling = {key: settling for key, settling in self._settling.items() if key in index.stations}
        self._index, self._all = index, True

    def _look(self, key: int, node: SiteNode, site: Site, made: set[ConnectorKey]) -> Move | None:
        """Say what a station's alarm should be; None where nothing is amiss and nothing was, as nearly everywhere."""
        alarm, station = node.folder.alarms[0], site.stations.get(key)
        before = self._book.event(alarm.key)
        connectors = [site.connectors[part.key] for part in node.parts if part.key in site.connectors]
        claims = [claim for claim in station_claims(station, connectors, made) if claim.condition in self._rules]
        if not claims and key not in self._settling and (before is None or before.state is NORMAL):
            return None
        now = self._clock.monotonic()
        settling = self._settling.get(key) or Debounce(self._rules, raised_by(before, self._rules), now)
        finding = worst(settling.look(claims, now), self._rules)
        if settling.idle:
            self._settling.pop(key, None)
        else:
            self._settling[key] = settling
        status = f"status {station.status}" if station else "gone"
        present = ", ".join([status, *map(words_of, connectors)])
        return alarm, judge(before, finding, f"Station {node.model.ocpp_identifier}", present)


class OurOutages:
    """Which connectors are unavailable because a client of ours made them so, by the command ledger.

    One that was seen available afterwards is ours no longer: when it fails later, that is an alarm. A change that the
    controller has scheduled for the end of a transaction is ours until it has come. What the ledger cannot tell now,
    it tells a later poll.
    """

    def __init__(self, commands: CommandLedger) -> None:
        self._ledger = commands
        self._added = -1
        self._last: dict[ConnectorKey, Command] = {}
        self._to_come: dict[ConnectorKey, bool] = {}

    def look(self, index: SiteIndex) -> tuple[set[ConnectorKey], set[int]]:
        """Return the connectors that we made unavailable, and the stations for which that has changed."""
        before = set(self._to_come)
        if self._added != (added := self._ledger.added):
            with suppress(SQLAlchemyError):
                self._read(index)
                self._added = added
        for key, to_come in list(self._to_come.items()):
            connector = _last_seen(index, key)
            if connector is not None and not connector.available:
                self._to_come[key] = False
            elif connector is not None and not to_come:
                del self._to_come[key]
        made = set(self._to_come)
        return made, {station for station, _ in before ^ made}

    def _read(self, index: SiteIndex) -> None:
        """Take commands that are new; of those before a restart, none is to come when its transaction is over."""
        last = self._ledger.last_of(AVAILABILITY)
        for key in index.connectors:
            command = last.get(connector_id(*key, AVAILABILITY))
            if command is None or command == self._last.get(key):
                continue
            self._last[key] = command
            self._to_come.pop(key, None)
            if command.new == to_wire(value=False):
                connector = _last_seen(index, key)
                runs = self._added >= 0 or (connector is not None and connector.transaction_id is not None)
                self._to_come[key] = command.answer == "Scheduled" and runs


def _last_seen(index: SiteIndex, key: ConnectorKey) -> Connector | None:
    """Return how a connector was last seen, by a poll or after a write."""
    node = index.connectors.get(key)
    return node.last.model if node and node.last and isinstance(node.last.model, Connector) else None
