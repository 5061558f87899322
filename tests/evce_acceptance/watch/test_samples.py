"""Samples that are missing or doubled are found at the end of a watch, and no gap that the guide allows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from evce_acceptance.watch.looks import Look
from evce_acceptance.watch.samples import Offline, missed

from tests.evce_acceptance.watch.test_findings import at, look

MINUTES = [look(number + beside) for number in range(-15, 60, 15) for beside in (-5 / 60, 5 / 60)]
"""An hour with a look just before and just after each boundary, and nothing was Offline."""


def test_samples_that_are_missing_or_doubled_are_told_by_their_boundary() -> None:
    boundaries = [at(15 * number) for number in range(4)]
    instants = {"Z1/A": boundaries, "Z1/B": boundaries[:2] + boundaries[3:], "Z1/C": [*boundaries, boundaries[1]]}
    found = missed(instants, at(-5), at(50), 15, Offline(MINUTES))
    assert [(one.what, one.start, one.wrong) for one in found] == [
        ("1 of 3 histories has more than one sample of 12:15 UTC: Z1/C", at(15), True),
        ("1 of 3 histories has no sample of 12:30 UTC: Z1/B", at(30), True),
    ]


@pytest.mark.parametrize(
    ("looks", "found"),
    [
        (MINUTES, [True]),
        ([look(10, lost=("Z1/A",)), look(14.9), look(15.1)], []),
        ([look(10, lost=("Z1/A",)), look(14, back=("Z1/A",)), look(14.9), look(15.1)], [True]),
        ([look(10, lost=("Z1/A",)), look(14.5), look(15.5, back=("Z1/A",)), look(16)], []),
        ([look(10, lost=("Z1/A",)), look(14.9, first=True), look(15.1)], [True]),
        ([look(14.5), look(15.5)], [False]),
        ([look(14.9), look(15.1, trouble="No answer."), look(20)], [False]),
        ([look(15.1), look(14.9)], [True]),
        ([look(14.9), look(15.1), look(16, new=("Z1/A",))], []),
        ([look(14.8, new=("Z1/A",)), look(14.9), look(15.1)], [True]),
    ],
    ids=[
        "seen",
        "Offline",
        "back before",
        "Offline before",
        "another session",
        "between two looks it may have been Offline",
        "no answer",
        "clock set back",
        "new after it",
        "new before it",
    ],
)
def test_what_is_offline_has_no_sample_and_what_nobody_saw_is_not_judged(looks: list[Look], found: list[bool]) -> None:
    instants = {"Z1/A": [at(0), at(30)], "Z1/B": [at(0), at(15), at(30)]}
    lacking = missed(instants, at(1), at(29), 15, Offline(looks))
    assert [(one.wrong, one.start) for one in lacking] == [(wrong, at(15)) for wrong in found]


@pytest.mark.parametrize("seconds", [1.0, -0.001])
def test_samples_beside_their_boundaries_are_told_once_and_none_is_called_missing(seconds: float) -> None:
    instants = {"Z1/A": [at(15 * number + seconds / 60) for number in range(1, 4)], "Z1/B": [at(15), at(30), at(45)]}
    (found,) = missed(instants, at(1), at(46), 15, Offline(MINUTES))
    assert found.what == f"Samples of 1 of 2 histories stand up to {abs(seconds):g} s beside their boundaries: Z1/A"
    assert found.wrong


def test_a_sample_beside_its_boundary_is_doubled_by_another() -> None:
    found = missed({"Z1/A": [at(15), at(15) + timedelta(seconds=1)]}, at(1), at(20), 15, Offline(MINUTES))
    assert found[0].what == "1 of 1 histories has more than one sample of 12:15 UTC: Z1/A"
