"""What quotes the version of this tree quotes the same one; what a release must have is there for each."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
_IMAGE = re.compile(r"image: \S*/evce-connector:(\S+)")
MANIFESTS = [path for path in (ROOT / "reference" / "deploy").rglob("*.yaml") if _IMAGE.search(path.read_text("utf-8"))]


def test_acceptance_is_installed_from_the_wheel_of_this_version() -> None:
    named = re.findall(r"evce_connector-(.*?)-py3", (ROOT / "features" / "ACCEPTANCE.md").read_text(encoding="utf-8"))
    assert set(named) == {VERSION}


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda path: path.name)
def test_manifests_run_the_image_of_this_version(manifest: Path) -> None:
    assert set(_IMAGE.findall(manifest.read_text(encoding="utf-8"))) == {VERSION}


def test_some_manifest_runs_an_image() -> None:
    assert "deployment.yaml" in [manifest.name for manifest in MANIFESTS]
