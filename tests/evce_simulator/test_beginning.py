"""A site that begins as a real one was recorded: its objects, its dialect, its own ids; and then it lives on."""

from __future__ import annotations

import json
import tomllib
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner
from evce_simulator import EvceSimulator, ManualClock
from evce_simulator.capture import CaptureError
from evce_simulator.cli import main
from evce_simulator.dialect.format_1 import contract

from tests.evce_simulator.brought_home import PASSWORD, READS, bundle, capture_of, exchanges_of

ROOT = Path(__file__).parents[2]
V6 = (ROOT / "reference/evce_connector/evce/profiles/v6.toml").read_text(encoding="utf-8")
AREAS = (ROOT / "simulators/evce_simulator/profiles/areas.toml").read_text(encoding="utf-8")
START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


def site_of(simulator: EvceSimulator) -> dict[str, Any]:
    return {kind: objects for kind, objects in simulator.model.dump().items() if kind != "system"}


def changed(file: Path, path: str, change: Any) -> Path:  # noqa: ANN401 - a function of the body
    data = json.loads(file.read_text(encoding="utf-8"))
    for one in data["exchanges"]:
        if one["path"] == f"/api/v2{path}":
            change(one["body"])
    file.write_text(json.dumps(data), encoding="utf-8")
    return file


@pytest.mark.parametrize("profile", READS)
def test_a_frozen_site_is_the_recorded_one_value_for_value(tmp_path: Path, profile: str | None) -> None:
    with EvceSimulator("campus", live=False) as original:
        expected = site_of(original)
    capture = capture_of(tmp_path / "capture.json", profile)
    with EvceSimulator(capture=capture, profile=profile, live=False) as simulator:
        assert simulator.notes == []
        assert site_of(simulator) == expected


@pytest.mark.parametrize("profile", READS)
def test_a_frozen_site_answers_as_the_controller_did(tmp_path: Path, profile: str | None) -> None:
    clock = ManualClock(START)
    with EvceSimulator("guide", password=PASSWORD, profile=profile, clock=clock) as original:
        recorded = exchanges_of(original, profile)
    file = tmp_path / "capture.json"
    file.write_text(json.dumps({"exchanges": recorded}), encoding="utf-8")
    again = ManualClock(datetime(2027, 1, 1, tzinfo=UTC))
    with EvceSimulator(capture=file, profile=profile, password=PASSWORD, live=False, clock=again) as simulator:
        assert exchanges_of(simulator, profile) == recorded


def test_a_site_from_a_bundle_lives_on_in_the_bundles_dialect(tmp_path: Path) -> None:
    capture = capture_of(tmp_path / "capture.json", "areas").read_text(encoding="utf-8")
    file = bundle(tmp_path / "site.bundle.zip", capture_json=capture, profile_toml=AREAS)
    clock = ManualClock(START)
    with EvceSimulator(capture=file, password=PASSWORD, clock=clock) as simulator:
        assert simulator.model.live
        before = site_of(simulator)
        assert len(before["connectors"]) == 70
        clock.advance(3600)
        assert site_of(simulator)["connectors"] != before["connectors"]
        assert len(exchanges_of(simulator, "areas")[1]["body"]["data"]["items"]) == 6


def test_objects_keep_the_texts_that_the_controller_calls_them_by(tmp_path: Path) -> None:
    def rename(body: dict[str, Any]) -> None:
        for place, zone in enumerate(body["data"]["items"]):
            zone["uid"] = f"north-{place}"

    def move(body: dict[str, Any]) -> None:
        for charger in body["data"]["items"]:
            charger["area"]["uid"] = "north-0"

    file = changed(capture_of(tmp_path / "capture.json", "areas", "guide"), "/areas", rename)
    changed(file, "/chargers", move)
    with EvceSimulator(capture=file, profile="areas", password=PASSWORD, live=False) as simulator:
        _, areas, chargers = exchanges_of(simulator, "areas")
    assert [one["uid"] for one in areas["body"]["data"]["items"]] == ["north-0", "north-1", "north-2"]
    assert [one["area"]["uid"] for one in chargers["body"]["data"]["items"]] == ["north-0"]


def test_the_clock_begins_where_the_controllers_stood(tmp_path: Path) -> None:
    def set_back(body: dict[str, Any]) -> None:
        body["time"] = "2025-05-06T07:08:09Z"

    file = changed(capture_of(tmp_path / "capture.json", None, "guide"), "/system", set_back)
    with EvceSimulator(capture=file, clock=ManualClock(START)) as simulator:
        assert simulator.model.system()["time"] == "2025-05-06T07:08:09Z"


def test_an_object_that_is_skipped_by_the_profile_is_no_object_of_the_site(tmp_path: Path) -> None:
    def take_down(body: dict[str, Any]) -> None:
        body["data"]["items"][0]["lifecycle"] = "decommissioned"

    file = changed(capture_of(tmp_path / "capture.json", "areas"), "/chargers", take_down)
    with EvceSimulator(capture=file, profile="areas", live=False) as simulator:
        assert len(simulator.model.stations()) == 39


def test_what_cannot_be_simulated_is_named_and_the_rest_begins(tmp_path: Path) -> None:
    def spoil(body: dict[str, Any]) -> None:
        body["items"][0]["serialNumber"], body["items"][1]["zoneId"] = [1], 99
        body["items"][2]["authenticationMode"] = None

    file = changed(capture_of(tmp_path / "capture.json", None), "/stations", spoil)
    with EvceSimulator(capture=file, live=False) as simulator:
        assert simulator.notes[:2] == [
            "The station 2 is left out: its zone 99 is not in the capture.",
            "The connector 3 is left out: its station 2 is not in the capture.",
        ]
        assert "The serialNumber [1] of station 1 cannot be simulated: it is '' here." in simulator.notes
        assert (len(simulator.model.stations()), simulator.model.station(3)["authenticationMode"]) == (39, "allow_all")


