"""The journal of a watch outlives whatever ends it, and nobody's watch is written over."""

from __future__ import annotations

from dataclasses import replace
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
    journal.note([LOOK])
    assert journal.read() == (PLAN, [LOOK])


@pytest.mark.parametrize("words", ["Ž\u0085é", "in two\nlines"])
def test_any_words_of_an_alarm_come_back_as_they_were(tmp_path: Path, words: str) -> None:
    journal = Journal(tmp_path)
    journal.begin(PLAN)
    journal.note([replace(LOOK, alarms={"Z1/A": words}), LOOK])
    assert journal.read()[1] == [replace(LOOK, alarms={"Z1/A": words}), LOOK]


@pytest.mark.parametrize(
    "spoilt", [b'{"at": "2026", "alarms": {"Z/S\xc3', b"0", b"[]", b'{"at": 1}', b"\0\0\0\0"], ids=repr
)
def test_what_a_power_cut_left_costs_no_other_look(tmp_path: Path, spoilt: bytes) -> None:
    journal = Journal(tmp_path)
    journal.begin(PLAN)
    journal.note([LOOK])
    journal.path.write_bytes(journal.path.read_bytes() + b"\n" + spoilt)
    journal.note([LOOK])
    assert journal.read() == (PLAN, [LOOK, LOOK])


def test_zeros_behind_a_line_cost_nothing(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.begin(PLAN)
    journal.note([LOOK])
    journal.path.write_bytes(journal.path.read_bytes() + b"\0" * 40)
    journal.note([LOOK])
    assert journal.read() == (PLAN, [LOOK, LOOK])


def test_an_empty_file_of_a_full_disk_is_no_watch_and_one_can_begin(tmp_path: Path) -> None:
    (tmp_path / JOURNAL).touch()
    Journal(tmp_path).begin(PLAN)
    assert Journal(tmp_path).read() == (PLAN, [])


def test_items_are_known_again_as_they_were_told(tmp_path: Path) -> None:
    assert Journal(tmp_path).known() is None
    Journal(tmp_path).know({"Z1/Ž", "Z1/B"})
    assert Journal(tmp_path).known() == {"Z1/Ž", "Z1/B"}


def test_a_line_that_was_cut_off_costs_that_look_alone(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.begin(PLAN)
    for _ in range(2):
        journal.note([LOOK])
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
