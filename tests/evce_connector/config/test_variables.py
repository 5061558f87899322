"""Variables of the environment that no key reads: each is named with the one that was probably meant."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
import tomli_w
from evce_connector.config.key import KEY, KEY_FILE
from evce_connector.config.variables import unread
from evce_connector.host.check import check
from evce_connector.host.loaded import Loading
from evce_connector.host.running import Running

from tests.support.joined import Document

WRONG = {"EVCE_CONNECTOR_EVCE_PASWORD": "Zebra-4711"}
SAID = "EVCE_CONNECTOR_EVCE_PASWORD in the environment sets nothing (did you mean EVCE_CONNECTOR_EVCE_PASSWORD?)."


@pytest.mark.parametrize("name", ["EVCE_CONNECTOR_STORAGE_URL", KEY, KEY_FILE, "PATH", "EVCE_SIMULATOR_URL"])
def test_what_is_read_or_meant_for_others_is_not_named(name: str) -> None:
    assert list(unread({name: "x"})) == []


def test_a_name_like_none_is_named_alone() -> None:
    assert list(unread({"EVCE_CONNECTOR_XYZ": "1"})) == ["EVCE_CONNECTOR_XYZ in the environment sets nothing."]


def test_check_warns_of_it_and_shows_no_value(document: Document, tmp_path: Path) -> None:
    path = tmp_path / "connector.toml"
    path.write_text(tomli_w.dumps(document), encoding="utf-8")
    findings = check(path, WRONG)
    assert SAID in [finding.text for finding in findings if finding.kind == "warning"]
    assert not any("Zebra" in finding.text for finding in findings)


def test_run_warns_of_it_in_the_log(document: Document, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "connector.toml"
    path.write_text(tomli_w.dumps(document), encoding="utf-8")
    running = Running(Loading(path, WRONG), lambda _: running.stop.set())
    with caplog.at_level(logging.WARNING, "evce_connector"):
        running.run()
    assert SAID in caplog.messages
