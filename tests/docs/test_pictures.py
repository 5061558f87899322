"""Each picture of a document can be made anew, and shows what the document says of it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree

from tests.pictures.table import ELSEWHERE, PICTURES, take
from tests.support.chromium import CHROMIUM

ROOT = Path(__file__).parents[2]
SHOWN = re.compile(r"!\[[^\]]*\]\(([^)\s]+)\)")
MADE = {picture.file for picture in PICTURES} | set(ELSEWHERE)
PATIENCE = 150
"""Seconds that a busy machine may take for the pictures of the workstation; a quiet one takes six."""


def shown() -> set[str]:
    """Return the pictures that the Markdown documents of the repository show."""
    listed = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S607
    return {
        str((ROOT / document).parent.joinpath(picture).resolve().relative_to(ROOT))
        for document in listed.stdout.splitlines()
        for picture in SHOWN.findall((ROOT / document).read_text(encoding="utf-8"))
    }


def made(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-m", "tests.pictures", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


def words(drawing: Path) -> list[str]:
    """Return the lines of a drawn terminal."""
    lines: dict[str, str] = {}
    for text in etree.parse(drawing).iter("{*}text"):
        lines[text.get("y", "")] = lines.get(text.get("y", ""), "") + " " + "".join(text.itertext())
    return [" ".join(line.split()) for line in lines.values()]


def test_each_picture_that_a_document_shows_can_be_made_anew() -> None:
    assert shown() - MADE == set()


def test_each_picture_that_can_be_made_is_shown_by_a_document() -> None:
    assert MADE - shown() == set()


def test_a_picture_that_there_is_not_is_named_with_those_that_there_are() -> None:
    with pytest.raises(SystemExit, match=r"There is no picture trent\.png\. There are demo\.png, interface\.svg"):
        take(["trent.png"])


@pytest.mark.release
@pytest.mark.once
@pytest.mark.no_cover
def test_the_workstation_is_drawn_as_the_documents_say_of_it(tmp_path: Path) -> None:
    drawn = made("--into", str(tmp_path), "zone.svg", "curtailment.svg", "alarms.svg", "interface.svg", "trend.png")
    folder = tmp_path / "reference/docs"

    assert drawn.returncode == 0, drawn.stderr
    assert "ZoneReduction ZoneReduction 25.00" in words(folder / "zone.svg")
    assert not [line for line in words(folder / "zone.svg") if "Uncertain" in line]
    assert "ConfirmedReduction ConfirmedReduction 25.00 %" in words(folder / "curtailment.svg")
    priorities = [int(found[1]) for line in words(folder / "alarms.svg") if (found := re.match(r"(\d+) [AR]", line))]
    assert priorities == sorted(priorities)
    assert len(priorities) == 4
    assert "StorageState StorageState good" in words(folder / "interface.svg")
    assert (folder / "trend.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.release
@pytest.mark.once
@pytest.mark.no_cover
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: apt-get install chromium-headless-shell")
def test_the_demo_and_the_page_of_the_simulated_controller_are_taken(tmp_path: Path) -> None:
    taken = made("--into", str(tmp_path), "demo.png", "page.png")

    assert taken.returncode == 0, taken.stderr
    for picture in ("reference/docs/demo.png", "simulators/evce_simulator/docs/page.png"):
        assert (tmp_path / picture).stat().st_size > 50_000, picture