@pytest.mark.parametrize(
    ("list_", "field", "odd", "begins"),
    [
        ("connectors", "activeEnergy", float("nan"), 0.0),
        ("connectors", "activePower", [1e300, 0, 0], (0.0, 0.0, 0.0)),
        ("connectors", "transactionId", "a-text", None),
        ("zones", "maxCurrent", 10**30, 0),
        ("zones", "reduction", {"value": 1, "validity": 5, "description": ""}, None),
    ],
)
def test_nonsense_of_a_field_is_named_and_begins_with_a_default(
    tmp_path: Path, list_: str, field: str, odd: object, begins: object
) -> None:
    def spoil(body: dict[str, Any]) -> None:
        body["items"][0][field] = odd

    file = changed(capture_of(tmp_path / "capture.json", None, "guide"), f"/{list_}", spoil)
    with EvceSimulator(capture=file, live=False) as simulator:
        (note,) = simulator.notes
        assert note.startswith(f"The {field} ")
        assert note.endswith(f" of {list_[:-1]} 1 cannot be simulated: it is {begins!r} here.")
        simulator.model.dump()


def test_a_set_point_with_decimals_is_rounded_as_the_contract_has_it(tmp_path: Path) -> None:
    def refine(body: dict[str, Any]) -> None:
        body["items"][0]["setPointPower"] = 68.5

    file = changed(capture_of(tmp_path / "capture.json", None, "guide"), "/zones", refine)
    with EvceSimulator(capture=file, live=False) as simulator:
        assert simulator.model.zone(1)["setPointPower"] == 69


def test_a_bundle_of_a_controller_that_only_spells_otherwise_is_read_and_served_in_its_spelling(tmp_path: Path) -> None:
    def spell(body: dict[str, Any]) -> None:
        for zone in body["items"]:
            zone["limit"] = zone.pop("maxCurrent")

    capture = changed(capture_of(tmp_path / "capture.json", None, "guide"), "/zones", spell)
    text = capture.read_text(encoding="utf-8").replace("/api/v2/zones", "/api/v2/areas")
    profile = V6.replace('max_current = "maxCurrent"', 'max_current = "limit"', 1).replace('"/zones', '"/areas')
    profile = profile.replace('login = "/login"', 'login = "/auth/login"')
    file = bundle(tmp_path / "site.bundle.zip", capture_json=text, profile_toml=profile)
    with (
        EvceSimulator(capture=file, password=PASSWORD, live=False) as simulator,
        requests.Session() as session,
    ):
        assert simulator.model.zone(1)["maxCurrent"] == 100
        body = {"login": "bms", "password": PASSWORD}
        token = session.post(f"{simulator.url}/auth/login", json=body, timeout=10).json()["token"]
        session.headers["Authorization"] = f"Bearer {token}"
        page = session.get(f"{simulator.url}/areas", params={"limit": 1}, timeout=10).json()
        assert (page["items"][0]["limit"], page["total"]) == (100, 3)
        url = f"{simulator.url}/areas/1/reduction"
        wanted = {"value": 25, "type": "percentage", "validity": "2150-01-01T00:00:00Z", "validityMode": "absolute"}
        assert session.put(url, json=wanted, timeout=10).status_code == 200
        assert simulator.model.zone(1)["reduction"]["value"] == 25
        assert session.delete(url, timeout=10).status_code == 200
        assert simulator.model.zone(1)["reduction"] is None


def test_a_profile_that_spells_all_as_the_contract_is_the_contract(tmp_path: Path) -> None:
    text = capture_of(tmp_path / "capture.json", None, "guide").read_text(encoding="utf-8")
    file = bundle(tmp_path / "site.bundle.zip", capture_json=text, profile_toml=V6)
    with EvceSimulator(capture=file, live=False) as simulator:
        assert simulator.wsgi is simulator.contract


def test_the_contracts_own_spelling_is_that_of_the_shipped_profile() -> None:
    assert tomllib.loads(V6) == contract()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{}", "no capture"),
        ('{"exchanges": []}', r"shows no zone by this profile\. The capture has no answer to /system"),
    ],
)
def test_a_capture_without_a_site_is_refused_in_sentences(tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "capture.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CaptureError, match=why):
        EvceSimulator(capture=file)


def test_a_bundle_whose_part_was_changed_is_refused(tmp_path: Path) -> None:
    file = bundle(tmp_path / "site.bundle.zip", capture_json="{}")
    with zipfile.ZipFile(file) as packed:
        manifest = packed.read("manifest.json")
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("manifest.json", manifest)
        packed.writestr("capture.json", "{ }")
    with pytest.raises(CaptureError, match=r"capture\.json is not what was packed"):
        EvceSimulator(capture=file)


def test_a_capture_beside_a_scenario_is_refused(tmp_path: Path) -> None:
    file = capture_of(tmp_path / "capture.json", None, "guide")
    result = CliRunner().invoke(main, ["run", "--capture", str(file), "--scenario", "campus"])
    assert result.exit_code == 1
    assert "A capture is a whole site: leave out --scenario" in result.output


def test_diff_reads_the_capture_of_a_bundle(tmp_path: Path) -> None:
    text = capture_of(tmp_path / "capture.json", None, "guide").read_text(encoding="utf-8")
    result = CliRunner().invoke(main, ["diff", str(bundle(tmp_path / "site.bundle.zip", capture_json=text))])
    assert result.exit_code == 0
    assert "0 differences" in result.output
