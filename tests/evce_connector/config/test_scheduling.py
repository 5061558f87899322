"""Schedules and processor configurations: what is read, what holds where nothing is said, and what is refused."""

# ruff: noqa: ANN401, DTZ001 - whatever TOML holds; what clocks show has no zone of its own

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, time
from typing import Any

import pytest
from evce_connector import config
from evce_connector.config import Configuration, ConfigurationError, effective
from evce_connector.config.scheduling import OWN_PROCESSORS, ProcessorConfiguration
from evce_connector.host.registry import OWN
from evce_connector.schedules import Kind, Units, in_words, next_run, zones

BASE = """
[evce]
base_url = "http://127.0.0.1:9/api/v2"
login = "bms"
password = "p"
[ews]
username = "ebo"
password = "p"
"""
EVERY_30 = """
[[schedules]]
description = "Every 30 minutes"
start = 2024-09-23 15:00:00
type = "time interval"
gap = 30
units = "minutes"
time_zone = "Europe/Paris"
"""
SETUP = """
[[processor_configurations]]
name = "Set-up"
class_name = "EvceSetupProcessor"
runs_on_schedule = true
schedule = "Every 30 minutes"
"""
START = datetime(2024, 9, 23, 15)


def read(*parts: str) -> Configuration:
    return config.parse(tomllib.loads(BASE + "".join(parts)), {})


def trouble(**tables: list[dict[str, Any]]) -> str:
    with pytest.raises(ConfigurationError) as error:
        config.parse(tomllib.loads(BASE) | tables, {})
    return str(error.value)


def row(**keys: Any) -> dict[str, Any]:
    return {"description": "S", "start": START, "type": "time interval", "gap": 1, "units": "days"} | keys


def test_the_guides_schedule_is_read() -> None:
    (schedule,) = effective.schedules(read(EVERY_30))
    assert in_words(schedule) == "Every 30 minutes from 23 Sep 2024 15:00 Europe/Paris"
    assert (schedule.description, schedule.kind, schedule.units) == (
        "Every 30 minutes",
        Kind.TIME_INTERVAL,
        Units.MINUTES,
    )


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"type": "weekly", "weekdays": ["Friday"], "time_of_day": "07:30"}, "Every Friday at 07:30"),
        ({"type": "weekly", "weekdays": ["Friday"]}, "Every Friday at 15:00"),
        ({"type": "monthly", "day_of_month": 2, "time_of_day": "00:00"}, "Day 2 of every month at 00:00"),
        ({"type": "cron", "cron": "0 6 * * 1"}, "Cron 0 6 * * 1"),
    ],
)
def test_every_type_has_keys_of_its_own(keys: dict[str, Any], words: str) -> None:
    document = {"description": "S", "start": START, "time_zone": "UTC"} | keys
    (schedule,) = effective.schedules(config.parse(tomllib.loads(BASE) | {"schedules": [document]}, {}))
    assert in_words(schedule) == f"{words} from 23 Sep 2024 15:00 UTC"


def test_where_no_schedule_is_configured_the_guides_default_is_offered() -> None:
    (schedule,) = effective.schedules(read())
    assert schedule.description == "Every 15 Minutes"
    assert next_run(schedule, datetime(2026, 1, 1, 0, 1, tzinfo=UTC)) == datetime(2026, 1, 1, 0, 15, tzinfo=UTC)


