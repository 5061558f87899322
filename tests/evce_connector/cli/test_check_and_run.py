"""`check` and `run` say the same of a configuration: what the one refuses the other does not serve."""

from __future__ import annotations

import shutil
import socket
import sqlite3
import sys
import threading
import tomllib
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
import tomli_w
from evce_connector import cli
from evce_connector.cli import options, service
from evce_connector.clock import SystemClock
from evce_connector.config.merging import over, put
from evce_connector.config.section import Section
from evce_connector.evce.profile import PROFILES
from evce_connector.host import registry
from evce_connector.http_server.tls import made
from evce_connector.persistence.database import open_database
from evce_connector.persistence.ownership import Ownership
from evce_connector.processors.base import Context, Processor, Prompt
from evce_simulator import EvceSimulator

from tests.support.joined import LOGIN, PASSWORD, settings

ROWS = tomllib.loads(Path(__file__).with_name("broken_configurations.toml").read_text(encoding="utf-8"))["row"]


class Fields(Section):
    greeting: str = "Hello"


class Greeter(Processor):
    """Another package's processor, which cannot be made of each text that it takes."""

    name: ClassVar[str] = "greeter"
    Options: ClassVar[type[Section]] = Fields

    def __init__(self, context: Context, options: Section | None = None) -> None:
        super().__init__(context, options)
        assert isinstance(options, Fields)
        {"Hello": 1}[options.greeting]

    def execute(self, stop: threading.Event) -> list[Prompt]:  # noqa: ARG002 - it does nothing
        return []


@pytest.fixture(scope="module")
def controller() -> Iterator[str]:
    """Run one controller for all rows; returns its address."""
    with EvceSimulator("guide", login=LOGIN, password=PASSWORD) as simulator:
        yield simulator.url


@pytest.fixture
def taken() -> Iterator[int]:
    """Listen at a port as another program would."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def folder(tmp_path: Path, empty_database: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Fill a folder with what configurations point at; another connector runs on one of the databases."""
    for name in ("connector", "owned", "newer"):
        shutil.copyfile(empty_database, tmp_path / f"{name}.db")
    with closing(sqlite3.connect(tmp_path / "newer.db")) as newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
        newer.commit()
    with closing(sqlite3.connect(tmp_path / "strange.db")) as strange:
        strange.execute("CREATE TABLE recipes (name)")
    for name in ("certificate", "other"):
        made(tmp_path / f"{name}.pem", "127.0.0.1", datetime.now(UTC))
    (tmp_path / "wood.pem").write_text("of wood", encoding="utf-8")
    (tmp_path / "empty").touch()
    (tmp_path / "bytes").write_bytes(b"\xe9t\xe9")
    (tmp_path / "password").write_text(PASSWORD, encoding="utf-8")
    areas = (PROFILES / "areas.toml").read_text(encoding="utf-8")
    (tmp_path / "mistake.toml").write_text(areas.replace('unit = "W" }', 'unit = "MW" }', 1), encoding="utf-8")
    (tmp_path / "format.toml").write_text("format = 9", encoding="utf-8")
    monkeypatch.setattr(registry, "candidates", lambda: {"greeter": Greeter})
    engine = open_database(f"sqlite:///{(tmp_path / 'owned.db').as_posix()}")
    owner = Ownership(engine, "http://127.0.0.1:8093/EWS", SystemClock())
    yield tmp_path
    owner.give_back()
    engine.dispose()


def written(row: dict[str, Any], folder: Path, controller: str, taken: int) -> tuple[Path, str]:
    """Write the configuration of a row, and return its file and what is to be said of it."""

    def filled(text: str) -> str:
        return text.replace("{folder}", folder.as_posix()).replace("{taken}", str(taken))

    document: dict[str, Any] = over(settings(folder, controller), tomllib.loads(filled(row.get("file", ""))))
    for key in row.get("without", []):
        document = put(document, tuple(key.split(".")), None)
    path = folder / "connector.toml"
    path.write_text(row.get("text") or tomli_w.dumps(document), encoding="utf-8")
    if "make" in row:
        (folder / row["make"]).write_text("of wood", encoding="utf-8")
    return path, filled(row["says"])


class Called:
    """Calls a command as the shell does. A connector that starts is stopped at once, and `started` tells."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._patch, self._said = monkeypatch, capsys
        self.started = False
        self._stop: threading.Event | None = None
        monkeypatch.setattr(options, "stopped_by_signals", self._keep)
        monkeypatch.setattr(service, "_say_where", self._note)

    def _keep(self, stop: threading.Event, _: threading.Event) -> AbstractContextManager[None]:
        self._stop = stop
        return nullcontext()

    def _note(self, _: object) -> None:
        assert self._stop is not None
        self.started = True
        self._stop.set()

    def __call__(self, *arguments: str) -> tuple[object, str]:
        """Return the exit status, and what was said."""
        self._patch.setattr(sys, "argv", ["evce-connector", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = self._said.readouterr()
        return ended.value.code, said.out + said.err


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Called:
    return Called(monkeypatch, capsys)


def says(text: str, sentence: str) -> bool:
    """Tell whether a line begins with a sentence, behind who says it."""
    return any(line.partition(": ")[2].startswith(sentence) for line in text.splitlines())


@pytest.mark.parametrize("row", ROWS, ids=[row["what"] for row in ROWS])
def test_check_and_run_refuse_the_same_and_name_the_same_key(
    row: dict[str, Any], folder: Path, controller: str, taken: int, call: Called
) -> None:
    path, sentence = written(row, folder, controller, taken)
    for command in ("check", "run"):
        status, said = call(command, "--config", str(path))
        assert not call.started, command
        assert (status, says(said, sentence)) == (1, True), f"{command}: {said}"
        assert PASSWORD not in said


def test_what_check_finds_right_run_serves(folder: Path, controller: str, taken: int, call: Called) -> None:
    path, _ = written({"file": "[processors.greeter]", "says": ""}, folder, controller, taken)
    assert call("check", "--config", str(path))[0] == 0
    assert call("run", "--config", str(path))[0] == 0
    assert call.started


def test_there_are_forty_rows_or_more_each_of_its_own() -> None:
    assert len({row["what"] for row in ROWS}) == len(ROWS) >= 40
