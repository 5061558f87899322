"""The journal of a watch outlives whatever ends it, and nobody's watch is written over."""

from __future__ import annotations

from pathlib import Path

import pytest
from evce_acceptance.watch.looks import JOURNAL, Journal, JournalError, Look, Plan

PLAN = Plan("/site.toml", "2026-03-02T12:00:00Z", 24.0, 60.0)
LOOK = Look(
    "2026-03-02T12:00:01Z",
    skew=-1.5,
    states={"0": 4, "3": 1},
    moved=2,
    alarms={"Z1/A": "lost"},
    gone=("Z1/B",),
    new=("Z1/C",),
    forgot=True,
    lost=("Z1/B",),
    back=("Z1/D",),
    first=True,
)


def test_what_was_noted_is_read_again(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "watch")
    journal.begin(PLAN)
    journal.note(LOOK)
    assert journal.read() == (PLAN, [LOOK])


def test_a_line_that_was_cut_off_costs_that_look_alone(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.begin(PLAN)
    for _ in range(2):
        journal.note(LOOK)
    journal.path.write_bytes(journal.path.read_bytes()[:-20])
    assert journal.read() == (PLAN, [LOOK])


def test_a_folder_with_a_watch_is_not_begun_again(tmp_path: Path) -> None:
    Journal(tmp_path).begin(PLAN)
    with pytest.raises(JournalError, match=rf"go on with it by `evce-acceptance resume {tmp_path}`"):
        Journal(tmp_path).begin(PLAN)
    assert Journal(tmp_path).read() == (PLAN, [])


@pytest.mark.parametrize("text", ["", "no JSON\n", '{"site": 1}\n', "[]\n"])
def test_a_file_that_is_no_journal_is_said_to_be_none(tmp_path: Path, text: str) -> None:
    (tmp_path / JOURNAL).write_text(text, encoding="utf-8")
    with pytest.raises(JournalError, match="is no journal of a watch"):
        Journal(tmp_path).read()


def test_a_folder_without_a_watch_is_named(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match=f"There is no watch in {tmp_path}"):
        Journal(tmp_path).read()
