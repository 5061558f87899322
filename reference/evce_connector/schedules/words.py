"""Says a schedule in words, with its time zone."""

from __future__ import annotations

from evce_connector.schedules.schedule import MONTHS, WEEKDAYS, Kind, Schedule

_SHORTEST_MONTH = 28


def in_words(schedule: Schedule) -> str:
    """Say when a schedule is due.

    >>> from datetime import datetime
    >>> from evce_connector.schedules.schedule import Units
    >>> start = datetime(2024, 9, 23, 15)
    >>> in_words(Schedule("", start, Kind.TIME_INTERVAL, "Europe/Paris", gap=30, units=Units.MINUTES))
    'Every 30 minutes from 23 Sep 2024 15:00 Europe/Paris'
    """
    start = schedule.start
    clock = f"{start:%H:%M:%S}" if start.second else f"{start:%H:%M}"
    return f"{_repeated(schedule)} from {start.day} {MONTHS[start.month - 1]} {start.year} {clock} {schedule.time_zone}"


def _repeated(schedule: Schedule) -> str:
    at = f"at {schedule.time_of_day:%H:%M}"
    if schedule.kind is Kind.TIME_INTERVAL:
        one = schedule.gap == 1
        return f"Every {schedule.units.removesuffix('s')}" if one else f"Every {schedule.gap} {schedule.units}"
    if schedule.kind is Kind.WEEKLY:
        *others, last = sorted(schedule.weekdays, key=WEEKDAYS.index)
        return f"Every {', '.join(others)}{' and ' if others else ''}{last} {at}"
    if schedule.kind is Kind.MONTHLY:
        day = schedule.day_of_month
        shorter = " (the last day of a shorter one)" if day > _SHORTEST_MONTH else ""
        return f"Day {day} of every month{shorter} {at}"
    return f"Cron {schedule.cron}"
