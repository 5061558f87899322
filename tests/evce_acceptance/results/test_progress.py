"""What who waits for a run sees."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from ebo_simulator.clock import ManualClock
from evce_acceptance.results.progress import Progress


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 11, 30, 12, tzinfo=UTC))


@pytest.fixture
def shown() -> list[str]:
    return []


@pytest.fixture
def progress(clock: ManualClock, shown: list[str]) -> Progress:
    made = Progress(clock, shown.append)
    made.begin(20)
    return made


def done(progress: Progress, checks: int, clock: ManualClock, seconds: float) -> None:
    """Have so many checks done, each in so many s."""
    for _ in range(checks):
        clock.wait(seconds)
        progress.end()


def test_the_first_check_shows_its_number_and_no_guess(progress: Progress, shown: list[str]) -> None:
    progress.next("The tree")
    assert shown == ["1 of 20: The tree"]


def test_the_time_left_is_that_of_the_checks_until_now(
    progress: Progress, clock: ManualClock, shown: list[str]
) -> None:
    done(progress, 10, clock, 3)
    progress.next("The tree")
    assert shown == ["11 of 20, about 30 s left: The tree"]


def test_a_long_time_left_is_told_in_minutes(progress: Progress, clock: ManualClock, shown: list[str]) -> None:
    done(progress, 10, clock, 30)
    progress.next("The tree")
    assert shown == ["11 of 20, about 5 min left: The tree"]


def test_a_long_check_says_what_it_is_at(progress: Progress, shown: list[str]) -> None:
    progress.next("The tree")
    progress.detail("reading folder 3")
    assert shown[-1] == "1 of 20: The tree: reading folder 3"


def test_what_happens_before_the_checks_is_shown_as_it_is(clock: ManualClock, shown: list[str]) -> None:
    Progress(clock, shown.append).detail("connecting")
    assert shown == ["connecting"]


def test_each_check_that_is_done_knows_its_number(progress: Progress) -> None:
    assert [progress.end(), progress.end()] == ["1 of 20", "2 of 20"]
