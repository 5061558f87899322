"""The log beside a database file, deleted under the connector, and a file that is overwritten: told, nothing unsaid."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from ebo_simulator import EboClient
from evce_connector.clock import ManualClock
from evce_connector.persistence import log_beside
from evce_connector.site.values import State

from tests.support.joined import EWS_PASSWORD, USER, JoinedSite

pytestmark = pytest.mark.once

Site = JoinedSite[ManualClock]
REDUCTION = "Zones/2/ZoneReduction"


@pytest.fixture
def site(tmp_path: Path, empty_database: Path) -> Iterator[Site]:
    """Join a campus and its connector, whose storage was looked at, and the EWS server."""
    with JoinedSite(tmp_path, ManualClock(), "campus", database=empty_database) as joined:
        joined.set_up()
        joined.poll()
        joined.service.step()
        joined.service.ews.start()
        yield joined


@pytest.fixture
def client(site: Site) -> Iterator[EboClient]:
    with EboClient(site.service.ews.address, USER, EWS_PASSWORD) as client:
        yield client


@pytest.fixture
def file(site: Site) -> Path:
    return Path(str(site.service.stores.engine.url.database))


def log_of(file: Path) -> Path:
    return file.with_name(f"{file.name}-wal")


def reduce(client: EboClient, percent: int) -> bool:
    (result,) = client.set_values({REDUCTION: str(percent)})
    return result.success


def poll(site: Site) -> None:
    site.clock.advance(15)
    site.poll()


def told(site: Site) -> str:
    """Return the message of the interface's alarm."""
    event = site.service.stores.alarms.event("Interface/Alarm")
    return event.message if event else ""


def kept(site: Site) -> list[str]:
    """Return which reductions the ledger holds after a start."""
    site.restart()
    return percents(site)


def percents(site: Site) -> list[str]:
    return [line.new.removesuffix(".0") for line in site.service.stores.commands.lines()]


def moved(log: Path) -> None:
    log.rename(log.with_name("elsewhere"))


def another(log: Path) -> None:
    """Put another log in its place."""
    shutil.copyfile(log, f"{log}.new")
    log.with_name(f"{log.name}.new").rename(log)


@pytest.mark.parametrize("how", [Path.unlink, moved, another], ids=["deleted", "moved", "replaced"])
def test_a_log_that_is_away_is_told_and_what_stood_in_it_alone_is_in_the_database_at_the_next_start(
    site: Site, client: EboClient, file: Path, caplog: pytest.LogCaptureFixture, how: Callable[[Path], None]
) -> None:
    assert reduce(client, 30)
    how(log_of(file))
    assert not reduce(client, 40)
    poll(site)
    assert f"the log of the database, {log_of(file)}, was deleted, moved or replaced. What only stood there" in told(
        site
    )
    assert "Storage: the log of the database" in caplog.text
    assert site.see("Interface/StorageState") == ("good", State.GOOD)
    assert reduce(client, 50)
    assert kept(site) == ["30", "40", "50"]  # the one that was not sent came into the ledger later


def test_what_stood_in_a_deleted_log_alone_is_kept_while_another_program_reads(
    site: Site, client: EboClient, file: Path
) -> None:
    assert reduce(client, 30)
    with closing(sqlite3.connect(file)) as another_program:
        another_program.execute("SELECT count(*) FROM commands").fetchall()
        log_of(file).unlink()
        poll(site)
        assert kept(site) == ["30"]


def test_a_log_is_not_missed_when_nobody_has_it_open(site: Site, client: EboClient, file: Path) -> None:
    assert reduce(client, 30)
    site.service.stores.engine.dispose()
    assert not log_of(file).exists()
    poll(site)
    assert "the log" not in told(site)
    assert reduce(client, 40)


def test_a_database_is_not_opened_anew_while_somebody_still_uses_it(
    site: Site, client: EboClient, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_beside, "_PATIENCE", 0.1)
    with site.service.stores.engine.connect():
        log_of(file).unlink()
        poll(site)
        assert "What only stood there" not in told(site)
        assert f"the log of the database, {log_of(file)}, was deleted" in str(site.see("Interface/StorageState")[0])
    poll(site)
    assert site.see("Interface/StorageState") == ("good", State.GOOD)
    assert reduce(client, 50)
    assert kept(site) == ["50"]


def brought_home(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def overwritten(file: Path, copy: Path) -> None:
    with file.open("r+b") as content:
        content.truncate(0)
        content.write(copy.read_bytes())


@pytest.mark.parametrize("log_too", [False, True], ids=["alone", "and its log deleted"])
def test_an_older_copy_over_the_file_is_gone_on_with_and_what_came_since_is_put_aside(
    site: Site, client: EboClient, file: Path, *, log_too: bool
) -> None:
    assert reduce(client, 30)
    brought_home(file)
    copy = file.with_name("copy.db")
    shutil.copyfile(file, copy)
    site.clock.advance(6)
    site.service.step()
    assert reduce(client, 40)
    brought_home(file)
    assert site.see("Interface/StorageState") == ("good", State.GOOD)
    overwritten(file, copy)
    if log_too:
        log_of(file).unlink()
    assert not reduce(client, 50)
    poll(site)
    aside = file.with_name(f"{file.name}.damaged-20260101T000021Z")
    assert f"the database file {file}, or its log {log_of(file)}, was overwritten with something older. " in told(site)
    assert told(site).endswith(f"What had come since may be in {aside}.")
    assert aside.is_file()
    assert site.see("Interface/StorageState") == ("good", State.GOOD)
    assert reduce(client, 60)
    assert kept(site)[-1] == "60"
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.parametrize("head_too", [False, True], ids=["of some rows", "of the head too"])
def test_a_log_that_was_emptied_is_told_and_the_database_stays_sound(
    site: Site, client: EboClient, file: Path, *, head_too: bool
) -> None:
    assert reduce(client, 30)
    if head_too:
        with closing(sqlite3.connect(file)) as another_program:
            another_program.execute("PRAGMA user_version = 7")
    with log_of(file).open("r+b") as log:
        log.truncate(0)
    poll(site)
    poll(site)
    assert f"or its log {log_of(file)}, was overwritten" in told(site)
    assert site.see("Interface/StorageState") == ("good", State.GOOD)
    assert reduce(client, 50)
    assert kept(site)[-1] == "50"
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_a_file_that_is_written_by_its_own_checkpoints_is_not_taken_for_another(
    site: Site, client: EboClient, file: Path
) -> None:
    for percent in (10, 20, 30):
        site.clock.advance(6)
        site.service.step()
        assert reduce(client, percent)
        brought_home(file)
        assert site.see("Interface/StorageState") == ("good", State.GOOD)
    site.restart()
    site.service.step()
    site.poll()
    assert "overwritten" not in told(site)
    assert percents(site) == ["10", "20", "30"]
