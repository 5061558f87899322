"""When a schedule is due: time intervals, weeks, months and cron (pure)."""

from evce_connector.schedules.schedule import MONTHS, WEEKDAYS, Kind, Schedule, Units
from evce_connector.schedules.triggers import next_run, next_runs
from evce_connector.schedules.words import in_words

__all__ = ["MONTHS", "WEEKDAYS", "Kind", "Schedule", "Units", "in_words", "next_run", "next_runs"]
