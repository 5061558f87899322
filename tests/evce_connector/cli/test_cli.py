"""The command line: what it prints, how it ends, and that an error is a sentence."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from evce_connector import cli
from evce_connector.cli import options
from evce_connector.host.requests import REQUEST
from evce_connector.host.service import ConnectorService
from evce_simulator import EvceSimulator

from features.driver.waiting import until
from tests.support.connector_process import configuration_file
from tests.support.joined import PASSWORD

Simulate = Callable[..., EvceSimulator]
Serve = Callable[..., ConnectorService]
Document = dict[str, dict[str, Any]]


@pytest.fixture
def path(document: Document, tmp_path: Path, simulate: Simulate) -> Path:
    """Write a configuration that points at a simulated controller."""
    document["evce"]["base_url"] = simulate("guide").url
    return configuration_file(document, tmp_path)


@pytest.fixture
def served(serve: Serve, document: Document, path: Path) -> ConnectorService:
    """Make a connector on the same database and controller as the configuration file."""
    assert path.exists()
    service = serve(document["evce"]["base_url"])
    service.set_up()
    return service


def called(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(cli.cli, [str(argument) for argument in arguments])
    return result.exit_code, result.output


def test_help_names_every_command() -> None:
    status, text = called("--help")
    assert status == 0
    for command in ("run", "check", "demo", "setup", "ledger", "diagnose"):
        assert f"\n  {command} " in text


def test_check_of_a_right_configuration_ends_with_0(path: Path) -> None:
    status, text = called("check", "--config", path)
    assert status == 0
    assert "ok: The charge controller answers with API version 6." in text
    assert "warning: evce.base_url is http" in text
    assert PASSWORD not in text


def test_check_of_a_wrong_configuration_ends_with_1(path: Path) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace("login", "logon"), encoding="utf-8")
    status, text = called("check", "--config", path)
    assert status == 1
    assert "wrong: evce.logon is an unknown key (did you mean login?)." in text


@pytest.mark.parametrize(("options", "fact"), [([], "run"), (["--prune"], "prune")])
def test_setup_asks_the_running_connector(path: Path, served: ConnectorService, options: list[str], fact: str) -> None:
    status, text = called("setup", "--config", path, "--no-wait", *options)
    assert (status, served.stores.snapshots.fact(REQUEST)) == (0, fact)
    assert "within 2 s" in text


@pytest.mark.parametrize("command", ["setup", "reload"])
def test_setup_and_reload_say_when_no_running_connector_is_to_be_seen(
    path: Path, served: ConnectorService, command: str
) -> None:
    served.stop()
    status, text = called(command, "--config", path)
    assert status == 0
    assert "No connector that runs is to be seen in the database" in text
    assert "within 2 s" not in text


@pytest.mark.parametrize("arguments", [("setup",), ("setup", "--prune"), ("reload",)])
def test_what_cannot_be_asked_of_the_running_connector_is_told_in_a_sentence(
    served: ConnectorService,
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
) -> None:
    file = served.stores.engine.url.database
    assert file is not None
    monkeypatch.setattr(sys, "argv", ["evce-connector", *arguments, "--config", str(path)])
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(SystemExit):
            cli.main()
    error = capsys.readouterr().err
    assert "database is locked, so that the running connector cannot be asked by it" in error


def test_ledger_prints_csv(path: Path, served: ConnectorService) -> None:
    assert served.items.index is not None
    status, text = called("ledger", "--config", path)
    assert status == 0
    assert text.splitlines()[:2] == ["at,id,kind,old,new", "2026-01-01T00:00:00Z,Zones/1,added,,Z1"]


def test_diagnose_writes_a_bundle_without_secrets(path: Path, served: ConnectorService, tmp_path: Path) -> None:
    served.poll()
    output = tmp_path / "bundle.zip"
    status, text = called("diagnose", "--config", path, "--output", output)
    assert status == 0
    with zipfile.ZipFile(output) as bundle:
        contents = {name: bundle.read(name).decode() for name in bundle.namelist()}
    assert {line.split(": ")[1] for line in text.splitlines()} == set(contents)
    assert json.loads(contents["summary.json"])["setup"]["zones"] == 3
    assert "evce_connector" in contents["versions.txt"] or "evce-connector" in contents["versions.txt"]
    assert all(PASSWORD not in text and "Building-7" not in text for text in contents.values())


def test_a_log_file_goes_into_the_bundle_without_secrets(path: Path, served: ConnectorService, tmp_path: Path) -> None:
    assert served.items.index is not None
    log = tmp_path / "connector.log"
    log.write_text(f"a line with {PASSWORD} in it", encoding="utf-8")
    text = path.read_text(encoding="utf-8") + f"\n[logging]\nfile = {json.dumps(str(log))}\n"
    path.write_text(text, encoding="utf-8")
    called("diagnose", "--config", path, "--output", tmp_path / "bundle.zip")
    with zipfile.ZipFile(tmp_path / "bundle.zip") as bundle:
        assert bundle.read("connector.log").decode() == "a line with ~ Encrypted ~ in it"


@pytest.fixture
def stop(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[threading.Event]]:
    """Catch the event that ends a command, in place of signals, which only the main thread can take."""
    events: list[threading.Event] = []

    def caught(stop: threading.Event, *_: object) -> AbstractContextManager[None]:
        events.append(stop)
        return nullcontext()

    monkeypatch.setattr(options, "stopped_by_signals", caught)
    yield events
    for event in events:
        event.set()


def test_run_serves_until_it_is_stopped(path: Path, stop: list[threading.Event], tmp_path: Path) -> None:
    log = tmp_path / "connector.log"
    text = path.read_text(encoding="utf-8") + f"\n[logging]\nfile = {json.dumps(str(log))}\n"
    path.write_text(text, encoding="utf-8")
    outcome: list[tuple[int, str]] = []
    thread = threading.Thread(target=lambda: outcome.append(called("run", "--config", path)))
    thread.start()
    until(lambda: stop and any(other.name == "EvceProcessor" for other in threading.enumerate()))
    stop[0].set()
    thread.join(8)
    ((status, text),) = outcome
    assert status == 0
    assert text.startswith("EWS server at http://127.0.0.1:")
    assert PASSWORD not in text + log.read_text(encoding="utf-8")


def test_signals_stop_in_good_order() -> None:
    before, event = signal.getsignal(signal.SIGTERM), threading.Event()
    with options.stopped_by_signals(event):
        signal.raise_signal(signal.SIGTERM)
        assert event.is_set()
    assert signal.getsignal(signal.SIGTERM) == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "--config", "missing.toml"], "evce-connector: missing.toml: cannot be read: No such file"),
        (["ledger", "--config", "missing.toml"], "evce-connector: missing.toml: cannot be read"),
        (["demo", "--once", "--scenario", "nowhere"], "evce-connector: "),
    ],
)
def test_an_error_is_a_sentence_on_standard_error_and_exit_status_1(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    arguments: list[str],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["evce-connector", *arguments])
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 1
    shown = capsys.readouterr()
    assert shown.err.startswith(words)
    assert "Traceback" not in shown.err + shown.out


def test_the_installed_command_ends_without_a_traceback(tmp_path: Path) -> None:
    path = tmp_path / "connector.toml"
    path.write_text("[evce]\nlogin = 5\n", encoding="utf-8")
    command = [sys.executable, "-c", "from evce_connector.cli import main; main()", "run", "--config", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)  # noqa: S603 - our own command
    assert done.returncode == 1
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert all(line.startswith("evce-connector: ") for line in lines)
    assert "evce-connector: evce.base_url is missing." in lines


def test_a_path_that_cannot_be_written_is_a_sentence(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(_: object) -> None:
        raise FileNotFoundError(2, "No such file or directory", "/nowhere/y")

    monkeypatch.setattr("evce_connector.host.check.check", refuse)
    monkeypatch.setattr(sys, "argv", ["evce-connector", "check", "--config", str(path)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
    assert "evce-connector: /nowhere/y: No such file or directory. Give another path" in capsys.readouterr().err
