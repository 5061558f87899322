"""What goes home from an accepted site: the controller's answers without names, to be replayed at the desk."""

from __future__ import annotations

import json
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from evce_acceptance.report import home
from evce_acceptance.report.bundle import BundleError
from evce_acceptance.results.run import Exchange, Run
from evce_simulator import EvceSimulator
from evce_simulator.dialect.format_1 import contract

Json = dict[str, Any]


@pytest.fixture(scope="module")
def seen() -> Json:
    """Return what a run sees of a campus."""
    with EvceSimulator("campus", live=False) as simulator:
        shown = simulator.model.dump()
    lists = ("zones", "stations", "connectors")
    pages = {f"/{name}?limit=1000&offset=0": {"items": shown[name], "total": len(shown[name])} for name in lists}
    return {"/system": shown["system"], **pages}


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def written(folder: Path, seen: Json, *exchanges: Exchange, part: str = "taken") -> Path:
    run = Run("Bench", "2026-11-23T08:00:00+00:00", exchanges=list(exchanges))
    return home.write(run, seen, folder, "sat-bench", part)[0]


def done(operation: str, status: int = 200) -> Exchange:
    return Exchange("", "controller", operation, "", status, 0.1)


def test_names_serials_and_addresses_stay_at_the_site_and_are_counted(tmp_path: Path, seen: Json) -> None:
    parts = parts_of(written(tmp_path, seen))
    everything = b"".join(parts.values()).decode()
    telling = ("Parking", "R&D", "SN2024", "10.20.", "PN-0", "Campus", "cpo.example", "Borne")
    assert [one for one in telling if one in everything] == []
    removed = json.loads(parts["manifest.json"])["removed"]
    assert (removed["names of zones"], removed["serial numbers"], removed["names of the site"]) == (6, 40, 1)


def test_what_is_not_understood_keeps_its_shape_and_says_nothing(tmp_path: Path, seen: Json) -> None:
    zones = seen["/zones?limit=1000&offset=0"]
    odd = {"owner": {"phone": "0123", "at": [48.85, None, True]}}
    changed = seen | {"/zones?limit=1000&offset=0": {"items": [zones["items"][0] | odd], "total": 1}}
    (zone,) = json.loads(parts_of(written(tmp_path, changed))["capture.json"])["exchanges"][1]["body"]["items"]
    assert zone["owner"] == {"phone": "text-1", "at": [0, None, True]}
    assert zone["maxCurrent"] == zones["items"][0]["maxCurrent"]


def test_the_site_begins_again_at_the_desk(tmp_path: Path, seen: Json) -> None:
    with EvceSimulator(capture=written(tmp_path, seen), live=False) as simulator:
        assert simulator.notes == []
        assert simulator.model.connectors() == seen["/connectors?limit=1000&offset=0"]["items"]


@pytest.mark.parametrize("part", ["taken", "left"])
def test_its_profile_is_the_contract_with_the_part_that_reductions_speak_of(
    tmp_path: Path, seen: Json, part: str
) -> None:
    profile = tomllib.loads(parts_of(written(tmp_path, seen, part=part))["profile.toml"].decode())
    assert profile == contract() | {"reduction_percent": part}


def test_stamps_name_what_answered_and_what_had_a_value(tmp_path: Path, seen: Json) -> None:
    calls = done("PUT /api/v2/zones/3/reduction"), done("DELETE /api/v2/zones/3/reduction", 409)
    stamps = tomllib.loads(parts_of(written(tmp_path, seen, *calls))["stamps.toml"].decode())
    assert set(stamps["operations"]) == {
        "GET /system", "GET /zones", "GET /stations", "GET /connectors", "PUT /zones/{id}/reduction"
    }  # fmt: skip
    assert stamps["Zone"]["maxCurrent"] == "verified: site-1, 6, 2026-11-23"
    assert "transactionId" in stamps["Connector"]


def test_a_field_that_is_empty_everywhere_is_not_stamped(tmp_path: Path, seen: Json) -> None:
    zones = seen["/zones?limit=1000&offset=0"]["items"]
    bare = {"items": [zone | {"reduction": None} for zone in zones], "total": len(zones)}
    stamps = tomllib.loads(parts_of(written(tmp_path, {"/zones?limit=1000&offset=0": bare}))["stamps.toml"].decode())
    assert "reduction" not in stamps["Zone"]
    assert "Reduction" not in stamps


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path, seen: Json) -> None:
    (tmp_path / "home").write_text("", encoding="utf-8")
    with pytest.raises(BundleError, match=r"home.*cannot be written"):
        written(tmp_path, seen)
