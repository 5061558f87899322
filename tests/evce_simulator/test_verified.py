"""By whom each part of the contract is verified, by the stamps that probes brought home."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from evce_simulator.cli import main

from tests.evce_simulator.brought_home import bundle

FIRST = (
    '[operations]\n"GET /zones" = "verified: site-1, 6, 2026-03-02"\n\n[Zone]\nid = "verified: site-1, 6, 2026-03-02"\n'
)
SECOND = '[Zone]\nid = "verified: site-2, 6.1, 2026-04-05"\nname = "assumed"\n'


def coverage(*files: Path) -> Result:
    return CliRunner().invoke(main, ["coverage", *[word for file in files for word in ("--stamps", str(file))]])


def stamps(folder: Path, text: str) -> Path:
    file = folder / "stamps.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_each_part_has_those_who_verified_it_and_all_are_counted(tmp_path: Path) -> None:
    shown = coverage(stamps(tmp_path, FIRST), bundle(tmp_path / "site.bundle.zip", stamps_toml=SECOND)).output
    assert "74 parts: 2 verified, 72 not yet; by 2 visits." in shown
    assert "| `Zone.id` | guide | site-1, 6, 2026-03-02; site-2, 6.1, 2026-04-05 | 2 |" in shown
    assert "| `GET /zones` | assumed | site-1, 6, 2026-03-02 | 1 |" in shown
    assert "| `Zone.name` | guide | - | 0 |" in shown


def test_the_same_visit_counts_once(tmp_path: Path) -> None:
    file = stamps(tmp_path, FIRST)
    assert "| `Zone.id` | guide | site-1, 6, 2026-03-02 | 1 |" in coverage(file, file).output


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('[Zone]\nheight = "verified: a, 6, b"', "the contract has no Zone.height"),
        ("[", "holds no stamps"),
    ],
)
def test_stamps_that_do_not_fit_are_refused_in_a_sentence(tmp_path: Path, text: str, why: str) -> None:
    result = coverage(stamps(tmp_path, text))
    assert result.exit_code == 1
    assert why in result.output


def test_a_bundle_without_stamps_is_refused(tmp_path: Path) -> None:
    file = bundle(tmp_path / "site.bundle.zip", capture_json='{"exchanges": []}')
    assert "holds no stamps.toml" in coverage(file).output


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "Cannot read" in coverage(tmp_path / "nothing.toml").output
