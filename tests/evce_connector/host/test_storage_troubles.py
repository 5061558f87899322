"""What clients see of a connector whose database takes nothing: values, alarms and logs as ever, and that it is told.

The faults are SQLite's own, made for real; clients speak HTTP.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path

import pytest
import requests
from ebo_simulator import EboClient
from ebo_simulator.errors import EwsFault
from ebo_simulator.events import SystemEvent
from evce_connector.clock import ManualClock
from evce_connector.host.service import ConnectorService
from evce_connector.persistence.alarm_table import Selection
from evce_connector.persistence.waiting_samples import WaitingSamples
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from features.driver.waiting import until
from tests.support.at_length import shortened
from tests.support.joined import EWS_PASSWORD, USER, JoinedSite, failing_disk

pytestmark = pytest.mark.once

INTERFACE = "Interface/Alarm"
SOON = 0.25
"""Seconds within which a client is answered, whatever the database does."""
SERIES = "Zones/1/OverallConsumptionLogs/ZoneActiveEnergy-Readings"
Site = JoinedSite[ManualClock]
Fault = Callable[[ConnectorService], AbstractContextManager[None]]


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait long for a lock, so that an hour of it is a short test."""
    monkeypatch.setattr("evce_connector.persistence.attempts.PATIENCE", 0.01)


@pytest.fixture
def site(tmp_path: Path, empty_database: Path) -> Iterator[Site]:
    """Join a campus and its connector, set up and polled, with the EWS server and the pages of health."""
    portal = {"enabled": True, "address": "http://127.0.0.1:0"}
    with JoinedSite(tmp_path, ManualClock(), "campus", database=empty_database, portal=portal) as joined:
        joined.set_up()
        joined.poll()
        assert joined.service.portal
        joined.service.ews.start()
        joined.service.portal.start()
        yield joined


@pytest.fixture
def client(site: Site) -> Iterator[EboClient]:
    with EboClient(site.service.ews.address, USER, EWS_PASSWORD) as client:
        yield client


def each_connection(service: ConnectorService, pragma: str) -> None:
    """Let a pragma hold for every statement from now on."""
    event.listen(service.stores.engine, "checkout", lambda connection, *_: connection.execute(f"PRAGMA {pragma}"))


def fill(service: ConnectorService) -> None:
    """Use a page that is left; OperationalError when there is none."""
    with service.stores.engine.begin() as connection:
        connection.execute(text("INSERT INTO filler VALUES (zeroblob(3000))"))


@contextmanager
def full(service: ConnectorService) -> Iterator[None]:
    """Let the file be as long as it may become, every page of it used."""
    with service.stores.engine.begin() as connection:
        connection.execute(text("CREATE TABLE filler (content)"))
    each_connection(service, "max_page_count=1")
    with suppress(OperationalError):
        while True:
            fill(service)
    yield
    each_connection(service, "max_page_count=100000")


