"""The findings of a probe as JSON say what its table says."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from evce_simulator.simulator import EvceSimulator

from tests.evce_connector.probe.otherwise import PASSWORD, Otherwise, probe, serving, snake


def as_json(url: str, folder: Path, *options: str) -> tuple[Result, dict[str, Any]]:
    file = folder / "found" / "findings.json"
    result = probe(url, folder, "--json", str(file), *options)
    return result, json.loads(file.read_text(encoding="utf-8"))


def test_each_finding_of_the_table_is_in_the_json(guide: EvceSimulator, tmp_path: Path) -> None:
    result, found = as_json(guide.url, tmp_path)
    rows = [line for line in result.stdout.splitlines() if line.startswith("│")]
    assert len(found["findings"]) == len(rows) > 90
    assert {(one["part"], one["aspect"], one["stands"]) for one in found["findings"]} == {
        tuple(cell.strip() for cell in row.split("│")[1:4]) for row in rows
    }


def test_a_finding_says_why_and_what_to_do(guide: EvceSimulator, tmp_path: Path) -> None:
    _, found = as_json(guide.url, tmp_path)
    assert {
        "part": "Connector.maxPower",
        "aspect": "field",
        "stands": "open",
        "evidence": "maxPower is there and empty everywhere",
        "advice": "probe again once there is a DC connector",
    } in found["findings"]


def test_the_json_tells_when_which_controller_was_probed_and_how_it_is_reached(
    guide: EvceSimulator, tmp_path: Path
) -> None:
    _, found = as_json(guide.url.removesuffix("/api/v2"), tmp_path)
    assert found["base_url"] == guide.url
    assert (found["authentication"], found["api_version"]) == ("basic", "6")
    assert found["at"].endswith("Z")
    assert "." not in found["at"]


def test_the_json_counts_and_judges(guide: EvceSimulator, tmp_path: Path) -> None:
    _, found = as_json(guide.url, tmp_path)
    assert found["usable"] is True
    assert found["counts"]["wrong"] == 0
    assert found["counts"] == Counter(one["stands"] for one in found["findings"]) | {"wrong": 0}


def test_of_a_controller_that_says_it_otherwise_the_json_names_what_is_wrong(
    inner: EvceSimulator, tmp_path: Path
) -> None:
    with serving(Otherwise(inner, snake)) as origin:
        result, found = as_json(origin, tmp_path)
    assert (result.exit_code, found["usable"]) == (1, False)
    wrong = {one["part"]: one["evidence"] for one in found["findings"] if one["stands"] == "wrong"}
    assert wrong["Zone.maxCurrent"] == "it is spelled max_current here, not maxCurrent"


def test_the_json_is_named_among_what_is_written(guide: EvceSimulator, tmp_path: Path) -> None:
    result, _ = as_json(guide.url, tmp_path, "--output", str(tmp_path / "out"))
    written = [line for line in result.stdout.splitlines() if line.startswith("written: ")]
    assert len(written) == 5
    assert written[-1] == f"written: {tmp_path / 'found' / 'findings.json'}"


def test_no_login_stands_in_the_json(guide: EvceSimulator, tmp_path: Path) -> None:
    _, found = as_json(guide.url.replace("://", f"://bms:{PASSWORD}@"), tmp_path)
    assert found["base_url"] == guide.url
    assert not [secret for secret in (PASSWORD, *guide.accounts._tokens) if secret in json.dumps(found)]


def test_the_json_of_a_controller_that_is_not_reached_says_why(guide: EvceSimulator, tmp_path: Path) -> None:
    guide.stop()
    result, found = as_json(guide.url, tmp_path)
    assert result.exit_code == 2
    assert found["usable"] is False
    assert "does not answer: connection refused; check host and port of --evce" in found["error"]
    assert (found["requests"], found["tried"]) == (0, [])


def test_the_json_of_a_refused_login_says_what_was_tried(guide: EvceSimulator, tmp_path: Path) -> None:
    file = tmp_path / "findings.json"
    result = probe(guide.url, tmp_path, "--json", str(file), password="wrong-horse")
    found = json.loads(file.read_text(encoding="utf-8"))
    assert result.exit_code == 2
    assert "refuses the login 'bms'" in found["error"]
    assert [one["status"] for one in found["tried"] if one["with_login"]] == [401]
    assert "wrong-horse" not in json.dumps(found)


def test_a_file_that_cannot_be_written_is_named_with_its_option(guide: EvceSimulator, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = probe(guide.url, tmp_path, "--json", str(tmp_path / "file" / "findings.json"))
    assert isinstance(result.exception, Exception)
    with pytest.raises(type(result.exception), match=r"file cannot be written .*: give another place with --json"):
        raise result.exception
