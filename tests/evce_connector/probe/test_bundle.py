"""What goes home from a site is one zip whose parts are as they were written, without what tells which site it is."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from evce_connector.probe import bundle
from evce_connector.probe.bundle import About, BundleError
from evce_connector.probe.contact import Contact
from evce_simulator.simulator import EvceSimulator

from tests.evce_connector.probe.otherwise import probe

ABOUT = About("site-1", "6", datetime(2026, 3, 2, 6, 0, tzinfo=UTC), {"addresses": 3})
TEXTS = {"capture.json": "{}", "profile.toml": "format = 2", "stamps.toml": "", "answers.toml": 'unit = "W"'}


def written(folder: Path, texts: dict[str, str]) -> Path:
    file = folder / bundle.NAME
    file.write_bytes(bundle.pack(texts, ABOUT))
    return file


def test_the_parts_of_a_bundle_are_those_that_were_packed(tmp_path: Path) -> None:
    parts = bundle.unpack(written(tmp_path, TEXTS))
    manifest = json.loads(parts.pop("manifest.json"))
    assert parts == {name: text.encode() for name, text in TEXTS.items()}
    assert (manifest["site"], manifest["version"], manifest["date"]) == ("site-1", "6", "2026-03-02")
    assert manifest["removed"] == {"addresses": 3}


def test_the_same_parts_make_the_same_bytes() -> None:
    assert bundle.pack(TEXTS, ABOUT) == bundle.pack(TEXTS, ABOUT)


def test_a_part_that_was_changed_since_is_named(tmp_path: Path) -> None:
    file = written(tmp_path, TEXTS)
    parts = bundle.unpack(file) | {"profile.toml": b"format = 1"}
    with zipfile.ZipFile(file, "w") as changed:
        for name, part in parts.items():
            changed.writestr(name, part)
    with pytest.raises(BundleError, match=r"profile\.toml is not what was packed"):
        bundle.unpack(file)


@pytest.mark.parametrize(
    ("content", "why"),
    [({}, "no manifest.json"), ({"manifest.json": '{"format": 9, "sha256": {}}'}, "of the format 9")],
)
def test_a_zip_that_is_no_bundle_is_refused(tmp_path: Path, content: dict[str, str], why: str) -> None:
    file = tmp_path / "some.zip"
    with zipfile.ZipFile(file, "w") as made:
        for name, text in content.items():
            made.writestr(name, text)
    with pytest.raises(BundleError, match=why):
        bundle.unpack(file)


def test_what_is_no_zip_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "some.zip"
    file.write_text("text", encoding="utf-8")
    with pytest.raises(BundleError, match="not a zip file"):
        bundle.unpack(file)


def test_the_probe_leaves_a_bundle_beside_its_files(at_campus: Contact, tmp_path: Path) -> None:
    assert tmp_path / bundle.NAME in at_campus.write(tmp_path)
    parts = bundle.unpack(tmp_path / bundle.NAME)
    for name in ("capture.json", "profile.toml", "stamps.toml"):
        assert parts[name] == (tmp_path / name).read_bytes()
    everything = b"".join(parts.values()).decode()
    assert not [telling for telling in ("Parking", "SN2024", "10.20.", "EVCE simulator") if telling in everything]


def test_the_probe_says_what_it_removed_how_many_of_each_kind(guide: EvceSimulator, tmp_path: Path) -> None:
    said = probe(guide.url, tmp_path, "--output", str(tmp_path / "out")).stdout
    line = next(line for line in said.splitlines() if line.startswith("removed from the capture: "))
    for removed in ("names of the site (1)", "names of zones (3)", "addresses (1)", "answers of a login (1)"):
        assert removed in line
    manifest = json.loads(bundle.unpack(tmp_path / "out" / bundle.NAME)["manifest.json"])
    assert manifest["removed"]["names of zones"] == 3


def test_with_names_kept_only_the_login_is_said_to_be_removed(guide: EvceSimulator, tmp_path: Path) -> None:
    probe(guide.url, tmp_path, "--keep-names", "--output", str(tmp_path / "out"))
    manifest = json.loads(bundle.unpack(tmp_path / "out" / bundle.NAME)["manifest.json"])
    assert manifest["removed"] == {"answers of a login": 1}


def test_a_capture_has_the_query_of_each_request(at_campus: Contact) -> None:
    exchanges = json.loads(at_campus.texts["capture.json"])["exchanges"]
    zones = [one["query"] for one in exchanges if one["path"] == "/api/v2/zones"]
    assert {"limit": "1000", "offset": "0"} in zones
    assert {"limit": "1"} in zones
