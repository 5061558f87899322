"""The log: one line an event, as text or JSON, rotated, and with no secret in it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
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
