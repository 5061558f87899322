"""A database file that is deleted, moved, replaced or damaged: noticed within a poll, told, and gone on without."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from ebo_simulator import EboClient
from evce_connector.alarms.state_machine import ACTIVE, RESET
from evce_connector.clock import ManualClock
from evce_connector.host.service import ConnectorService
from evce_connector.persistence.alarm_table import Selection
from evce_connector.persistence.database import DatabaseError
from evce_connector.site.values import State

from tests.support.joined import EWS_PASSWORD, USER, JoinedSite, connect, settings
from tests.support.spoiling import spoilt

pytestmark = pytest.mark.once

Site = JoinedSite[ManualClock]
SERIES = "Zones/1/OverallConsumptionLogs/ZoneActiveEnergy-Readings"
REDUCTION = "Zones/2/ZoneReduction"


@pytest.fixture
def site(tmp_path: Path, empty_database: Path) -> Iterator[Site]:
    """Join a campus and its connector, with an alarm, a sample, a reduction, and the EWS server."""
    with JoinedSite(tmp_path, ManualClock(), "campus", database=empty_database) as joined:
        joined.set_up()
        joined.model.set_station(2, status="faulted")
        joined.poll()
        joined.service.log()
        joined.service.ews.start()
        yield joined


@pytest.fixture
def client(site: Site) -> Iterator[EboClient]:
    with EboClient(site.service.ews.address, USER, EWS_PASSWORD) as client:
        (result,) = client.set_values({REDUCTION: "30"})
        assert result.success
        yield client


@pytest.fixture
def file(site: Site, client: EboClient) -> Path:  # noqa: ARG001 - what it wrote is in the file
    """Name the file, with all that was written in it and nothing beside it."""
    file = Path(str(site.service.stores.engine.url.database))
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return file


def three(file: Path) -> list[Path]:
    return [file, *(file.with_name(f"{file.name}{beside}") for beside in ("-wal", "-shm"))]


def deleted(file: Path) -> None:
    for part in three(file):
        part.unlink()


def moved(file: Path) -> None:
    for part in three(file):
        part.rename(f"{part}.elsewhere")


def replaced(file: Path) -> None:
    """Put the copy of yesterday in the place of the file."""
    copy = file.with_name("copy.db")
    shutil.copyfile(file, copy)
    deleted(file)
    copy.rename(file)


AWAY: dict[str, Callable[[Path], None]] = {"deleted": deleted, "moved": moved, "replaced": replaced}


def told(site: Site) -> str:
    """Return the message of the interface's alarm."""
    event = site.service.stores.alarms.event("Interface/Alarm")
    return event.message if event else ""


@pytest.mark.parametrize("how", AWAY)
def test_a_file_that_is_away_is_noticed_by_the_next_poll_and_another_one_has_what_matters(
    site: Site, client: EboClient, file: Path, how: str
) -> None:
    subscribed = client.subscribe(["Stations/2/Alarm"], event_type=1)
    first = client.get_notification(subscribed.id)
    AWAY[how](file)
    site.clock.advance(15)
    site.poll()
    assert site.see("Interface/StorageState") == ("good", State.GOOD)
    assert f"the database file {file} was deleted, moved or replaced. " in told(site)
    site.restart()
    site.service.ews.start()
    assert site.see("Stations/2/StationStatus") == ("faulted", State.GOOD)
    assert site.service.stores.alarms.state("Stations/2/Alarm") is ACTIVE
    site.poll()
    assert site.see("Interface/Zones/2/RequestedReduction")[0] == 30.0
    site.model.set_station(2, status="available")
    for _ in range(3):
        site.clock.advance(15)
        site.poll()
    with EboClient(site.service.ews.address, USER, EWS_PASSWORD) as again:
        changes = again.get_notification(subscribed.id, first.notification_id)
    assert [(alarm.id, alarm.state) for alarm in changes.alarms] == [("Stations/2/Alarm", RESET)]


def test_a_file_that_is_put_in_its_place_is_gone_on_with_and_nothing_in_it_is_doubled(site: Site, file: Path) -> None:
    site.clock.advance(15)
    replaced(file)
    site.poll()
    site.clock.advance(900)
    site.poll()
    site.service.log()
    site.restart()
    assert [line.item for line in site.service.stores.commands.lines()] == [REDUCTION]
    assert [f"{sample.time:%H:%M}" for sample in site.service.stores.history.page(SERIES, None, None, 9)] == [
        "00:00",
        "00:15",
    ]
    found = [event.sequence for event in site.service.stores.alarms.events(Selection(), 0, 10**17, 99)]
    assert found == sorted(set(found))


def second(site: Site) -> ConnectorService:
    """Start another connector with the same storage.url, which no file tells that there is one."""
    site.clock.advance(1)
    return connect(settings(Path(site.document["storage"]["url"]).parent, storage=site.document["storage"]), site.clock)


def test_a_connector_whose_file_was_deleted_goes_on_and_one_that_began_in_its_place_ends_by_a_sentence(
    site: Site, client: EboClient, file: Path
) -> None:
    deleted(file)
    other = second(site)
    try:
        site.poll()
        site.clock.advance(6)
        site.service.step()
        other.step()
        assert site.service.ownership.lost is None
        assert site.see("Interface/StorageState") == ("good", State.GOOD)
        assert f"Another connector runs on the database sqlite:///{file}: process " in str(other.ownership.lost)
        (result,) = client.set_values({REDUCTION: "40"})
        assert result.success
    finally:
        other.stop()
    site.restart()
    assert site.service.stores.alarms.state("Stations/2/Alarm") is ACTIVE
    assert "40.0" in [line.new for line in site.service.stores.commands.lines()]