@contextmanager
def locked(service: ConnectorService) -> Iterator[None]:
    """Let another program keep a transaction open."""
    with closing(sqlite3.connect(str(service.stores.engine.url.database), isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def read_only(service: ConnectorService) -> Iterator[None]:
    """Let the database refuse to be written."""
    each_connection(service, "query_only=ON")
    yield
    each_connection(service, "query_only=OFF")


@contextmanager
def broken(service: ConnectorService) -> Iterator[None]:
    """Let the disk fail under each statement."""
    with failing_disk(service):
        yield


FAULTS = {"full": full, "locked": locked, "read-only": read_only, "broken": broken}
WORDS = {
    "full": "database or disk is full",
    "locked": "database is locked",
    "read-only": "attempt to write a readonly database",
    "broken": "disk I/O error",
}


def ready(site: Site) -> tuple[int, list[str]]:
    """Return the status of /health/ready, and its reasons."""
    assert site.service.portal
    answer = requests.get(f"{site.service.portal.address}/health/ready", timeout=20)
    return answer.status_code, answer.json()["reasons"]


def shown(client: EboClient, item: str) -> str | None:
    (value,) = client.get_values([item]).values
    return value.value


def live_for(site: Site, seconds: int, poll_each: int = 15) -> None:
    """Let time pass: a poll and a look of the logs each so many seconds."""
    for _ in range(0, seconds, poll_each):
        site.clock.advance(poll_each)
        site.poll()
        site.service.log()


def fail_all_stations(site: Site) -> None:
    for number in range(1, 41):
        site.model.set_station(number, status="faulted")


@pytest.mark.parametrize("fault", shortened(FAULTS))
def test_whatever_the_database_does_values_and_alarms_are_served_and_acknowledged(
    site: Site, client: EboClient, fault: str
) -> None:
    subscribed = client.subscribe(["Stations/1/Alarm"], event_type=1)
    first = client.get_notification(subscribed.id)
    with FAULTS[fault](site.service):
        fail_all_stations(site)
        site.clock.advance(15)
        site.poll()
        trouble = f"the database cannot be written: {WORDS[fault]}"
        assert shown(client, "Stations/2/StationStatus") == "faulted"
        assert (shown(client, "Interface/EvceState"), shown(client, "Interface/StorageState")) == ("good", trouble)
        assert ready(site) == (503, [trouble])
        alarms = {alarm.id: alarm for alarm in client.get_alarm_events().events}
        assert alarms[INTERFACE].message == f"Interface: {trouble}"
        assert len(alarms) == 40  # of the forty stations one is lost, and its alarm settles
        (result,) = client.acknowledge_alarm_events(["Stations/1/Alarm"])
        assert result.success
        told = client.get_notification(subscribed.id, first.notification_id)
        assert [(alarm.id, alarm.state) for alarm in told.alarms] == [("Stations/1/Alarm", 1), ("Stations/1/Alarm", 2)]
    site.clock.advance(15)
    site.poll()
    assert (ready(site), shown(client, "Interface/StorageState")) == ((200, []), "good")
    kept = site.service.stores.alarms.events(Selection(), 0, 10**17, 1000)
    site.restart()
    again = site.service.stores.alarms
    assert again.events(Selection(), 0, 10**17, 1000) == kept
    assert [one.alarm for one in kept].count("Stations/1/Alarm") == 2
    assert len({one.sequence for one in kept}) == len(kept)


@pytest.mark.parametrize("fault", shortened(FAULTS))
def test_a_minute_without_database_is_one_line_of_the_log_and_one_when_it_is_over(
    site: Site, client: EboClient, caplog: pytest.LogCaptureFixture, fault: str
) -> None:
    with FAULTS[fault](site.service):
        caplog.set_level(logging.INFO)
        client.subscribe(["Stations/1/Alarm"], event_type=1)
        site.service.ews._slowed("ebo", "10.0.0.7")
        fail_all_stations(site)
        live_for(site, 60)
        site.service.set_up()
        site.service.step()
        site.service.ownership.renew()
        lines = [record.getMessage() for record in caplog.records if "database" in record.getMessage()]
        (line,) = lines
        trouble = f"Storage: the database cannot be written: {WORDS[fault]}; values are served, and what is new waits"
        assert line.startswith(trouble)
    live_for(site, 60)
    site.service.step()
    assert [record.getMessage() for record in caplog.records].count("Storage: good again") == 1


@pytest.mark.parametrize("fault", shortened(FAULTS))
def test_what_a_client_was_answered_and_only_memory_holds_is_named_in_the_log_at_once(
    site: Site, client: EboClient, caplog: pytest.LogCaptureFixture, fault: str
) -> None:
    caplog.set_level(logging.INFO)
    points = ("StationStatus", "StationModel", "StationVersion", "StationIsConnected", "StationIPAddress")
    much = [
        f"Stations/{number}/{point}" for number in range(1, 41) for point in points
    ]  # more than a page has room for
    client.subscribe(much)
    with FAULTS[fault](site.service):
        fail_all_stations(site)
        site.poll()
        for _ in range(2):  # a second acknowledge changes nothing
            (result,) = client.acknowledge_alarm_events(["Stations/1/Alarm"])
            assert result.success
        made = client.subscribe(much)
        client.renew(made.id)
        held = [record.getMessage() for record in caplog.records if record.getMessage().startswith("Only memory holds")]
    assert [line.partition("Only memory holds this ")[2] for line in held] == [
        "acknowledgement until the storage takes it: of Stations/1/Alarm by the user 'ebo' at 2026-01-01T00:00:00Z",
        "subscription until the storage takes it: to values of the user 'ebo' until 2026-01-01T00:30:00Z",
    ]


def last_event(client: EboClient) -> SystemEvent:
    return client.get_system_events().events[-1]


@pytest.mark.parametrize("fault", shortened(FAULTS))
def test_subscriptions_and_system_events_hold_at_once_and_are_written_when_there_is_a_database(
    site: Site, client: EboClient, fault: str
) -> None:
    before = client.subscribe(["Stations/1/Alarm"], event_type=1)
    ended = client.subscribe(["Stations/1/Alarm"], event_type=1)
    with FAULTS[fault](site.service):
        began = time.monotonic()
        made = client.subscribe(["Stations/2/Alarm"], event_type=1)
        client.renew(before.id)
        client.unsubscribe(ended.id)
        first = client.get_notification(made.id)
        assert time.monotonic() - began < 4 * SOON
        site.service.ews._slowed("ebo", "10.0.0.7")
        until(lambda: "Wrong logins of user 'ebo'" in last_event(client).message, "a thread of the pool has entered it")
        began = time.monotonic()
        last = last_event(client)
        assert time.monotonic() - began < SOON
        live_for(site, 15)
        assert WORDS[fault] in str(shown(client, "Interface/StorageState"))
    live_for(site, 15)
    site.model.set_station(2, status="faulted")
    site.restart()
    site.service.ews.start()
    live_for(site, 15)
    with EboClient(site.service.ews.address, USER, EWS_PASSWORD) as again:
        told = again.get_notification(made.id, first.notification_id)
        assert [alarm.id for alarm in told.alarms] == ["Stations/2/Alarm"]
        assert again.renew(before.id).id == before.id
        with pytest.raises(EwsFault, match="it ran out, ended or never was"):
            again.get_notification(ended.id)
        messages = [event.message for event in again.get_system_events().events]
    assert messages.count(last.message) == 1


@pytest.mark.parametrize("fault", shortened(FAULTS))
def test_samples_wait_with_their_times_and_are_read_meanwhile(site: Site, client: EboClient, fault: str) -> None:
    live_for(site, 900)
    with FAULTS[fault](site.service):
        fail_all_stations(site)
        live_for(site, 1800)
        assert WORDS[fault] in str(shown(client, "Interface/LogsState"))
        if fault != "broken":  # nothing of the disk can be read then
            read = [record.timestamp for record in client.get_history(SERIES).records]
            assert [f"{time:%H:%M}" for time in read if time] == ["00:00", "00:15", "00:30", "00:45"]
    live_for(site, 15)
    assert (shown(client, "Interface/LogsState"), shown(client, "Interface/LogsMissed")) == ("good", "0")
    assert len(site.service.stores.history.waiting) == 0
    site.restart()
    kept = site.service.stores.history.page(SERIES, None, None, 10)
    assert [f"{sample.time:%H:%M}" for sample in kept] == ["00:00", "00:15", "00:30", "00:45"]


def test_when_too_much_waits_the_oldest_samples_go_and_the_gap_is_told(
    site: Site, client: EboClient, caplog: pytest.LogCaptureFixture
) -> None:
    live_for(site, 900)
    each = len(site.service.logs_processor._histories(site.service.items.tree))
    site.service.stores.history.waiting = WaitingSamples(most=2 * each)
    gap = "samples are missed from 2026-01-01T00:30:00Z on: the database took nothing for too long"
    with broken(site.service):
        live_for(site, 4 * 900)
        assert shown(client, "Interface/LogsMissed") == "2"
        assert gap in caplog.text
    live_for(site, 15)
    over = "samples were missed 2 times, first at 2026-01-01T00:30:00Z: the database took nothing for too long"
    assert shown(client, "Interface/LogsState") == over
    assert (caplog.text.count(gap), caplog.text.count(over)) == (1, 1)
    kept = site.service.stores.history.page(SERIES, None, None, 10)
    assert [f"{sample.time:%H:%M}" for sample in kept] == ["00:00", "00:15", "01:00", "01:15"]
