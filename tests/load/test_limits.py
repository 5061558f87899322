"""What breaks a limit of a load test, and what does not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from load import limits
from load.limits import ANSWERED, CYCLE, READ, STALE, Line
from load.profiles import PROFILES, Limits
from load.resources import Growth

PROFILE = replace(PROFILES["smoke"], limits=Limits(p95=100))
GOOD = [Line(READ, 100, 0, 2, 20, 40), Line(STALE, 5, 0, 0, 0, 0)]


def broken(*lines: Line, cpu: float = 0.1) -> list[str]:
    return limits.broken(lines, PROFILE, cpu)


def test_a_good_run_breaks_nothing() -> None:
    assert broken(*GOOD) == []


def test_one_failure_is_one_too_many() -> None:
    assert broken(*GOOD, Line("SetValues", 3, 1, 1, 1, 1)) == ["1 of 108 operations and checks failed; 0.0% may."]


def test_a_run_without_any_operation_is_broken() -> None:
    assert len(broken()) == 2


def test_a_stale_value_is_named_besides_being_a_failure() -> None:
    assert "1 cycles found values older than interval + cycle time." in broken(GOOD[0], Line(STALE, 5, 1, 0, 0, 0))


def test_a_run_whose_values_nobody_checked_is_broken() -> None:
    assert broken(GOOD[0]) == ["No client came as far as checking the age of values."]


def test_of_a_connector_that_is_not_ours_what_only_ours_can_show_is_not_judged() -> None:
    lines = [GOOD[0], Line(ANSWERED, 5, 0, 0, 0, 0)]
    assert limits.broken(lines, PROFILE, 0.1, is_ours=False) == []
    assert limits.broken(lines[:1], PROFILE, 0.1, is_ours=False) == ["No client came as far as reading every value."]


def test_slow_reads_break_the_limit() -> None:
    assert "120 ms; the limit is 100 ms" in broken(Line(READ, 100, 0, 2, 120, 130), GOOD[1])[0]


def test_a_generator_that_is_the_bottleneck_breaks_the_limit() -> None:
    assert "The generator used 95% of a core" in broken(*GOOD, cpu=0.95)[0]


def test_a_poll_that_takes_longer_than_the_interval_breaks_the_limit() -> None:
    assert broken(*GOOD, Line(CYCLE, 5, 0, 900, 15_000, 15_000)) == []
    assert broken(*GOOD, Line(CYCLE, 5, 0, 900, 15_000, 15_100)) == [
        "A poll took 15.1 s; the interval of 15 s is not held."
    ]


def test_statistics_are_read_without_their_total(tmp_path: Path) -> None:
    file = tmp_path / "stats.csv"
    file.write_text(
        "Type,Name,Request Count,Failure Count,50%,95%,Max Response Time\n"
        "EWS,GetValues,7,1,2,N/A,40.5\n,Aggregated,7,1,2,20,40.5\n",
        encoding="utf-8",
    )
    assert limits.read_lines(file) == [Line("GetValues", 7, 1, 2.0, 0.0, 40.5)]


def growth(before: float, after: float) -> list[str]:
    return limits.outgrown([Growth("memory", " MB", before, after)], Limits(growth=0.1))


def test_a_connector_that_grows_after_its_warm_up_breaks_the_limit() -> None:
    assert growth(100, 115) == [
        "The connector's memory grew by 15% after the warm-up, from 100 MB to 115 MB; the limit is 10%."
    ]


@pytest.mark.parametrize("after", [80, 100, 109])
def test_a_connector_that_stays_as_it_is_breaks_nothing(after: float) -> None:
    assert growth(100, after) == []


def test_a_few_connections_more_are_no_growth() -> None:
    assert growth(10, 15) == []
    assert len(growth(10, 16)) == 1


def test_growth_is_not_judged_where_all_is_warm_up() -> None:
    assert limits.outgrown([Growth("memory", " MB", 100, 200)], PROFILES["smoke"].limits) == []


@pytest.mark.parametrize("name", ["smoke", "site", "large", "soak"])
def test_every_profile_of_the_issue_is_declared(name: str) -> None:
    profile = PROFILES[name]
    assert profile.seconds > 0
    assert profile.zones <= profile.stations <= profile.connectors


def test_sizes_and_clients_are_those_of_the_issue() -> None:
    assert PROFILES["smoke"].stations == 40
    assert (PROFILES["site"].connectors, sum(PROFILES["site"].users.values())) == (1_000, 4)
    assert (PROFILES["large"].connectors, sum(PROFILES["large"].users.values())) == (10_000, 8)


def test_site_lasts_thirty_minutes_of_its_own_time() -> None:
    assert PROFILES["site"].seconds * PROFILES["site"].speed == 30 * 60


def test_the_age_limit_is_interval_and_cycle_in_real_seconds() -> None:
    assert PROFILES["site"].age_limit(2.0) == pytest.approx(17 / 10 + 0.5)


@pytest.mark.parametrize("name", ["site", "large", "soak"])
def test_clients_come_at_other_moments_between_two_polls_each_time(name: str) -> None:
    profile = PROFILES[name]
    assert profile.pause * profile.speed != profile.interval
    assert 15 <= profile.pause * profile.speed <= 30


def test_every_operator_has_a_station_of_its_own() -> None:
    assert PROFILES["large"].operated == [5_000, 4_999]