def test_a_connector_whose_file_was_replaced_by_one_that_another_runs_on_before_it_ends_and_writes_nothing_there(
    site: Site, file: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    with closing(sqlite3.connect(file)) as connection:
        (began,) = connection.execute("SELECT since FROM owner").fetchone()
    other = connect(settings(folder), ManualClock())
    try:
        theirs = folder / file.name
        with closing(sqlite3.connect(theirs)) as connection, connection:
            connection.execute("UPDATE owner SET since = ?", (began - 1,))
        deleted(file)
        file.symlink_to(theirs)
        site.poll()
        site.clock.advance(6)
        site.service.step()
        assert f"Another connector runs on the database sqlite:///{file}: process " in str(site.service.ownership.lost)
        assert caplog.text.count("This connector ends.") == 1
        with closing(sqlite3.connect(theirs)) as connection:
            assert connection.execute("SELECT count(*) FROM alarm_events WHERE alarm LIKE 'Stations/%'").fetchone() == (
                0,
            )
    finally:
        other.stop()


@pytest.mark.parametrize("how", AWAY)
def test_nothing_is_acknowledged_into_a_file_that_is_away(site: Site, client: EboClient, file: Path, how: str) -> None:
    sent = site.simulator.journal.count("PUT")
    AWAY[how](file)
    (result,) = client.set_values({REDUCTION: "40"})
    assert not result.success
    assert "nothing was sent, because the command ledger cannot be written: the database file" in result.message
    assert site.simulator.journal.count("PUT") == sent
    site.poll()
    (result,) = client.set_values({REDUCTION: "40"})
    assert (result.success, site.simulator.journal.count("PUT")) == (True, sent + 1)


def zeroed(file: Path) -> None:
    """Let every byte be 0."""
    with file.open("r+b") as content:
        content.write(bytes(file.stat().st_size))


def truncated(file: Path) -> None:
    with file.open("r+b") as content:
        content.truncate(0)


def no_database(file: Path) -> None:
    with file.open("r+b") as content:
        content.write(b"no database at all " * 100)


DAMAGED: dict[str, Callable[[Path], None]] = {"zeroed": zeroed, "no database": no_database, "spoilt": spoilt}


@pytest.mark.parametrize("how", [*DAMAGED, "truncated"])
def test_a_file_that_is_damaged_under_the_connector_is_moved_aside_and_another_one_gone_on_with(
    site: Site, client: EboClient, file: Path, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    (DAMAGED | {"truncated": truncated})[how](file)
    client.set_values({REDUCTION: "40"})
    site.clock.advance(15)
    site.poll()
    site.poll()
    aside = file.with_name(f"{file.name}.damaged-20260101T000015Z")
    assert site.see("Interface/StorageState") == ("good", State.GOOD)
    assert aside.is_file()
    assert f"the database file {file} is damaged: " in told(site)
    assert f"It was moved to {aside}; a new one goes on" in told(site)
    assert told(site).removeprefix("Interface: ") in caplog.text
    assert site.service.stores.alarms.state("Stations/2/Alarm") is ACTIVE
    site.restart()
    assert site.see("Stations/2/StationStatus") == ("faulted", State.GOOD)
    assert site.service.stores.alarms.state("Stations/2/Alarm") is ACTIVE
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.parametrize("how", DAMAGED)
def test_a_start_on_a_damaged_file_saves_what_can_be_read(
    site: Site, file: Path, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    site.service.stop()
    DAMAGED[how](file)
    site.service = connect(site.document, site.clock)
    aside = file.with_name(f"{file.name}.damaged-20260101T000000Z")
    assert aside.is_file()
    assert f"the database file {file} is damaged: " in caplog.text
    assert told(site).startswith(f"Interface: the database file {file} is damaged: ")
    if how == "spoilt":
        assert "0 of commands and no more (database disk image is malformed)" in told(site)
        assert [sample.time for sample in site.service.stores.history.page(SERIES, None, None, 9)] != []
        assert site.service.stores.alarms.state("Stations/2/Alarm") is ACTIVE
        assert site.see("Stations/2/StationStatus") == ("faulted", State.GOOD)
    site.set_up()
    site.poll()
    assert site.see("Interface/StorageState") == ("good", State.GOOD)


def test_a_copy_that_a_kill_left_while_another_file_was_opened_is_named_at_the_next_start(
    site: Site, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    site.service.stop()
    left = file.with_name(f"{file.name}.part")
    shutil.copyfile(file, left)
    site.service = connect(site.document, site.clock)
    assert f"Storage: {left} is what the database file held when a connector was killed" in caplog.text
    assert left.exists()


def test_a_file_that_is_somebody_elses_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "connector.db"
    file.write_text("minutes of the meeting " * 500, encoding="utf-8")
    with pytest.raises(DatabaseError, match=r"cannot be used: .*file is not a database.* Check storage\.url\."):
        connect(settings(tmp_path), ManualClock())
    assert [path.name for path in tmp_path.iterdir()] == ["connector.db"]
    assert file.read_text(encoding="utf-8").startswith("minutes of the meeting ")
