"""Stamps, the coverage table, and the comparison with a capture of a real controller."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from evce_simulator.capture import CaptureError, Exchange, compare, read_capture
from evce_simulator.cli import main
from evce_simulator.stamps import coverage_table, parts, stamps

DOCS = Path(__file__).parents[2] / "simulators" / "evce_simulator" / "docs"
READS = ("/system", "/zones", "/zones/1", "/stations", "/stations/1", "/connectors", "/connectors/1")


@pytest.fixture
def exchanges(run: Callable[..., Any]) -> list[dict[str, Any]]:
    """Take a capture from the simulator itself."""
    client = run("campus")
    return [{"method": "GET", "path": path, "status": 200, "body": client.json(path)} for path in READS]


def differences(rows: list[dict[str, Any]]) -> list[str]:
    return compare([Exchange(row["method"], row["path"], row["status"], row["body"]) for row in rows]).differences


def test_every_part_of_the_contract_has_a_stamp_and_no_stamp_is_idle() -> None:
    assert set(stamps()) == set(parts())


def test_the_coverage_table_has_not_drifted() -> None:
    assert (DOCS / "COVERAGE.md").read_text(encoding="utf-8") == coverage_table()
    assert CliRunner().invoke(main, ["coverage"]).output == coverage_table()


def test_the_simulator_does_not_differ_from_its_contract(exchanges: list[dict[str, Any]]) -> None:
    assert differences(exchanges) == []


def test_what_a_capture_showed_is_confirmed_and_the_rest_named(exchanges: list[dict[str, Any]]) -> None:
    found = compare([Exchange(row["method"], row["path"], row["status"], row["body"]) for row in exchanges])
    assert {"GET /zones", "Zone.maxCurrent", "Reduction.value", "ConnectorPage.total"} <= set(found.confirmed)
    assert {"POST /login", "Token.token", "PUT /zones/{id}/reduction"} <= set(found.not_seen)


@pytest.mark.parametrize(
    ("path", "change", "said"),
    [
        ("/zones/1", {"maxCurrent": "250"}, "body.maxCurrent: '250' is not integer"),
        ("/zones/1", {"type": "AUTO"}, "body.type: 'AUTO' is none of STATIC, DYNAMIC"),
        ("/zones/1", {"reduction": 5}, "body.reduction: 5 is not object or null"),
        ("/zones/1", {"colour": "red"}, "body: colour is not in the contract"),
        ("/zones/1", {"name": None}, "body.name: None is not string"),
        ("/connectors/1", {"activePower": [1, 2]}, "body.activePower: 2 values is not from 3 to 3"),
        ("/connectors/1", {"activePower": [1, "2", 3]}, "body.activePower[1]: '2' is not number"),
        ("/connectors/1", {"maxCurrent": "3"}, "body.maxCurrent: '3' is not integer or null"),
        ("/connectors/1", {"available": 1}, "body.available: 1 is not boolean"),
        ("/connectors/1", {"logicalConnector": 0}, "body.logicalConnector: 0 is not from 1 to any"),
        ("/system", {"apiVersion": "5"}, "body.apiVersion: '5' is not '6'"),
        ("/system", {"time": "2026-01-05 06:00"}, "body.time: '2026-01-05 06:00' is no date-time with its offset"),
    ],
)
def test_every_kind_of_difference_is_named_with_its_place(
    exchanges: list[dict[str, Any]], path: str, change: dict[str, Any], said: str
) -> None:
    changed = copy.deepcopy(exchanges)
    next(row for row in changed if row["path"] == path)["body"].update(change)
    (line,) = differences(changed)
    assert line.endswith(said)


def test_a_field_that_differs_is_not_confirmed(exchanges: list[dict[str, Any]]) -> None:
    exchanges[1]["body"]["items"][0]["maxCurrent"] = 1.5
    found = compare([Exchange(row["method"], row["path"], row["status"], row["body"]) for row in exchanges])
    assert "Zone.maxCurrent" not in found.confirmed
    assert "Connector.maxCurrent" in found.confirmed


def test_a_missing_field_an_unknown_call_and_an_unknown_status_are_named(exchanges: list[dict[str, Any]]) -> None:
    del exchanges[2]["body"]["setPointPower"]
    exchanges += [
        {"method": "GET", "path": "/sites", "status": 200, "body": {}},
        {"method": "GET", "path": "/zones", "status": 418, "body": {}},
    ]
    assert differences(exchanges) == [
        "GET /zones/{id} 200, body: setPointPower is missing",
        "GET /sites: the contract has no such call",
        "GET /zones: status 418 is not in the contract",
    ]


def test_the_command_lists_differences_and_says_so_by_its_status(
    exchanges: list[dict[str, Any]], tmp_path: Path
) -> None:
    file = tmp_path / "capture.json"
    file.write_text(json.dumps({"site": "here", "exchanges": exchanges}), encoding="utf-8")
    result = CliRunner().invoke(main, ["diff", str(file)])
    assert (result.exit_code, result.output.splitlines()[0].split(",")[0]) == (0, "0 differences")
    exchanges[0]["body"]["time"] = 5
    file.write_text(json.dumps({"exchanges": exchanges}), encoding="utf-8")
    result = CliRunner().invoke(main, ["diff", str(file), "--json"])
    assert result.exit_code == 1
    assert json.loads(result.output)["differences"] == ["GET /system 200, body.time: 5 is not string"]


def test_a_har_file_is_a_capture_too(tmp_path: Path) -> None:
    entries = [
        {
            "request": {"method": "get", "url": f"https://10.0.0.5/api/v2{path}"},
            "response": {"status": status, "content": {"text": text}},
        }
        for path, status, text in (
            ("/zones?limit=1", 200, '{"items": [], "total": 0}'),
            ("/stations", 200, "<html>"),
            ("/zones/9", 404, ""),
        )
    ]
    file = tmp_path / "capture.har"
    file.write_text(json.dumps({"log": {"entries": entries}}), encoding="utf-8")
    assert compare(read_capture(file)).differences == [
        "GET /stations 200, body: '<html>' is not object",
        "GET /zones/{id} 404, body: None is not object",
    ]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"exchanges": [{}]}'])
def test_what_is_no_capture_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "capture.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CaptureError, match=r"capture\.json is no capture"):
        read_capture(file)


def test_a_capture_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["diff", str(tmp_path / "none.json")])
    assert (result.exit_code, "Cannot read" in result.output) == (1, True)


def test_the_faults_are_listed_with_what_is_expected() -> None:
    output = CliRunner().invoke(main, ["faults"]).output
    listed = {row["name"]: row for row in json.loads(CliRunner().invoke(main, ["faults", "--json"]).output)}
    assert listed["rotated-password"]["expect"]["alarm"] == "EVCE-Interface_Alarm"
    assert all(f"{name}: {row['about']}" in output for name, row in listed.items())
    assert "rotated-password" in output
    assert "poll failed; all Offline; alarm EVCE-Interface_Alarm" in output
