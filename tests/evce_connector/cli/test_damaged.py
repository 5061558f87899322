"""Each command on a database whose pages are damaged: a sentence that says what to do, and never a traceback."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from evce_connector.cli import cli
from evce_connector.clock import ManualClock
from evce_connector.errors import ConnectorError
from evce_connector.persistence import short_look
from evce_connector.site.values import State

from tests.support.connector_process import configuration_file
from tests.support.joined import JoinedSite, connect

Site = JoinedSite[ManualClock]
COMMANDS = {
    "ledger": (),
    "commands": (),
    "commands as CSV": ("--csv",),
    "setup": (),
    "reload": (),
    "adopt": ("--release",),
    "password": (),
    "backup": ("--output", "copy.db"),
    "diagnose": ("--output", "bundle.zip"),
    "release": (),
    "check": (),
    "verify": (),
}
"""What a technician may type, with its options."""


@pytest.fixture
def site(tmp_path: Path, empty_database: Path) -> Iterator[Site]:
    """Join a site that was set up, polled and logged, and stop its connector."""
    with JoinedSite(tmp_path, ManualClock(), "guide", database=empty_database) as joined:
        joined.set_up()
        joined.poll()
        joined.service.log()
        joined.service.stop()
        yield joined


@pytest.fixture
def config(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return configuration_file(site.document, tmp_path)


def every_fifth_page_overwritten(file: Path, first: int) -> None:
    with closing(sqlite3.connect(file)) as connection:
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with file.open("r+b") as content:
        for page in range(first, file.stat().st_size // size, 5):
            content.seek(page * size)
            content.write(b"\xa5" * size)


def troubles(config: Path, file: Path, command: str) -> str:
    """Run a command; returns what is not right of how it ended, and what it said."""
    name = command.partition(" ")[0]
    result = CliRunner().invoke(cli, [name, "--config", str(config), *COMMANDS[command]])
    error = result.exception
    if error is None or isinstance(error, SystemExit):
        return ""
    said = str(error)
    if not isinstance(error, ConnectorError):
        return f"{type(error).__name__}: {said}"
    tells = str(file) in said and "evce-connector verify" in said and "`evce-connector run` " in said
    return "" if tells and "\n" not in said else said


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_on_damaged_pages_does_its_work_or_says_the_file_the_cause_and_what_to_do(
    config: Path, tmp_path: Path, command: str
) -> None:
    file = tmp_path / "connector.db"
    whole = file.read_bytes()
    wrong = []
    for first in range(1, 6):
        file.write_bytes(whole)
        every_fifth_page_overwritten(file, first)
        wrong.append(troubles(config, file, command))
        for made in ("copy.db", "bundle.zip"):
            (tmp_path / made).unlink(missing_ok=True)
    assert wrong == [""] * 5


@pytest.mark.parametrize("command", ["check", "verify"])
@pytest.mark.parametrize("first", range(1, 6))
def test_check_and_verify_see_damaged_pages_wherever_they_are(
    config: Path, tmp_path: Path, command: str, first: int
) -> None:
    file = tmp_path / "connector.db"
    every_fifth_page_overwritten(file, first)
    result = CliRunner().invoke(cli, [command, "--config", str(config)])
    assert result.exit_code == 1
    assert "malformed" in result.output or "is damaged: " in result.output
    assert "`evce-connector run` moves it aside " in result.output


def test_a_copy_of_a_damaged_file_is_made_and_called_damaged(config: Path, tmp_path: Path) -> None:
    every_fifth_page_overwritten(tmp_path / "connector.db", 2)
    result = CliRunner().invoke(cli, ["backup", "--config", str(config), "--output", "copy.db"])
    assert str(result.exception).endswith("The copy copy.db is as damaged.")
    assert (tmp_path / "copy.db").exists()


@pytest.mark.parametrize("first", range(1, 6))
def test_a_start_on_damaged_pages_goes_on_whatever_they_held(site: Site, tmp_path: Path, first: int) -> None:
    file = tmp_path / "connector.db"
    every_fifth_page_overwritten(file, first)
    site.service = connect(site.document, site.clock)
    site.set_up()
    for _ in range(2):
        site.clock.advance(900)
        site.poll()
        site.service.log()
    assert site.see("Interface/StorageState") == ("good", State.GOOD)
    assert site.see("Zones/1/ZoneName")[1] is State.GOOD


def test_a_database_that_is_too_large_to_be_looked_through_is_not_called_sound(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(short_look, "_STEPS", 1)
    monkeypatch.setattr(short_look, "monotonic", iter(range(0, 10**9, 100)).__next__)
    result = CliRunner().invoke(cli, ["check", "--config", str(config)])
    assert "It is too large to be looked through here: `evce-connector verify` does." in result.output
