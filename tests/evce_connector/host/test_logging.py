"""The log: one line an event, as text or JSON, rotated, and with no secret in it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from evce_connector import config
from evce_connector.config import ConfigurationError
from evce_connector.host.journal import logging_to
from freezegun import freeze_time

LOGGER = logging.getLogger("evce_connector")
SECRET = "Geheim-0815"
Log = Callable[..., str]


@pytest.fixture
def log(document: dict[str, dict[str, Any]], tmp_path: Path) -> Log:
    """Log something under options, and return what the file then holds."""

    def run(write: Callable[[], object], **options: Any) -> str:  # noqa: ANN401 - values of the configuration
        path = tmp_path / "connector.log"
        document["evce"]["password"] = SECRET
        document["logging"] = {"file": str(path)} | options
        with logging_to(config.parse(document, {})):
            write()
        return path.read_text(encoding="utf-8")

    return run


def fail() -> None:
    try:
        int(SECRET)
    except ValueError:
        LOGGER.exception("it failed")


def test_an_event_is_one_line_with_time_and_severity(log: Log) -> None:
    (line,) = log(lambda: LOGGER.warning("The controller is %s.", "gone")).splitlines()
    assert line.endswith(" WARNING The controller is gone.")
    assert line[:2] == "20"


@pytest.mark.parametrize("kind", ["text", "json"])
def test_an_event_bears_the_machine_s_time_when_it_happened(log: Log, kind: str) -> None:
    with freeze_time("2026-03-29 01:30:15"):
        line = log(lambda: LOGGER.warning("The controller is gone."), format=kind)
    local = datetime(2026, 3, 29, 1, 30, 15, tzinfo=UTC).astimezone()
    assert f"{local:%Y-%m-%d %H:%M:%S},000" in line


def test_as_json_an_event_is_one_object(log: Log) -> None:
    (line,) = log(lambda: LOGGER.warning("The controller is gone."), format="json").splitlines()
    event = json.loads(line)
    assert (event["levelname"], event["message"]) == ("WARNING", "The controller is gone.")


@pytest.mark.parametrize("name", ["Depot 7", "50 % off"])
def test_each_line_bears_the_name_of_its_site(log: Log, document: dict[str, dict[str, Any]], name: str) -> None:
    document["ews"]["server_name"] = name
    lines = log(lambda: (LOGGER.info("first"), LOGGER.warning("second"))).splitlines()
    assert [line.split(" ", 2)[2] for line in lines] == [f"INFO [{name}] first", f"WARNING [{name}] second"]
    lines = log(lambda: LOGGER.info("third"), format="json").splitlines()[2:]
    assert [json.loads(line)["site"] for line in lines] == [name]


def test_without_a_name_no_line_bears_one(log: Log) -> None:
    (text,) = log(lambda: LOGGER.info("first")).splitlines()
    (_, line) = log(lambda: LOGGER.info("second"), format="json").splitlines()
    assert text.split(" ", 2)[2] == "INFO first"
    assert "site" not in json.loads(line)


@pytest.mark.parametrize("kind", ["text", "json"])
def test_no_secret_gets_into_the_log(log: Log, kind: str) -> None:
    text = log(lambda: (LOGGER.info("login with %s", SECRET), fail()), format=kind)
    assert SECRET not in text
    assert text.count("~ Encrypted ~") >= 2


@pytest.mark.parametrize(("level", "lines"), [("DEBUG", 2), ("INFO", 1), ("ERROR", 0)])
def test_the_least_severity_is_configured(log: Log, level: str, lines: int) -> None:
    text = log(lambda: (LOGGER.debug("small"), LOGGER.info("larger")), level=level)
    assert len(text.splitlines()) == lines


def test_a_full_file_is_put_aside(log: Log, tmp_path: Path) -> None:
    log(lambda: [LOGGER.info("x" * 1000) for _ in range(40)], max_kilobytes=10, keep=2)
    assert sorted(path.name for path in tmp_path.glob("connector.log*")) == [
        "connector.log",
        "connector.log.1",
        "connector.log.2",
    ]


def test_afterwards_nothing_is_logged_there(log: Log, tmp_path: Path) -> None:
    log(lambda: None)
    LOGGER.warning("too late")
    assert (tmp_path / "connector.log").read_text(encoding="utf-8") == ""


def test_without_a_file_events_go_to_standard_error(
    document: dict[str, dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    with logging_to(config.parse(document, {})):
        LOGGER.warning("seen")
    assert capsys.readouterr().err.endswith("WARNING seen\n")


def test_a_file_that_cannot_be_written_is_named(log: Log, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"^logging\.file: .*cannot be written"):
        log(lambda: None, file=str(tmp_path / "no" / "such" / "folder.log"))


@contextmanager
def no_room_beyond(size: int) -> Iterator[None]:
    """Let no file become longer than so many bytes, by a limit of the system."""
    resource = pytest.importorskip("resource", reason="Windows has no such limit")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def words_of(text: str) -> list[str]:
    return [line.split(" ", 2)[2] for line in text.splitlines()]


def test_lines_that_the_disk_has_no_room_for_go_to_standard_error_and_the_file_says_how_many(
    log: Log, capsys: pytest.CaptureFixture[str]
) -> None:
    def write() -> None:
        LOGGER.info("before")
        with no_room_beyond(60):
            LOGGER.info("half of this line had room, and no half of it stays")
            LOGGER.info("second")
        LOGGER.info("after")

    assert words_of(log(write)) == [
        "INFO before",
        "WARNING The log could not be written (File too large): 2 lines went to standard error instead.",
        "INFO after",
    ]
    said, *lines = capsys.readouterr().err.splitlines()
    assert said.endswith("connector.log cannot be written (File too large): its lines come here until it can be.")
    assert words_of("\n".join(lines)) == [
        "INFO half of this line had room, and no half of it stays",
        "INFO second",
    ]


def test_a_log_that_ends_while_there_is_room_again_says_how_many_lines_it_lacks(log: Log) -> None:
    def write() -> None:
        with no_room_beyond(10):
            LOGGER.info("lost")

    (line,) = words_of(log(write))
    assert line.endswith(": 1 line went to standard error instead.")


def test_a_log_that_cannot_be_put_aside_goes_to_standard_error(
    log: Log, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "connector.log.1" / "in the way").mkdir(parents=True)
    log(lambda: [LOGGER.info("x" * 6000) for _ in range(2)], max_kilobytes=10, keep=1)
    said, line = capsys.readouterr().err.splitlines()
    assert "connector.log cannot be written (" in said
    assert line.endswith("x" * 6000)
