"""When schedules are due: each type, over both changes of the hour, and in words."""

# ruff: noqa: DTZ001 - what clocks show has no zone of its own

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from evce_connector.schedules import WEEKDAYS, Kind, Schedule, Units, in_words, next_run, next_runs
from hypothesis import given, settings
from hypothesis import strategies as st

PARIS, KOLKATA = "Europe/Paris", "Asia/Kolkata"  # clocks change in one, and never in the other
START = datetime(2024, 9, 23, 15)
EVERY_30 = Schedule("Every 30 minutes", START, Kind.TIME_INTERVAL, PARIS, gap=30, units=Units.MINUTES)
DAILY = replace(EVERY_30, description="Every day", gap=1, units=Units.DAYS)
WEEKLY = Schedule("Weekly", START, Kind.WEEKLY, PARIS, weekdays=("Friday", "Monday"), time_of_day=time(7, 30))
MONTHLY = Schedule("Monthly", START, Kind.MONTHLY, PARIS, day_of_month=15, time_of_day=time(7, 30))
CRON = Schedule("Cron", START, Kind.CRON, PARIS, cron="30 2 * * *")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def shown(schedule: Schedule, after: str, count: int = 5) -> list[str]:
    """Return what clocks show there at the runs that are later than an instant (UTC)."""
    zone = ZoneInfo(schedule.time_zone)
    return [f"{run.astimezone(zone):%Y-%m-%d %H:%M %Z}" for run in next_runs(schedule, utc(after), count)]


def test_the_first_run_is_at_the_start() -> None:
    assert next_runs(EVERY_30, utc("2024-01-01"), 2) == [utc("2024-09-23 13:00"), utc("2024-09-23 13:30")]


def test_a_run_is_strictly_later_than_the_instant_that_is_asked_for() -> None:
    run = utc("2024-09-23 13:30")
    assert next_run(EVERY_30, run - timedelta(microseconds=1)) == run
    assert next_run(EVERY_30, run) == run + timedelta(minutes=30)
    assert next_run(EVERY_30, run + timedelta(microseconds=1)) == run + timedelta(minutes=30)


@pytest.mark.parametrize("around", ["2026-03-29 00:20", "2026-10-25 00:20"])
@pytest.mark.parametrize("zone", [PARIS, KOLKATA])
def test_a_quarter_of_an_hour_is_elapsed_time_over_both_changes_of_the_hour(around: str, zone: str) -> None:
    quarters = replace(EVERY_30, gap=15, time_zone=zone)
    found = next_runs(quarters, utc(around), 12)
    assert found[0] == utc(around) + timedelta(minutes=10)
    assert {later - earlier for earlier, later in pairwise(found)} == {timedelta(minutes=15)}


@pytest.mark.parametrize(
    ("schedule", "after", "expected"),
    [
        (DAILY, "2026-03-27 15:00", ["2026-03-28 15:00 CET", "2026-03-29 15:00 CEST"]),
        (WEEKLY, "2026-03-26", ["2026-03-27 07:30 CET", "2026-03-30 07:30 CEST", "2026-04-03 07:30 CEST"]),
        (MONTHLY, "2026-03-01", ["2026-03-15 07:30 CET", "2026-04-15 07:30 CEST"]),
        (replace(CRON, cron="30 6 * * 1-5"), "2026-10-23", ["2026-10-23 06:30 CEST", "2026-10-26 06:30 CET"]),
        (replace(WEEKLY, time_zone=KOLKATA), "2026-03-27 12:00", ["2026-03-30 07:30 IST"]),
    ],
    ids=["days", "weekly", "monthly", "cron", "no change"],
)
def test_a_time_of_day_stays_what_clocks_show(schedule: Schedule, after: str, expected: list[str]) -> None:
    assert shown(schedule, after, len(expected)) == expected


AT_HALF_PAST_TWO = [
    replace(DAILY, start=datetime(2026, 1, 1, 2, 30)),
    replace(WEEKLY, weekdays=WEEKDAYS, time_of_day=time(2, 30)),
    CRON,
]


