"""Starts where nothing can be written while a log with content was left: values, and all is written when it can be."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from evce_connector import config
from evce_connector.alarms.state_machine import ACTIVE, NORMAL
from evce_connector.cli import cli
from evce_connector.clock import ManualClock
from evce_connector.host.journal import logging_to
from evce_connector.persistence.database import DatabaseError
from evce_connector.processors.unreadable import GOOD
from evce_connector.site.values import State
from sqlalchemy import text

from tests.support.connector_process import configuration_file
from tests.support.disks import FOR_ROOT, as_nobody, give, read_only, small_disk
from tests.support.joined import JoinedSite, connect, settings

pytestmark = FOR_ROOT
Site = JoinedSite[ManualClock]
Hindered = Callable[[Path], AbstractContextManager[None]]
STATUS = "Stations/1/StationStatus"


@pytest.fixture
def folder() -> Iterator[Path]:
    """Make a small disk that other users reach."""
    folder = Path(tempfile.mkdtemp(prefix="evce-start-"))
    folder.chmod(0o755)
    with small_disk(folder):
        yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)  # noqa: S603, S607
    folder.rmdir()


@pytest.fixture
def site(folder: Path, empty_database: Path) -> Iterator[Site]:
    """Join a site whose connector was killed: what it did, and an alarm, stand in the log alone."""
    with JoinedSite(folder, ManualClock(), "guide", database=empty_database) as site:
        site.set_up()
        site.model.set_station(1, status="faulted")
        site.poll()
        left = folder / "left"
        left.mkdir()
        for file in folder.glob("connector.db*"):
            shutil.copy(file, left)
        site.service.stop()
        for file in left.iterdir():
            file.replace(folder / file.name)
        left.rmdir()
        assert (folder / "connector.db-wal").stat().st_size > 0
        yield site


@contextmanager
def root_owns(folder: Path, *names: str, mode: int = 0o644) -> Iterator[None]:
    give(folder)
    for name in names:
        os.chown(folder / name, 0, 0)
        (folder / name).chmod(mode)
    with as_nobody():
        yield
    give(folder)


def its_file_may_not(folder: Path) -> AbstractContextManager[None]:
    return root_owns(folder, "connector.db", "connector.db-wal", "connector.db-shm")


def its_log_may_not(folder: Path) -> AbstractContextManager[None]:
    return root_owns(folder, "connector.db-wal")


UNWRITTEN: dict[str, tuple[Hindered, str]] = {
    "a read-only disk": (read_only, "the disk of {folder} is read-only: let it be written, as by mounting it anew"),
    "a file of another user": (
        its_file_may_not,
        "the user nobody may not write {folder}/connector.db: give the file to that user",
    ),
    "a log of another user": (
        its_log_may_not,
        "the user nobody may not write {folder}/connector.db-wal: give the file to that user",
    ),
}


@pytest.mark.parametrize("where", UNWRITTEN)
def test_a_start_that_cannot_write_and_finds_a_log_serves_what_is_in_it_and_writes_again_within_a_poll(
    site: Site, folder: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    monkeypatch.setattr("evce_connector.processors.interface_alarm.LEAST_FREE", 0)  # a small disk is never wide
    hindered, words = UNWRITTEN[where]
    with hindered(folder):
        site.service = connect(site.document, site.clock)
        assert site.see(STATUS) == ("faulted", State.GOOD)
        assert site.service.stores.alarms.state("Stations/1/Alarm") is ACTIVE
        for _ in range(3):
            site.clock.advance(15)
            site.service.step()
            site.poll()
        engine = site.service.stores.engine
        with engine.connect() as one, engine.connect() as another:  # as two readers at once do
            assert one.scalar(text("SELECT 1")) == another.scalar(text("SELECT 1"))
        told = str(site.see("Interface/StorageState")[0])
        assert told.startswith(f"the database cannot be used: {words.format(folder=folder)} (")
    site.clock.advance(15)
    site.poll()
    site.service.step()
    assert site.see("Interface/StorageState") == (GOOD, State.GOOD)
    for _ in range(8):  # the alarm's clear time
        site.clock.advance(15)
        site.poll()
    assert site.service.stores.alarms.state("Interface/Alarm") is NORMAL
    site.restart()
    assert site.service.stores.alarms.state("Stations/1/Alarm") is ACTIVE
    assert site.service.stores.alarms.event("Interface/Alarm") is not None


@pytest.mark.parametrize("command", ["setup", "reload"])
def test_what_is_asked_for_by_a_command_while_the_disk_is_read_only_is_refused_in_a_sentence(
    site: Site, folder: Path, command: str
) -> None:
    path = configuration_file(site.document, folder)
    with read_only(folder):
        result = CliRunner().invoke(cli, [command, "--config", str(path)])
    assert isinstance(result.exception, DatabaseError)
    assert f"the disk of {folder} is read-only" in str(result.exception)
    assert "the running connector cannot be asked by it" in str(result.exception)


@pytest.mark.parametrize("beside", ["", "-wal", "-shm"])
@pytest.mark.parametrize(
    "command", [["verify"], ["backup", "--output", "copy.db"], ["ledger"], ["setup"]], ids=" ".join
)
def test_a_command_names_the_file_that_its_user_may_not_read(
    site: Site, folder: Path, monkeypatch: pytest.MonkeyPatch, command: list[str], beside: str
) -> None:
    path, unread = configuration_file(site.document, folder), folder / f"connector.db{beside}"
    monkeypatch.chdir(folder)
    name, *options = command
    with root_owns(folder, unread.name, mode=0o600):
        result = CliRunner().invoke(cli, [name, "--config", str(path), *options])
    assert result.exit_code == 1
    assert f"the user nobody may not read {unread}: give the file to that user" in f"{result.output}{result.exception}"
    assert "moves it aside" not in result.output


def test_a_log_file_that_a_read_only_disk_has_no_place_for_ends_no_start_and_gets_its_lines_later(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log, logger = folder / "connector.log", logging.getLogger("evce_connector")
    configuration = config.parse(settings(folder, logging={"file": str(log)}), {})
    with ExitStack() as ends:
        with read_only(folder):
            ends.enter_context(logging_to(configuration))
            logger.warning("one")
        said, line = capsys.readouterr().err.splitlines()
        assert said.startswith(f"The log {log} cannot be written (Read-only file system): its lines come here")
        assert line.endswith(" WARNING one")
        logger.warning("two")
    first, second = log.read_text(encoding="utf-8").splitlines()
    assert first.endswith("(Read-only file system): 1 line went to standard error instead.")
    assert second.endswith(" WARNING two")
