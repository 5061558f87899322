"""What is told of kills: how many are asked for, how long a start took, and the table at the end."""

from __future__ import annotations

import pytest

from tests.support.kills import Account, Round, asked, rounds, table
from tests.support.stopwatch import Took

FIRST = Round("sqlite", ["put", "wrote"], [Account("log samples", 7, ["06:00"], [])], [Took(1.0, 0.5), Took(4.0, 0.7)])
SECOND = Round("sqlite", ["put"], [Account("log samples", 5, [], ["06:15", "06:30"])], [Took(2.0, 0.9)])


def test_the_environment_says_how_many_kills_there_are_on_each_kind_of_database(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KILLS_SQLITE", "12")
    monkeypatch.setenv("KILLS_POSTGRESQL", "3")
    assert rounds(asked()) == [("sqlite", 0, 10), ("sqlite", 1, 2), ("postgresql", 0, 3)]


def test_the_table_sums_up_what_was_compared_lost_and_doubled_and_tells_the_slowest_first_answer() -> None:
    head, killed_at, _, row = table([FIRST, SECOND])
    assert head == (
        "sqlite: 3 kills, first answer after a kill 0.70 s, worst 0.90 s"
        " (by the clock, on this machine: 2.00 s, worst 4.00 s)"
    )
    assert killed_at == "  killed at put 2, wrote 1"
    assert row.split() == ["log", "samples", "12", "1", "2"]


def test_a_round_goes_through_the_report_of_a_test_unchanged() -> None:
    assert Round.of_text(FIRST.text()) == FIRST