@pytest.mark.parametrize("schedule", AT_HALF_PAST_TWO, ids=lambda schedule: schedule.description)
def test_a_time_that_does_not_exist_on_a_day_is_the_next_that_does(schedule: Schedule) -> None:
    expected = ["2026-03-28 02:30 CET", "2026-03-29 03:00 CEST", "2026-03-30 02:30 CEST"]
    assert shown(schedule, "2026-03-27 12:00", 3) == expected


@pytest.mark.parametrize("schedule", AT_HALF_PAST_TWO, ids=lambda schedule: schedule.description)
def test_a_time_that_comes_twice_runs_the_first_time_alone(schedule: Schedule) -> None:
    expected = ["2026-10-24 02:30 CEST", "2026-10-25 02:30 CEST", "2026-10-26 02:30 CET"]
    assert shown(schedule, "2026-10-23 12:00", 3) == expected


def test_a_day_of_the_month_that_does_not_exist_there_or_then_is_still_one_run() -> None:
    monthly = replace(MONTHLY, day_of_month=29, time_of_day=time(2, 30))
    assert shown(monthly, "2026-02-01", 3) == ["2026-02-28 02:30 CET", "2026-03-29 03:00 CEST", "2026-04-29 02:30 CEST"]


def test_all_times_of_the_hour_that_is_left_out_are_one_run() -> None:
    quarters = replace(CRON, cron="*/15 * * * *")
    assert shown(quarters, "2026-03-29 00:40", 3) == [
        "2026-03-29 01:45 CET",
        "2026-03-29 03:00 CEST",
        "2026-03-29 03:15 CEST",
    ]


def test_none_of_the_hour_that_comes_twice_runs_again() -> None:
    quarters = replace(CRON, cron="*/15 * * * *")
    assert shown(quarters, "2026-10-25 00:40", 2) == ["2026-10-25 02:45 CEST", "2026-10-25 03:00 CET"]
    assert shown(quarters, "2026-10-25 01:20", 1) == ["2026-10-25 03:00 CET"]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (28, ["01-28", "02-28", "03-28", "04-28"]),
        (29, ["01-29", "02-29", "03-29", "04-29"]),
        (30, ["01-30", "02-29", "03-30", "04-30"]),
        (31, ["01-31", "02-29", "03-31", "04-30"]),
    ],
)
def test_a_shorter_month_runs_on_its_last_day(day: int, expected: list[str]) -> None:
    monthly = replace(MONTHLY, start=datetime(2028, 1, 1), day_of_month=day)
    assert [run[5:10] for run in shown(monthly, "2028-01-01", 4)] == expected


def test_a_start_that_does_not_exist_is_the_next_time_that_does() -> None:
    early = replace(EVERY_30, start=datetime(2026, 3, 29, 2, 30))
    assert shown(early, "2026-03-01", 2) == ["2026-03-29 03:00 CEST", "2026-03-29 03:30 CEST"]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("0 0 * * 0", ["2026-01-04"]),
        ("0 0 * * 7", ["2026-01-04"]),
        ("0 0 * * mon", ["2026-01-05"]),
        ("0 0 * * sat-mon", ["2026-01-03", "2026-01-04", "2026-01-05", "2026-01-10"]),
        ("0 0 1,15 * *", ["2026-01-01", "2026-01-15", "2026-02-01"]),
        ("0 0 13 * 5", ["2026-01-02", "2026-01-09", "2026-01-13", "2026-01-16"]),
        ("0 0 */10 * 4", ["2026-01-01", "2026-05-21"]),
        ("0 0 1 feb-apr/2 *", ["2026-02-01", "2026-04-01", "2027-02-01"]),
        ("0 0 29 2 *", ["2028-02-29", "2032-02-29"]),
        ("0 0 10/10 1 *", ["2026-01-10", "2026-01-20", "2026-01-30", "2027-01-10"]),
    ],
)
def test_cron_means_what_crontab_says(expression: str, expected: list[str]) -> None:
    cron = replace(CRON, start=datetime(2026, 1, 1), cron=expression, time_zone="UTC")
    assert [run[:10] for run in shown(cron, "2025-12-31", len(expected))] == expected


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        (EVERY_30, "Every 30 minutes from 23 Sep 2024 15:00 Europe/Paris"),
        (DAILY, "Every day from 23 Sep 2024 15:00 Europe/Paris"),
        (
            replace(EVERY_30, start=datetime(2024, 1, 2, 0, 0, 7)),
            "Every 30 minutes from 2 Jan 2024 00:00:07 Europe/Paris",
        ),
        (WEEKLY, "Every Monday and Friday at 07:30 from 23 Sep 2024 15:00 Europe/Paris"),
        (replace(WEEKLY, weekdays=("Sunday",)), "Every Sunday at 07:30 from 23 Sep 2024 15:00 Europe/Paris"),
        (MONTHLY, "Day 15 of every month at 07:30 from 23 Sep 2024 15:00 Europe/Paris"),
        (
            replace(MONTHLY, day_of_month=31),
            "Day 31 of every month (the last day of a shorter one) at 07:30 from 23 Sep 2024 15:00 Europe/Paris",
        ),
        (CRON, "Cron 30 2 * * * from 23 Sep 2024 15:00 Europe/Paris"),
    ],
)
def test_a_schedule_is_said_in_words_with_its_zone(schedule: Schedule, words: str) -> None:
    assert in_words(schedule) == words


