"""What an acceptance run sees, as data: nothing is unexplained, and what the page says is what a look finds."""

from __future__ import annotations

import subprocess  # the run forks: not from a process that other tests have filled
import sys
from pathlib import Path

import pytest

from features.mutants import table
from features.mutants.scenarios import FOLDER
from features.seen import lies, page, wrong
from features.seen.lies import ALONE, BOTH, LiesError

SEEN_BY_BOTH, SEEN_BY_ONE, UNSEEN = "total-without-phase-3", "reserved-is-unavailable", "locked-out-for-ever"
"""Mutants that the page says each run sees, only one that knows the controller, and neither."""


def test_whatever_no_run_sees_has_its_reason_and_the_page_is_up_to_date() -> None:
    assert [*page.drifted(table.mutants(), wrong.load())] == []


@pytest.mark.once
@pytest.mark.timeout(180)
def test_what_the_page_says_is_what_a_look_finds() -> None:
    line = [sys.executable, "-m", "features.seen", "--only", SEEN_BY_BOTH, SEEN_BY_ONE, UNSEEN]
    done = subprocess.run(line, cwd=FOLDER.parent, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    assert done.returncode == 0, done.stdout + done.stderr
    seen = wrong.load()
    assert [[bool(seen[id_][run]) for run in (BOTH, ALONE)] for id_ in (SEEN_BY_BOTH, SEEN_BY_ONE, UNSEEN)] == [
        [True, True],
        [True, False],
        [False, False],
    ]
    for id_ in (SEEN_BY_BOTH, SEEN_BY_ONE, UNSEEN):
        words = "; ".join(f"{run}: {said or '-'}" for run, said in seen[id_].items())
        assert f"{id_}  {words}"[:200] in done.stdout


def test_a_mutant_that_nobody_looked_at_or_that_is_seen_in_spite_of_a_reason_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (first, second) = table.mutants()[:2]
    reasons = tmp_path / "beyond.toml"
    reasons.write_text(f'[[beyond]]\nwhy = "so"\nmutants = ["{first.id}", "gone", "gone"]\n', encoding="utf-8")
    monkeypatch.setattr(page, "BEYOND", reasons)
    told = "\n".join(
        page.drifted((first, second), {first.id: {BOTH: "", ALONE: "an item: is wrong", wrong.CONTRACT: ""}})
    )
    assert "gives gone two reasons" in told
    assert "speaks of gone, which is no mutant" in told
    assert f"why nobody sees {first.id}, and a run does" in told
    assert f"{second.id} was never looked at" in told


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ('name = "value"\nitem = "a"\nby = ["somebody"]', "value: `by` names runs out of both, alone"),
        ('name = "value"\nitem = "a"', "or `beyond` says why none can"),
        ('name = "of-another"\nbeyond = "so"', "of-another: lying-proxy has no such lie"),
        ('name = "value"\nbeyond = "so"\nmore = 1', "value: there is no column more"),
        ('name = "value"\nbeyond = "so"', "says nothing of the lie "),
    ],
)
def test_a_wrong_row_of_lies_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, row: str, why: str) -> None:
    file = tmp_path / "lies.toml"
    file.write_text(f"[[lie]]\n{row}\n", encoding="utf-8")
    monkeypatch.setattr(lies, "FILE", file)
    with pytest.raises(LiesError, match=why.replace("(", r"\(")):
        lies.rows.__wrapped__()


def test_a_lie_that_alone_is_not_told_and_has_no_reason_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = lies.FILE.read_text(encoding="utf-8")
    file = tmp_path / "lies.toml"
    file.write_text(
        "\n".join(line for line in text.splitlines() if not line.startswith("beyond_alone")), encoding="utf-8"
    )
    monkeypatch.setattr(lies, "FILE", file)
    with pytest.raises(LiesError, match=r"no run \(alone\) tells it"):
        lies.rows.__wrapped__()
