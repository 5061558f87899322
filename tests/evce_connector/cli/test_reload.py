"""A running connector that reads its configuration again, as a process that a service manager started."""

from __future__ import annotations

import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from ebo_simulator import EboClient
from evce_connector.persistence.database import open_database
from evce_connector.persistence.settings import Settings

from features.driver.waiting import until
from load.processes import spawn
from tests.support.connector_process import configuration_file
from tests.support.joined import EWS_PASSWORD, USER, settings

pytestmark = pytest.mark.once

BEGINS = "EWS server at "


class Run:
    """A connector that runs, and its file; `ask` lets it read that again, as the test's parameter says."""

    def __init__(self, folder: Path) -> None:
        self.path, self.log = folder / "connector.toml", folder / "connector.log"
        self.document = settings(folder, logging={"file": str(self.log)})
        self.write()
        command = ("-m", "evce_connector", "run", "--config", str(self.path))
        self.process = spawn(*command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def write(self, **sections: dict[str, Any]) -> None:
        changed = {section: self.document.get(section, {}) | fields for section, fields in sections.items()}
        configuration_file(self.document | changed, self.path.parent)

    def address(self) -> str:
        """Wait until the connector says where it serves; it does so at each beginning."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith(BEGINS)
        return line.removeprefix(BEGINS).partition(",")[0]

    def logs(self, words: str) -> None:
        """Wait until the log says something."""
        until(lambda: self.log.exists() and words in self.log.read_text(encoding="utf-8"), words, 20)


def by_command(run: Run) -> None:
    done = spawn("-m", "evce_connector", "reload", "--config", str(run.path), stdout=subprocess.PIPE)
    out, _ = done.communicate(timeout=30)
    assert out.startswith("The configuration is right. A running connector starts anew with it within 2 s")


def by_hangup(run: Run) -> None:
    run.process.send_signal(signal.SIGHUP)


WAYS = [
    by_command,
    pytest.param(by_hangup, marks=pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGHUP.")),
]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """Run a connector; it is killed with the test if it still runs."""
    started = Run(tmp_path)
    yield started
    started.process.kill()
    started.process.communicate()


def served_name(address: str) -> str:
    """Ask an EWS server for its name."""
    with EboClient(address, USER, EWS_PASSWORD) as client:
        system = client.get_web_service_information().system
    assert system is not None
    return system.name


@pytest.mark.parametrize("ask", WAYS)
def test_a_changed_configuration_is_taken_without_a_restart(run: Run, ask: Callable[[Run], None]) -> None:
    assert served_name(run.address()) == "EVCE Ews Server"
    run.write(ews={"server_name": "Depot"})
    ask(run)
    assert served_name(run.address()) == "Depot"
    assert run.process.poll() is None


def take_away(run: Run) -> Path:
    """Move the connector's database elsewhere, and return where it was."""
    file = run.path.with_name("connector.db")
    for part in (file, file.with_name("connector.db-wal"), file.with_name("connector.db-shm")):
        part.rename(part.with_name(f"{part.name}.elsewhere"))
    return file


def save(run: Run, document: dict[str, Any]) -> None:
    """Save settings beside the connector, as its pages do within it."""
    engine = open_database(f"sqlite:///{run.path.with_name('connector.db').as_posix()}")
    Settings(engine).save(document, "admin", "changed", datetime.now(UTC))
    engine.dispose()


@pytest.mark.parametrize("ask", WAYS)
def test_settings_saved_in_the_database_are_taken_without_a_restart(run: Run, ask: Callable[[Run], None]) -> None:
    run.address()
    save(run, {"ews": {"server_name": "Saved"}})
    ask(run)
    assert served_name(run.address()) == "Saved"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGHUP, and lets nobody move an open file.")
def test_saved_settings_outlive_a_database_that_was_taken_away(run: Run) -> None:
    run.address()
    save(run, {"ews": {"server_name": "Saved"}})
    run.process.send_signal(signal.SIGHUP)
    run.address()
    take_away(run)
    run.process.send_signal(signal.SIGHUP)
    assert served_name(run.address()) == "Saved"


def test_a_configuration_that_is_wrong_changes_nothing_and_is_told(run: Run) -> None:
    address = run.address()
    run.write(status={"interval_seconds": 5})
    run.process.send_signal(signal.SIGHUP)
    run.logs("The configuration is not read again, and the one before goes on: status.interval_seconds")
    assert served_name(address) == "EVCE Ews Server"


def test_a_configuration_that_no_connector_starts_with_gives_way_to_the_one_before(run: Run) -> None:
    run.address()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        run.write(ews={"server_name": "Depot", "address": f"http://127.0.0.1:{taken.getsockname()[1]}/Ews"})
        run.process.send_signal(signal.SIGHUP)
        assert served_name(run.address()) == "EVCE Ews Server"
        run.logs("The new configuration cannot be used, and the one before goes on: ")


def test_a_command_refuses_a_configuration_that_is_wrong(run: Run) -> None:
    run.address()
    run.write(status={"interval_seconds": 5})
    done = spawn("-m", "evce_connector", "reload", "--config", str(run.path), stderr=subprocess.PIPE)
    _, said = done.communicate(timeout=30)
    assert done.returncode == 1
    assert "status.interval_seconds" in said


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGHUP, and lets nobody move an open file.")
def test_a_database_that_was_moved_away_just_before_is_told_and_its_alarms_go_on_in_a_new_one(run: Run) -> None:
    run.address()
    file = take_away(run)
    run.process.send_signal(signal.SIGHUP)
    run.address()
    run.logs(f"Storage: the database file {file} was deleted, moved or replaced. A new one was made; ")
    with closing(sqlite3.connect(file)) as connection:
        (told,) = connection.execute("SELECT message FROM alarm_events WHERE alarm = 'Interface/Alarm'").fetchone()
    assert "was deleted, moved or replaced" in told


def test_a_database_that_is_made_is_told_in_the_log(run: Run) -> None:
    run.address()
    run.logs(f"{run.path.with_name('connector.db')} was not there, and was made.")