ZONES = st.sampled_from([PARIS, KOLKATA, "UTC", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"])
MOMENTS = st.datetimes(datetime(2010, 1, 1), datetime(2040, 1, 1))
ELAPSED = st.builds(
    replace,
    st.just(EVERY_30),
    start=MOMENTS.map(lambda at: at.replace(microsecond=0)),
    time_zone=ZONES,
    gap=st.integers(1, 5000),
    units=st.sampled_from([Units.SECONDS, Units.MINUTES, Units.HOURS]),
)
ANY = st.one_of(
    ELAPSED,
    st.builds(replace, st.just(DAILY), time_zone=ZONES, gap=st.integers(1, 400)),
    st.builds(
        replace,
        st.just(WEEKLY),
        time_zone=ZONES,
        weekdays=st.sets(st.sampled_from(WEEKDAYS), min_size=1).map(tuple),
        time_of_day=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    ),
    st.builds(replace, st.just(MONTHLY), time_zone=ZONES, day_of_month=st.integers(1, 31)),
    st.builds(
        replace, st.just(CRON), time_zone=ZONES, cron=st.sampled_from(["*/7 * * * *", "0 0-4 * * *", "5 2 1 * 0"])
    ),
)


@settings(max_examples=50, deadline=None)
@given(ANY, MOMENTS)
def test_runs_come_one_after_another_and_none_before_the_start(schedule: Schedule, after: datetime) -> None:
    runs = next_runs(schedule, after.replace(tzinfo=UTC), 8)
    assert len(runs) == 8
    assert all(earlier < later for earlier, later in pairwise([after.replace(tzinfo=UTC), *runs]))
    assert runs[0] >= schedule.start.replace(tzinfo=ZoneInfo(schedule.time_zone)).astimezone(UTC) - timedelta(days=1)


@settings(max_examples=50, deadline=None)
@given(ANY, MOMENTS, st.integers(1, 10**12))
def test_no_run_is_passed_over_by_asking_at_another_instant(schedule: Schedule, after: datetime, micros: int) -> None:
    asked = after.replace(tzinfo=UTC)
    run = next_run(schedule, asked)
    assert run is not None
    between = min(asked + timedelta(microseconds=micros), run - timedelta(microseconds=1))
    assert next_run(schedule, max(asked, between)) == run


@settings(max_examples=50, deadline=None)
@given(ELAPSED, st.integers(0, 10**9))
def test_runs_of_a_time_interval_are_those_that_counting_finds(schedule: Schedule, elapsed: int) -> None:
    zone = ZoneInfo(schedule.time_zone)
    start = schedule.start.replace(tzinfo=zone).astimezone(UTC)
    if start.astimezone(zone).replace(tzinfo=None) != schedule.start:
        return  # a start that does not exist has a test of its own
    gap = timedelta(**{schedule.units.value: schedule.gap})
    after = start + timedelta(seconds=elapsed)
    count = (after - start) // gap + 1
    assert next_runs(schedule, after, 3) == [start + gap * number for number in (count, count + 1, count + 2)]
