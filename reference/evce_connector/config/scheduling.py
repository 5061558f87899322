"""The tables of processor configurations and schedules: which processor runs when, and who may start and stop it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, time
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from evce_connector.config import checks
from evce_connector.config.messages import HIDDEN, wrong_at
from evce_connector.config.section import Section
from evce_connector.schedules import Kind, Schedule, Units, next_run
from evce_connector.schedules.zones import machine_zone

Weekday = Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

_NEEDED = {
    "time interval": ("gap", "units"),
    "weekly": ("weekdays",),
    "monthly": ("day_of_month",),
    "cron": ("cron",),
}
"""The keys that each type needs; they mean nothing to another."""
_WITH_TIME_OF_DAY = ("weekly", "monthly")


def keys_of(kind: str) -> frozenset[str]:
    """Return the keys that mean something to a type of schedule.

    >>> sorted(keys_of("cron"))
    ['cron', 'description', 'start', 'time_zone', 'type']
    """
    keys = {"description", "start", "type", "time_zone", *_NEEDED.get(kind, ())}
    return frozenset(keys | {"time_of_day"} if kind in _WITH_TIME_OF_DAY else keys)


class ScheduleTable(Section):
    """A configuration schedule (guide, section 4.2): when a processor is to run, again and again.

    A time interval needs `gap` and `units`; seconds, minutes and hours are elapsed time, days keep the time of day. A
    weekly schedule needs `weekdays`, a monthly one `day_of_month`, both may have `time_of_day`; cron needs `cron`. A
    time that does not exist on a day, because clocks go forward, is the next one that does; of one that comes twice the
    first counts.
    """

    description: checks.Line = Field(min_length=1, max_length=100, description="Its name, e.g. Every 30 minutes")
    start: Annotated[datetime, AfterValidator(checks.local_time)] = Field(
        description="Date and time before which nothing runs, e.g. 2024-09-23 15:00:00"
    )
    type: Literal["time interval", "weekly", "monthly", "cron"] = Field(description="Type")
    gap: int | None = Field(None, ge=1, le=100_000, description="Interval Gap: a run comes so many units after another")
    units: Literal["seconds", "minutes", "hours", "days"] | None = Field(None, description="Interval Gap Units")
    weekdays: list[Weekday] = Field(default=[], description="Days of the week")
    day_of_month: int | None = Field(
        None, ge=1, le=31, description="Day of the month; of a month that is shorter, its last day"
    )
    time_of_day: Annotated[str, AfterValidator(checks.time_of_day)] = Field(
        "", description="Time of day, e.g. 07:30; empty: that of start"
    )
    cron: Annotated[str, AfterValidator(checks.cron_expression)] = Field(
        "",
        max_length=200,
        description="Minute, hour, day of month, month, day of week, as in crontab, e.g. 30 6 * * mon-fri",
    )
    time_zone: Annotated[str, AfterValidator(checks.time_zone)] = Field(
        "", description="IANA name of the zone of all these times, e.g. Europe/Paris; empty: the machine's, else UTC"
    )

    @model_validator(mode="after")
    def _keys_of_its_type(self) -> ScheduleTable:
        for kind, keys in _NEEDED.items():
            for key in keys:
                if kind == self.type and not getattr(self, key):
                    raise PydanticCustomError(HIDDEN, "a {kind} schedule needs {key}", {"kind": kind, "key": key})
                if kind != self.type and getattr(self, key):
                    self._refuse(key)
        if self.time_of_day and self.type not in _WITH_TIME_OF_DAY:
            self._refuse("time_of_day")
        if next_run(self.schedule(), checks.FIRST_START) is None:
            raise PydanticCustomError(HIDDEN, "the day of {cron} never comes", {"cron": self.cron})
        return self

    def _refuse(self, key: str) -> None:
        words = {"kind": self.type, "key": key}
        raise PydanticCustomError(HIDDEN, "{key} means nothing to a {kind} schedule: leave it out", words)

    def schedule(self) -> Schedule:
        """Return it as what runs are reckoned from, in the zone that it names, or the machine's."""
        return Schedule(
            self.description,
            self.start,
            Kind(self.type),
            self.time_zone or machine_zone(),
            gap=self.gap or 0,
            units=Units(self.units or Units.MINUTES),
            weekdays=tuple(self.weekdays),
            day_of_month=self.day_of_month or 1,
            time_of_day=time.fromisoformat(self.time_of_day) if self.time_of_day else self.start.time(),
            cron=self.cron,
        )


