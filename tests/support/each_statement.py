"""Each statement that the connector sends its database fails in turn, in each way that databases fail.

First a site is run through all that is kept, and its statements are collected; then each of them fails, whoever sends
it, while the same goes on again. The driver's own errors are raised where it would raise them.
"""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from ebo_simulator import EboClient
from ebo_simulator.errors import EwsFault
from evce_connector.alarms.state_machine import AlarmState
from evce_connector.clock import ManualClock
from evce_connector.processors.unreadable import GOOD
from sqlalchemy import event

from tests.hostile.yardstick import Yardstick, yardstick
from tests.support.joined import EWS_PASSWORD, USER, JoinedSite

Site = JoinedSite[ManualClock]
REFUSED: dict[str, sqlite3.Error] = {
    "full": sqlite3.OperationalError("database or disk is full"),
    "locked": sqlite3.OperationalError("database is locked"),
}
BROKEN: dict[str, sqlite3.Error] = {
    "broken": sqlite3.OperationalError("disk I/O error"),
    "malformed": sqlite3.DatabaseError("database disk image is malformed"),
}
SOON = 0.25
"""Seconds within which EWS answers, whatever the database does."""
REDUCTION = "Zones/2/ZoneReduction"
SERIES = "Zones/1/OverallConsumptionLogs/ZoneActiveEnergy-Readings"
_TABLE = re.compile(
    r"^\s*(INSERT|UPDATE|DELETE|SELECT|PRAGMA)\b.*?(?:\b(?:INTO|UPDATE|FROM)\s+|PRAGMA\s+)(\w+)", re.DOTALL
)
_UPDATE = re.compile(r"^\s*(UPDATE)\s+(\w+)")


def kind_of(statement: str) -> str:
    """Name a statement: what it does to which table.

    >>> kind_of("INSERT INTO facts (name, value) VALUES (?, ?)"), kind_of("UPDATE commands SET stage=?")
    ('INSERT facts', 'UPDATE commands')
    """
    found = _UPDATE.match(statement) or _TABLE.match(statement)
    return " ".join(found.groups()) if found else statement.split(maxsplit=1)[0]


class Driver:
    """Stands in front of the database's driver: it notes what is sent, and fails what it is told to."""

    def __init__(self, site: Site) -> None:
        self.seen: dict[str, int] = {}
        self._failing: tuple[str, sqlite3.Error] | None = None
        engine = site.service.stores.engine
        for name in ("do_execute", "do_executemany", "do_execute_no_params"):
            event.listen(engine, name, self._look)

    def _look(self, _cursor: object, statement: str, *_: object) -> None:
        kind = kind_of(statement)
        self.seen[kind] = self.seen.get(kind, 0) + 1
        if self._failing and self._failing[0] == kind:
            raise self._failing[1]

    @contextmanager
    def failing(self, kind: str, error: sqlite3.Error) -> Iterator[None]:
        """Let every statement of a kind fail."""
        self._failing = kind, error
        self.seen = {}
        try:
            yield
        finally:
            self._failing = None


class Round:
    """All that a site asks of its database, again and again: polls, alarms, logs, writes, subscriptions, set-up."""

    def __init__(self, site: Site, client: EboClient, beside: Yardstick) -> None:
        self.site, self._client, self.beside = site, client, beside
        self._number = 0
        self.slowest = 0.0

    def run(self) -> None:
        """Go through everything once; what a client asks may be refused by a fault, and takes no longer for that."""
        site, client = self.site, self._client
        self._number += 1
        faulted = self._number % 2
        site.model.set_station(1, status="faulted" if faulted else "available")
        site.service.processors.run("EVCE Setup Processor")
        self._poll(60)
        self._poll(900 - 75)
        self._ask(lambda: client.set_values({REDUCTION: str(10 + self._number % 80)}))
        self._ask(lambda: client.acknowledge_alarm_events(["Stations/1/Alarm"]))
        self._ask(lambda: client.get_history(SERIES))
        self._ask(client.get_alarm_history)
        self._ask(client.get_alarm_events)
        self._ask(lambda: client.get_values([REDUCTION]))
        self._ask(self._subscribe)
        site.service.retention._due = 0.0  # as if six hours were over
        site.service.step()
        site.service.processors.turn()
        self._poll(15)

    def _subscribe(self) -> None:
        for kind in (0, 1):
            subscription = self._client.subscribe(["Stations/1/Alarm" if kind else REDUCTION], event_type=kind)
            self._client.get_notification(subscription.id)
            self._client.renew(subscription.id)
            self._client.unsubscribe(subscription.id)

    def _poll(self, seconds: float) -> None:
        self.site.clock.advance(seconds)
        self.site.poll()
        self.site.service.log()

    def _ask(self, call: Callable[[], Any]) -> None:
        """Ask as a client; of three tries the quickest counts, for the machine may do other things."""
        quickest = float("inf")
        for _ in range(3):
            began = time.monotonic()
            with suppress(EwsFault):
                call()
            quickest = min(quickest, time.monotonic() - began)
            if quickest < SOON:
                break
            self.beside.ask()
        self.slowest = max(self.slowest, quickest)


