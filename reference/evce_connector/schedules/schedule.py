"""What a schedule is: the four types that the guide offers, each in the time of a zone (guide, section 4.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Kind(StrEnum):
    """The type of a schedule."""

    TIME_INTERVAL = "time interval"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    CRON = "cron"


class Units(StrEnum):
    """What the gap of a time interval is counted in."""

    SECONDS = "seconds"
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"


@dataclass(frozen=True)
class Schedule:
    """When something runs again and again: never before `start`, which like all times here is what clocks show there.

    `time_zone` is an IANA name. Of the others each type has its own: a time interval `gap` and `units`; a weekly one
    `weekdays` and a monthly one `day_of_month`, both with `time_of_day`; cron its expression `cron`.
    """

    description: str
    start: datetime
    kind: Kind
    time_zone: str
    gap: int = 0
    units: Units = Units.MINUTES
    weekdays: tuple[str, ...] = ()
    day_of_month: int = 1
    time_of_day: time = time()
    cron: str = ""