DEFAULT_SCHEDULES = (
    ScheduleTable(
        description="Every 15 Minutes",
        start=datetime(2024, 7, 10, 16, 30),  # noqa: DTZ001 - what clocks show in the zone
        type="time interval",
        gap=15,
        units="minutes",
    ),
)
"""Those that are offered where none is configured: the one that the guide shows."""


class ProcessorConfiguration(Section):
    """A processor configuration (guide, section 4.2): a processor under a name, and the options of its Control tab.

    Where there is none, each of the connector's own processors and each of [processors.NAME] has one, which runs on
    start.
    """

    name: checks.Line = Field(
        min_length=1, max_length=100, description="Name, by which pages and logs tell it from others"
    )
    class_name: checks.Line = Field(
        min_length=1, max_length=100, description="Class, e.g. EvceSetupProcessor; each once"
    )
    description: checks.Line = Field("", max_length=1000, description="Description")
    is_active: bool = Field(default=True, description="Whether it runs at all")
    runs_on_start: bool = Field(default=True, description="Whether it starts with the connector")
    manually_startable: bool = Field(default=True, description="Whether a user may start it")
    manually_stoppable: bool = Field(default=True, description="Whether a user may stop it")
    runs_on_schedule: bool = Field(default=False, description="Whether it starts by its schedule")
    schedule: str = Field("", description="Description of its schedule; empty: None Selected")
    time_limit_minutes: float = Field(
        60, gt=0, le=10080, description="Time after which a run is stopped, min; one of a long-running class never is"
    )


OWN_PROCESSORS = (
    ProcessorConfiguration(
        name="EVCE Setup Processor",
        class_name="EvceSetupProcessor",
        description="Pulls data from EVCE API server and saves data into Ews",
    ),
    ProcessorConfiguration(
        name="EVCE Processor",
        class_name="EvceProcessor",
        description="Updates the statuses of zones, stations and connectors",
    ),
    ProcessorConfiguration(
        name="EVCE Logs Processor",
        class_name="EvceLogsProcessor",
        description="Logs energy, power and current of zones and stations",
    ),
)
"""How the connector's own processors run where nobody says otherwise."""


def schedules_by_description(tables: list[ScheduleTable]) -> list[ScheduleTable]:
    """Take schedules that can be told apart; ValueError names a description that stands twice."""
    _refuse_twice("description", "description", (table.description for table in tables))
    return tables


def configurations_that_fit(
    configurations: list[ProcessorConfiguration], schedules: list[ScheduleTable] | None
) -> list[ProcessorConfiguration]:
    """Take configurations that can be told apart and name schedules that there are, where those are known.

    ValidationError, a ValueError, names what stands twice, or a schedule that there is not.
    """
    _refuse_twice("name", "name", (one.name for one in configurations))
    _refuse_twice("class", "class_name", (one.class_name for one in configurations))
    if schedules is None:
        return configurations
    offered = [table.description for table in schedules or DEFAULT_SCHEDULES]
    if lost := [
        (
            (number, "schedule"),
            f"{one.name} has the schedule {one.schedule}, which does not exist; there are: {', '.join(offered)}",
        )
        for number, one in enumerate(configurations)
        if one.schedule and one.schedule not in offered
    ]:
        raise wrong_at(lost)
    return configurations


def _refuse_twice(what: str, key: str, names: Iterable[str]) -> None:
    all_ = list(names)
    often = Counter(all_)
    if twice := [(number, name) for number, name in enumerate(all_) if often[name] > 1]:
        raise wrong_at(((number, key), f"the {what} {name} stands twice") for number, name in twice)
