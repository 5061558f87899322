"""Samples that are missing or doubled are found at the end of a watch, and no gap that the guide allows."""

from __future__ import annotations

import pytest
from evce_acceptance.watch.looks import Look
from evce_acceptance.watch.samples import Offline, missed

from tests.evce_acceptance.watch.test_findings import EVERY, at, look

MINUTES = [look(number) for number in range(-10, 60)]
"""An hour in which everything was seen and nothing was Offline."""


def test_samples_that_are_missing_or_doubled_are_told_by_their_boundary() -> None:
    boundaries = [at(15 * number) for number in range(4)]
    instants = {"Z1/A": boundaries, "Z1/B": boundaries[:2] + boundaries[3:], "Z1/C": [*boundaries, boundaries[1]]}
    found = missed(instants, at(-5), at(50), 15, Offline(MINUTES, EVERY))
    assert [(one.what, one.start, one.wrong) for one in found] == [
        ("1 of 3 histories has more than one sample of 12:15 UTC: Z1/C", at(15), True),
        ("1 of 3 histories has no sample of 12:30 UTC: Z1/B", at(30), True),
    ]


@pytest.mark.parametrize(
    ("looks", "found"),
    [
        (MINUTES, [True]),
        ([look(number, lost=("Z1/A",) if number == 10 else ()) for number in range(60)], []),
        ([look(10, lost=("Z1/A",)), look(14, back=("Z1/A",)), look(14.5), look(16)], [True]),
        ([look(10, lost=("Z1/A",)), look(14.5), look(15.5, back=("Z1/A",)), look(16)], []),
        ([look(10, lost=("Z1/A",)), look(14.5, first=True), look(15.5), look(16)], [True]),
        ([look(10), look(20)], [False]),
        ([look(14.5), look(15.5, trouble="No answer."), look(20)], [False]),
    ],
    ids=["seen", "Offline", "back before", "Offline before", "another session", "nobody looked", "no answer"],
)
def test_what_is_offline_has_no_sample_and_what_nobody_saw_is_not_judged(looks: list[Look], found: list[bool]) -> None:
    instants = {"Z1/A": [at(0), at(30)], "Z1/B": [at(0), at(15), at(30)]}
    lacking = missed(instants, at(1), at(29), 15, Offline(looks, EVERY))
    assert [(one.wrong, one.start) for one in lacking] == [(wrong, at(15)) for wrong in found]
