"""The search only reads, tries a wrong login once, stays in its budget and gives no secret away."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from evce_connector.clock import SystemClock
from evce_connector.probe import bundle
from evce_connector.probe.asking import ProbeError, ProbeLoginError, Target
from evce_connector.probe.dialect import search
from evce_simulator import EvceSimulator

from tests.evce_connector.probe.dialect.measuring import FAST, FOLDER, PASSWORD, served
from tests.evce_connector.probe.otherwise import Otherwise, probe, serving
from tests.support.at_length import shortened

DIALECTS = ("areas", "onedoc", *sorted(file.stem for file in FOLDER.glob("*.toml")))


def heard(simulator: EvceSimulator, password: str = PASSWORD) -> tuple[list[str], search.Found | ProbeError]:
    """Search, and return every request with its status, and what came of it."""
    lines: list[str] = []
    try:
        found: search.Found | ProbeError = search.find(
            Target(simulator.url, "bms", password, True, FAST), SystemClock(), lines.append
        )
    except ProbeError as error:
        found = error
    return lines, found


@pytest.mark.parametrize("dialect", shortened(DIALECTS))
def test_nothing_but_reading_and_logging_in_is_asked_and_no_secret_is_told(dialect: str) -> None:
    with served(dialect) as simulator:
        before = simulator.model.zone(1), simulator.model.connector(1)
        lines, found = heard(simulator)
        assert (simulator.model.zone(1), simulator.model.connector(1)) == before
        secrets = [PASSWORD, *simulator.accounts._tokens]
    assert isinstance(found, search.Found)
    assert {line.partition(" ")[0] for line in lines} <= {"GET", "POST"}
    told = "\n".join((*lines, found.profile, found.form, found.login))
    assert [secret for secret in secrets if secret in told] == []


@pytest.mark.parametrize("dialect", shortened(["areas", "gateway", "german", "ocpi", "odd"]))
def test_a_wrong_password_does_not_lock_an_account_that_bears_one(dialect: str) -> None:
    with served(dialect) as simulator:
        simulator.accounts.locks = True
        _, found = heard(simulator, "wrong-horse-battery")
        assert isinstance(found, ProbeError)
        assert simulator.accounts._wrong <= 1
        assert isinstance(heard(simulator)[1], search.Found)


def test_where_a_key_is_not_taken_the_login_is_asked() -> None:
    with served("onedoc") as simulator:
        _, found = heard(simulator, "wrong-horse-battery")
    assert isinstance(found, search.Found)
    assert found.profile == ""
    (question,) = found.questions
    assert question.name == "login"
    assert "wants a key, and the password was not taken for one" in question.text


def test_a_refused_login_says_what_to_check() -> None:
    with served("areas") as simulator:
        _, found = heard(simulator, "wrong-horse-battery")
    assert isinstance(found, ProbeLoginError)
    assert "tried once and not again" in str(found)


def test_the_budget_of_requests_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "REQUESTS_MAX", 30)
    with served("areas") as simulator:
        lines, found = heard(simulator)
    assert len(lines) == 30
    assert "After 30 requests the probe stops" in str(found)


def test_the_command_seeks_a_dialect_where_nothing_is_like_the_contract(tmp_path: Path) -> None:
    with served("onedoc") as simulator:
        result = in_folder(simulator, tmp_path)
    assert result.exit_code == 1
    files = ["capture.json", "dialect.toml", "questions.toml", "site.bundle.zip", "stamps.toml"]
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == files
    assert "removed from the capture: names of the site (1), names of zones (6), " in result.stdout
    assert "the whole site was read through it: 6 zones, 40 stations, 70 connectors" in result.stdout
    assert "1. How is a zone's reduction set and taken away?" in result.stdout


def test_a_refused_login_of_the_contract_names_the_search_for_another(tmp_path: Path) -> None:
    with EvceSimulator("guide", password=PASSWORD) as simulator:
        result = probe(simulator.url, tmp_path, password="wrong-horse")
    assert result.exit_code == 2
    assert "start again with --dialect" in result.stderr


def test_what_a_search_found_is_in_the_json_for_a_program(tmp_path: Path) -> None:
    with served("onedoc") as simulator:
        in_folder(simulator, tmp_path, "--dialect", "--json", str(tmp_path / "found.json"))
    found = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))["dialect"]
    assert found["read"] is True
    assert {
        "name": "stations.zone_id",
        "said": "^.no",
        "confidence": "high",
        "evidence": ["the list stands in it"],
    } in found["fields"]
    assert [question["name"] for question in found["questions"]] == ["reduction", "availability"]


def test_the_json_of_a_search_that_found_nothing_says_what_was_tried(tmp_path: Path) -> None:
    with served("onedoc") as simulator:
        file = tmp_path / "found.json"
        result = probe(simulator.url, tmp_path, "--dialect", "--json", str(file), password="wrong-horse-battery")
    found = json.loads(file.read_text(encoding="utf-8"))["dialect"]
    assert result.exit_code == 2
    assert [question["name"] for question in found["questions"]] == ["login"]
    assert len(found["tried"]) == found["requests"] > 0
    assert "wrong-horse-battery" not in file.read_text(encoding="utf-8")


def test_a_controller_that_speaks_the_contract_is_searched_only_when_told(tmp_path: Path) -> None:
    with EvceSimulator("guide", password=PASSWORD) as simulator:
        plain = in_folder(simulator, tmp_path)
        assert not (tmp_path / "out" / "dialect.toml").exists()
        told = in_folder(simulator, tmp_path, "--dialect")
    assert (plain.exit_code, told.exit_code) == (0, 1)
    assert 'path = "/zones"' in (tmp_path / "out" / "dialect.toml").read_text(encoding="utf-8")


def test_of_a_contract_that_no_spelling_would_mend_the_dialect_is_captured(tmp_path: Path) -> None:
    def otherwise(item: dict[str, object]) -> dict[str, object]:
        return {"results" if key == "items" else key: value for key, value in item.items()}

    with EvceSimulator("guide", password=PASSWORD) as simulator, serving(Otherwise(simulator, otherwise)) as origin:
        result = probe(f"{origin}/api/v2", tmp_path, "--output", str(tmp_path / "out"))
    written = [Path(line.removeprefix("written: ")).name for line in result.stdout.splitlines() if "written: " in line]
    assert sorted(written) == sorted(file.name for file in (tmp_path / "out").iterdir())
    assert {"profile.toml", "dialect.toml"} <= set(written)
    packed = bundle.unpack(tmp_path / "out" / bundle.NAME)
    assert packed["profile.toml"] == (tmp_path / "out" / "dialect.toml").read_bytes()
    assert packed["capture.json"] == (tmp_path / "out" / "capture.json").read_bytes()


def in_folder(simulator: EvceSimulator, folder: Path, *options: str) -> Result:
    return probe(simulator.url, folder, "--output", str(folder / "out"), *options)
