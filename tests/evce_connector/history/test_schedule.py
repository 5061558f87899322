"""Boundaries of the interval, and what is due, missed or done with at some instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from evce_connector.history.schedule import LogPosition, boundary, due, until_next
from hypothesis import given
from hypothesis import strategies as st

QUARTER, HOUR, TOLERANCE = timedelta(minutes=15), timedelta(hours=1), timedelta(seconds=15)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-29T{text}").replace(tzinfo=UTC)


def found(last: str, now: str, before: timedelta = QUARTER, interval: timedelta = QUARTER) -> tuple[str, int] | None:
    """Return the boundary to be taken and how many were missed."""
    result = due(LogPosition(at(last), before), at(now), interval, TOLERANCE)
    return (f"{result.at:%H:%M}" if result.at else "", result.missed) if result else None


@pytest.mark.parametrize(
    ("minutes", "now", "expected"),
    [
        (15, "06:00:00", "06:00"),
        (15, "06:14:59.999", "06:00"),
        (1, "06:14:59", "06:14"),
        (1440, "23:59", "00:00"),
        (480, "17:00", "16:00"),
    ],
)
def test_boundaries_count_from_midnight_in_utc(minutes: int, now: str, expected: str) -> None:
    assert boundary(at(now), timedelta(minutes=minutes)) == at(expected)


def test_the_next_boundary_is_never_now() -> None:
    assert until_next(at("06:00"), QUARTER) == 900
    assert until_next(at("06:14:59"), QUARTER) == 1


@pytest.mark.parametrize(("now", "expected"), [("06:15:15", at("06:15")), ("06:15:15.001", None)])
def test_logs_begin_with_a_boundary_that_is_just_being_passed(now: str, expected: datetime | None) -> None:
    result = due(LogPosition.first(at(now), QUARTER, TOLERANCE), at(now), QUARTER, TOLERANCE)

    assert (result.at if result else None) == expected


@pytest.mark.parametrize(
    ("last", "now", "expected"),
    [
        ("06:00", "06:14:59", None),
        ("06:00", "06:15:00", ("06:15", 0)),
        ("06:00", "06:15:15", ("06:15", 0)),
        ("06:00", "06:15:15.001", ("", 1)),
        ("06:00", "07:00:00", ("07:00", 3)),
        ("06:00", "07:01:00", ("", 4)),
        ("07:00", "06:30:00", ("06:30", 0)),
        ("07:00", "06:31:00", ("", 0)),
    ],
)
def test_what_is_due(last: str, now: str, expected: tuple[str, int] | None) -> None:
    assert found(last, now) == expected


@pytest.mark.parametrize(
    ("before", "interval", "last", "now", "expected"),
    [
        (HOUR, QUARTER, "10:00", "10:20:00", ("", 0)),
        (HOUR, QUARTER, "10:00", "10:30:00", ("10:30", 0)),
        (QUARTER, HOUR, "10:15", "10:20:00", ("", 0)),
        (QUARTER, HOUR, "10:00", "10:15:05", ("10:15", 0)),
        (QUARTER, HOUR, "10:45", "11:00:00", ("11:00", 0)),
        (QUARTER, HOUR, "10:00", "10:50:00", ("", 3)),
    ],
)
def test_a_new_interval_loses_no_sample_and_reports_none_that_was_never_due(
    before: timedelta, interval: timedelta, last: str, now: str, expected: tuple[str, int]
) -> None:
    assert found(last, now, before, interval) == expected


def test_after_a_new_interval_its_next_boundary_is_due() -> None:
    position = LogPosition(at("10:15"), QUARTER)
    for now, expected in (("10:15:05", None), ("10:59:59", None), ("11:00:00", at("11:00"))):
        if (result := due(position, at(now), HOUR, TOLERANCE)) is not None:
            position = result.position
        assert (result.at if result else None) == expected


def test_logs_begin_with_the_boundary_that_is_being_passed() -> None:
    result = due(LogPosition.first(at("06:15:05"), QUARTER, TOLERANCE), at("06:15:05"), QUARTER, TOLERANCE)
    assert result
    assert (result.at, result.missed) == (at("06:15"), 0)


def test_what_was_before_logs_began_was_not_missed() -> None:
    assert due(LogPosition.first(at("06:20"), QUARTER, TOLERANCE), at("06:20"), QUARTER, TOLERANCE) is None


def test_a_position_keeps_what_was_missed_and_when_samples_were_last_taken() -> None:
    first = due(LogPosition(at("06:00"), QUARTER, at("06:00"), 5), at("06:31"), QUARTER, TOLERANCE)
    assert first
    assert first.first_missed == at("06:15")
    assert first.position == LogPosition(at("06:30"), QUARTER, at("06:00"), 7)


@pytest.mark.parametrize("taken", [None, at("06:15")])
def test_a_position_can_be_written_and_read(taken: datetime | None) -> None:
    position = LogPosition(at("06:30"), QUARTER, taken, 7)
    assert LogPosition.of_text(position.text()) == position


@given(st.lists(st.integers(1, 3000), max_size=80))
def test_as_long_as_time_goes_forward_each_boundary_is_taken_or_missed_once(steps: list[int]) -> None:
    now = start = at("00:00:01")
    position, taken = LogPosition.first(now - QUARTER, QUARTER, TOLERANCE), []
    first = position.last
    for seconds in steps:
        now += timedelta(seconds=seconds)
        if result := due(position, now, QUARTER, TOLERANCE):
            position = result.position
            taken += [result.at] if result.at else []
    assert len(taken) + position.missed == (boundary(max(now, start), QUARTER) - first) // QUARTER * bool(steps)
    assert taken == sorted(set(taken))
