"""The command `setup`: it waits for the running connector, and says what came of it."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from evce_connector import cli
from evce_connector.cli import service as commands
from evce_connector.clock import ManualClock
from evce_connector.host.set_up_asked import LONGEST

from tests.support.connector_process import configuration_file
from tests.support.joined import JoinedSite

NAME = "EVCE Setup Processor"


class WorkingClock:
    """The clock of who waits: each wait lets the running connector do what is asked of it, or time pass alone."""

    def __init__(self, site: JoinedSite[ManualClock]) -> None:
        self._site, self.works, self.waited = site, True, 0.0

    def now(self) -> datetime:
        return self._site.clock.now()

    def monotonic(self) -> float:
        return self.waited

    def wait(self, _: threading.Event, seconds: float) -> bool:
        self.waited += seconds
        processors = self._site.service.processors
        if self.works and processors.requests.take() is not None:
            processors.run(NAME)
        return False


@pytest.fixture
def site(tmp_path: Path, empty_database: Path) -> Iterator[JoinedSite[ManualClock]]:
    shutil.copyfile(empty_database, tmp_path / "connector.db")
    with JoinedSite(tmp_path, ManualClock()) as joined:
        joined.set_up()
        joined.clock.advance(60)
        yield joined


@pytest.fixture
def clock(site: JoinedSite[ManualClock], monkeypatch: pytest.MonkeyPatch) -> WorkingClock:
    found = WorkingClock(site)
    monkeypatch.setattr(commands, "SystemClock", lambda: found)
    return found


@pytest.fixture
def call(site: JoinedSite[ManualClock], tmp_path: Path) -> Callable[..., tuple[int, str]]:
    path = configuration_file(site.document, tmp_path)

    def invoke(*options: str) -> tuple[int, str]:
        done = CliRunner().invoke(cli.cli, ["setup", "--config", str(path), *options])
        return done.exit_code, f"{done.output}{done.exception or ''}"

    return invoke


@pytest.mark.usefixtures("clock")
def test_it_says_what_was_found_and_that_nothing_changed(call: Callable[..., tuple[int, str]]) -> None:
    status, said = call()
    assert status == 0
    assert "Set-up succeeded after 0.0 s: 3 zones, 1 stations, 1 connectors." in said
    assert "Nothing was added, renamed, moved, replaced or removed." in said


@pytest.mark.usefixtures("clock")
def test_it_says_what_changed(site: JoinedSite[ManualClock], call: Callable[..., tuple[int, str]]) -> None:
    site.model.set_zone(1, name="Visitors")
    status, said = call()
    assert (status, "Zones/1 renamed: Z1 -> Visitors" in said) == (0, True)
    assert "Nothing was added" not in said


@pytest.mark.usefixtures("clock")
def test_a_set_up_that_failed_is_said_with_its_reason_and_exit_status_1(
    site: JoinedSite[ManualClock], call: Callable[..., tuple[int, str]]
) -> None:
    site.simulator.inject("unauthorized")
    status, said = call()
    assert (status, "Set-up ended after 0.0 s: Failed." in said) == (1, True)
    assert "check evce.login and evce.password" in said


def test_one_that_does_not_end_in_time_is_told_after_two_minutes(
    clock: WorkingClock, call: Callable[..., tuple[int, str]]
) -> None:
    clock.works = False
    status, said = call()
    assert (status, clock.waited) == (1, LONGEST)
    assert "The connector has not ended set-up within 120 s." in said


def test_it_may_ask_and_not_wait(clock: WorkingClock, call: Callable[..., tuple[int, str]]) -> None:
    status, said = call("--no-wait")
    assert (status, clock.waited) == (0, 0.0)
    assert "within 2 s" in said


@pytest.mark.parametrize("command", ["setup", "ledger", "commands"])
def test_a_database_in_which_no_connector_has_been_is_no_answer(
    tmp_path: Path, empty_database: Path, command: str
) -> None:
    shutil.copyfile(empty_database, tmp_path / "evce-connector.db")
    (tmp_path / "connector.toml").write_text("", encoding="utf-8")
    done = CliRunner().invoke(cli.cli, [command, "--config", str(tmp_path / "connector.toml")])
    assert done.exit_code == 1
    assert "no connector has ever run on it" in str(done.exception)