Begin = Callable[[], AbstractContextManager[tuple[Driver, Round]]]


@pytest.fixture
def begin(tmp_path: Path, empty_database: Path) -> Iterator[Begin]:
    """Join sites and their connectors anew, each with its EWS server, before any set-up."""
    numbers = count()

    @contextmanager
    def start() -> Iterator[tuple[Driver, Round]]:
        folder = tmp_path / str(next(numbers))
        folder.mkdir()
        with JoinedSite(folder, ManualClock(), "guide", database=empty_database) as site:
            site.service.ews.start()
            with EboClient(site.service.ews.address, USER, EWS_PASSWORD) as client:
                yield Driver(site), Round(site, client, beside)

    with yardstick() as beside:
        yield start


def state(site: Site) -> str:
    """Return what the connector says of its storage."""
    return str(site.service.items.interface.get("StorageState"))


def is_told(site: Site) -> bool:
    """Whether the interface's alarm says that the database fails."""
    found = [alarm for alarm in site.service.stores.alarms.present() if alarm.alarm == "Interface/Alarm"]
    return any("the database cannot be" in alarm.message and alarm.state is AlarmState.ACTIVE for alarm in found)


def failed(driver: Driver, round_: Round, kind: str, error: sqlite3.Error) -> Iterator[str]:
    """Let a kind of statement fail for a round, and then no more; yields what is not as it should be."""
    round_.slowest = round_.beside.slowest = 0.0
    with driver.failing(kind, error):
        try:
            round_.run()
        except Exception as raised:  # noqa: BLE001 - whatever it is, it is told with the statement
            yield f"{kind}: {type(raised).__name__}: {str(raised)[:100]}"
        told = state(round_.site)
        if not driver.seen.get(kind):
            yield f"{kind}: was not sent"
        elif not (told.startswith("the database cannot be ") and told.endswith(f": {error}") and is_told(round_.site)):
            yield f"{kind}: {told}, {is_told(round_.site)}"
    if round_.slowest >= round_.beside.allowed(SOON):
        yield f"{kind}: a client was answered after {round_.slowest:.2f} s"
    for _ in range(2):
        round_.run()
    if (after := (state(round_.site), is_told(round_.site))) != (GOOD, False):
        yield f"{kind}: {after} when it fails no more"


def tracebacks(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return the lines of the log that carry one."""
    return [record.getMessage() for record in caplog.records if record.exc_info or record.exc_text]


def kinds(begin: Begin) -> tuple[list[str], list[str]]:
    """Return what is sent in the first rounds of a connector alone, and what is sent again and again."""
    with begin() as (driver, round_):
        round_.run()
        first = set(driver.seen)
        driver.seen = {}
        for _ in range(2):
            round_.run()
        return sorted(first - set(driver.seen)), sorted(driver.seen)


def troubles_of(begin: Begin, error: sqlite3.Error) -> list[str]:
    """Let each statement fail by an error, in turn; returns what was not as it should be."""
    once, always = kinds(begin)
    assert len(always) >= 20
    with begin() as (driver, round_):
        for _ in range(2):
            round_.run()
        troubles = [trouble for kind in always for trouble in failed(driver, round_, kind, error)]
    for kind in once:
        with begin() as (driver, round_):
            troubles += failed(driver, round_, kind, error)
    return troubles
