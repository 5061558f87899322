"""When a schedule is due next, by the triggers of APScheduler.

A gap of seconds, minutes or hours is elapsed time. All else is a time that clocks show, and is reckoned in days of
24 h: a time that does not exist on a day, because clocks go forward, is the next one that does, and of one that comes
twice the first counts. So each run comes once, and later than the one before.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from evce_connector.schedules import cron
from evce_connector.schedules.schedule import Kind, Schedule, Units

_SECOND, _MINUTE = timedelta(seconds=1), timedelta(minutes=1)
_HORIZON = timedelta(days=366 * 50)
"""How far ahead a run is looked for: a 29 February that is a Monday may be 40 years away."""
_LONGEST_MONTH, _SHORTEST_MONTH = 31, 28
_BUT_FEBRUARY = "1,3-12"


def next_run(schedule: Schedule, after: datetime) -> datetime | None:
    """Return the first run that is later than an aware instant, in UTC; None when none comes in 50 years."""
    whole = after.astimezone(UTC).replace(microsecond=0)
    zone = ZoneInfo(schedule.time_zone)
    if schedule.kind is Kind.TIME_INTERVAL and schedule.units is not Units.DAYS:
        return _found(_interval(schedule, _instant(schedule.start, zone)), whole)
    trigger = _trigger(schedule, _as_utc(schedule.start), _as_utc(whole.astimezone(zone)))
    shown = _found(trigger, _as_utc(whole.astimezone(zone)))
    while shown is not None:
        run = _instant(shown, zone)
        if run > whole:
            return run
        shown = _found(trigger, shown)  # it comes twice, and this is the second time
    return None


def next_runs(schedule: Schedule, after: datetime, count: int = 5) -> list[datetime]:
    """Return the first runs that are later than an aware instant, in UTC."""
    return list(islice(_runs(schedule, after), count))


def _runs(schedule: Schedule, after: datetime) -> Iterator[datetime]:
    run = next_run(schedule, after)
    while run is not None:
        yield run
        run = next_run(schedule, run)


def _found(trigger: BaseTrigger, after: datetime) -> datetime | None:
    """Ask a trigger for what is later: all is on whole seconds, and triggers include the instant they are asked for."""
    found: datetime | None = trigger.get_next_fire_time(None, after + _SECOND)
    return found


def _as_utc(shown: datetime) -> datetime:
    """Take what clocks show somewhere for UTC, where every day has 24 h."""
    return shown.replace(tzinfo=UTC, fold=0)


def _instant(shown: datetime, zone: ZoneInfo) -> datetime:
    """Return when clocks show this in a zone: the first time, or the next time that there is."""
    there = shown.replace(tzinfo=zone, fold=0)
    while True:
        instant = there.astimezone(UTC)
        if _as_utc(instant.astimezone(zone)) == _as_utc(there):
            return instant
        there = (there + _MINUTE).replace(second=0)


def _interval(schedule: Schedule, start: datetime) -> BaseTrigger:
    return IntervalTrigger(**{schedule.units.value: schedule.gap}, start_date=start, timezone=UTC)


def _trigger(schedule: Schedule, start: datetime, now: datetime) -> BaseTrigger:
    """Make the trigger of what clocks show."""
    if schedule.kind is Kind.TIME_INTERVAL:
        return _interval(schedule, start)
    at = schedule.time_of_day
    bounds = {"start_date": start, "end_date": max(start, now) + _HORIZON, "timezone": UTC}
    when = {"hour": at.hour, "minute": at.minute, "second": at.second, **bounds}
    if schedule.kind is Kind.WEEKLY:
        return CronTrigger(day_of_week=_short(schedule.weekdays), **when)
    if schedule.kind is Kind.MONTHLY:
        day = schedule.day_of_month
        if day <= _SHORTEST_MONTH:
            return CronTrigger(day=day, **when)
        if day == _LONGEST_MONTH:
            return CronTrigger(day="last", **when)
        return OrTrigger([CronTrigger(month=_BUT_FEBRUARY, day=day, **when), CronTrigger(month=2, day="last", **when)])
    return _cron(cron.read(schedule.cron), bounds)


def _cron(expression: cron.Expression, bounds: dict[str, object]) -> BaseTrigger:
    when = {
        "month": _listed(expression.months),
        "hour": _listed(expression.hours),
        "minute": _listed(expression.minutes),
        "second": 0,
        **bounds,
    }
    days, weekdays = {"day": _listed(expression.days)}, {"day_of_week": _short(expression.weekdays)}
    if expression.either_day:
        return OrTrigger([CronTrigger(**days, **when), CronTrigger(**weekdays, **when)])
    return CronTrigger(**days, **weekdays, **when)


def _listed(numbers: list[int]) -> str:
    return ",".join(map(str, numbers))


def _short(weekdays: tuple[str, ...] | list[str]) -> str:
    return ",".join(day[:3].lower() for day in weekdays)