@pytest.mark.parametrize(("told", "zone"), [("Asia/Tokyo", "Asia/Tokyo"), (None, "UTC"), ("Nowhere/Atall", "UTC")])
def test_without_a_zone_the_machines_counts_or_utc(
    told: str | None, zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tzlocal.get_localzone_name", lambda: told)
    assert zones.machine_zone() == zone
    assert effective.schedules(read())[0].time_zone == zone


def test_where_nobody_says_which_processors_run_all_do_from_the_start() -> None:
    found = effective.processor_configurations(read("[processors.Weather]\n"))
    assert [(one.name, one.class_name) for one in found] == [
        ("EVCE Setup Processor", "EvceSetupProcessor"),
        ("EVCE Processor", "EvceProcessor"),
        ("EVCE Logs Processor", "EvceLogsProcessor"),
        ("Weather", "Weather"),
    ]
    assert all(one.is_active and one.runs_on_start and not one.runs_on_schedule for one in found)


def test_where_processors_are_named_those_alone_run() -> None:
    assert [one.name for one in effective.processor_configurations(read(EVERY_30, SETUP))] == ["Set-up"]


def test_every_processor_of_our_own_has_a_configuration_by_default() -> None:
    assert [one.class_name for one in OWN_PROCESSORS] == list(OWN)


@pytest.mark.parametrize(("on_schedule", "found"), [(True, "Every 30 minutes"), (False, None)])
def test_a_schedule_counts_with_runs_on_schedule_alone(*, on_schedule: bool, found: str | None) -> None:
    one = ProcessorConfiguration(name="n", class_name="c", schedule="Every 30 minutes", runs_on_schedule=on_schedule)
    schedule = effective.schedule_of(read(EVERY_30), one)
    assert (schedule and schedule.description) == found


def test_none_selected_is_no_schedule() -> None:
    assert (
        effective.schedule_of(read(), ProcessorConfiguration(name="n", class_name="c", runs_on_schedule=True)) is None
    )


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"gap": 0}, "schedules.0.gap: input should be greater than or equal to 1, not 0."),
        ({"gap": None}, "schedules.0: a time interval schedule needs gap."),
        (
            {"units": "weeks"},
            "schedules.0.units: input should be 'seconds', 'minutes', 'hours' or 'days', not 'weeks'.",
        ),
        ({"time_zone": "Europe/Pari"}, "no time zone has the name 'Europe/Pari' (did you mean Europe/Paris?)"),
        ({"time_zone": "Europe"}, "schedules.0.time_zone: no time zone has the name 'Europe'"),
        ({"time_zone": "../etc/passwd"}, "schedules.0.time_zone: no time zone has the name"),
        ({"time_zone": "Qwxz"}, "(it is a name like Europe/Paris or UTC)"),
        ({"start": datetime(2024, 9, 23, 15, tzinfo=UTC)}, "schedules.0.start: leave the offset out"),
        ({"start": datetime(1999, 12, 31)}, "it must be a whole second between 2000 and 2099"),
        ({"start": datetime(2024, 9, 23, 15, 0, 0, 1)}, "it must be a whole second between 2000 and 2099"),
        ({"start": "23.9.2024"}, "schedules.0.start: input should be a valid datetime, not '23.9.2024'."),
        ({"description": ""}, "schedules.0.description: "),
        ({"weekdays": ["Monday"]}, "schedules.0: weekdays means nothing to a time interval schedule: leave it out."),
        ({"time_of_day": "07:30"}, "time_of_day means nothing to a time interval schedule: leave it out."),
        ({"intervall": 5}, "schedules.0.intervall is an unknown key"),
    ],
)
def test_a_wrong_schedule_is_refused(keys: dict[str, Any], words: str) -> None:
    assert words in trouble(schedules=[row(**keys)])


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"type": "weekly"}, "schedules.0: a weekly schedule needs weekdays."),
        ({"type": "weekly", "weekdays": ["monday"]}, "schedules.0.weekdays.0: "),
        ({"type": "weekly", "weekdays": ["Monday"], "time_of_day": "7:30"}, "between 00:00 and 23:59, such as 07:30"),
        ({"type": "weekly", "weekdays": ["Monday"], "time_of_day": "24:00"}, "between 00:00 and 23:59, such as 07:30"),
        ({"type": "weekly", "weekdays": ["Monday"], "gap": 2}, "gap means nothing to a weekly schedule: leave it out"),
        ({"type": "monthly"}, "schedules.0: a monthly schedule needs day_of_month."),
        ({"type": "monthly", "day_of_month": 32}, "schedules.0.day_of_month: "),
        ({"type": "cron"}, "schedules.0: a cron schedule needs cron."),
        ({"type": "cron", "cron": "0 0 30 2 *"}, "schedules.0: the day of 0 0 30 2 * never comes."),
    ],
)
def test_a_schedule_that_lacks_or_spoils_what_its_type_needs_is_refused(keys: dict[str, Any], words: str) -> None:
    assert words in trouble(schedules=[{"description": "S", "start": START} | keys])


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("0 6 * *", "a cron expression has five fields (minute, hour, day, month, weekday), not 4"),
        ("60 6 * * *", "its minute '60' goes beyond 59"),
        ("0 24 * * *", "its hour '24' goes beyond 23"),
        ("0 0 0 * *", "its day of month '0' must count up between 1 and 31"),
        ("0 0 5-1 * *", "its day of month '5-1' must count up between 1 and 31"),
        ("*/0 * * * *", "its minute '*/0' must count up"),
        ("0 0 * foo *", "its month 'foo' is neither *, a number, a range (1-5) nor a step (*/15)"),
        ("0 0 * jan/x *", "its month 'jan/x' is neither"),
        ("0 0 * * monday", "its day of week 'monday' is neither"),
        ("0 0 * * 8", "its day of week '8' goes beyond 7"),
        ("0 0 * mon *", "its month 'mon' is neither"),
        ("1,, * * * *", "its minute '' is neither"),
    ],
)
def test_a_cron_expression_that_is_none_is_refused(expression: str, words: str) -> None:
    line = trouble(schedules=[{"description": "S", "start": START, "type": "cron", "cron": expression}])
    assert line.startswith("schedules.0.cron: ")
    assert words in line


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (
            [{"name": "a", "class_name": "X", "schedule": "Hourly"}],
            "processor_configurations.0.schedule: a has the schedule Hourly, which does not exist; there are: Every 15",
        ),
        (
            [{"name": "a", "class_name": "X"}, {"name": "a", "class_name": "Y"}],
            "processor_configurations.0.name: the name a stands twice.",
        ),
        (
            [{"name": "a", "class_name": "X"}, {"name": "b", "class_name": "X"}],
            "processor_configurations.0.class_name: the class X stands twice.",
        ),
        ([{"name": "", "class_name": "X"}], "processor_configurations.0.name: "),
        ([{"name": "a"}], "processor_configurations.0.class_name is missing."),
        (
            [{"name": "a", "class_name": "X", "shedule": ""}],
            "processor_configurations.0.shedule is an unknown key (did",
        ),
    ],
)
def test_processor_configurations_that_do_not_fit_are_refused(rows: list[dict[str, Any]], words: str) -> None:
    assert trouble(processor_configurations=rows).startswith(words)


def test_two_schedules_of_one_description_are_refused() -> None:
    assert trouble(schedules=[row(), row()]) == (
        "schedules.0.description: the description S stands twice.\n"
        "schedules.1.description: the description S stands twice."
    )


def test_the_default_schedule_may_be_selected() -> None:
    rows = [{"name": "a", "class_name": "X", "schedule": "Every 15 Minutes"}]
    found = config.parse(tomllib.loads(BASE) | {"processor_configurations": rows}, {})
    assert found.processor_configurations[0].schedule == "Every 15 Minutes"


def test_a_wrong_schedule_does_not_hide_what_else_is_wrong() -> None:
    lines = trouble(schedules=[row(gap=0)], processor_configurations=[{"name": "a"}]).splitlines()
    assert [line.split(":")[0] for line in lines] == [
        "schedules.0.gap",
        "processor_configurations.0.class_name is missing.",
    ]


def test_the_time_of_day_of_a_weekly_schedule_is_that_of_its_start_unless_it_says_another() -> None:
    document = {"description": "S", "start": START, "type": "weekly", "weekdays": ["Monday"]}
    (schedule,) = effective.schedules(config.parse(tomllib.loads(BASE) | {"schedules": [document]}, {}))
    assert schedule.time_of_day == time(15)
