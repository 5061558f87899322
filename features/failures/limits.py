"""How long each thing may take: what the connector's own rules promise by their defaults, in words."""

from __future__ import annotations

from typing import NamedTuple

from evce_connector.alarms.rules import RULES, AlarmRule, Condition
from evce_connector.config.model import Logs, Status
from evce_connector.config.neighbours import Evce
from evce_connector.config.section import Section
from evce_connector.host.storage_watch import LOOK_EACH
from evce_connector.points.staleness import Ages
from evce_connector.processors.status import LOGIN_PAUSES


class Limit(NamedTuple):
    """A time in s, and the rule that it follows from."""

    seconds: float
    rule: str


def _default(section: type[Section], key: str) -> float:
    return float(section.model_fields[key].default)


def _alarm(condition: Condition) -> AlarmRule:
    return next(rule for rule in RULES if rule.condition is condition)


POLL = _default(Status, "interval_seconds")
TIME_OUT = _default(Evce, "connect_timeout_seconds") + _default(Evce, "read_timeout_seconds")
SAMPLE = 60 * _default(Logs, "interval_minutes")
AGES = Ages.of(POLL, TIME_OUT)
LOST, DATABASE = _alarm(Condition.CONTROLLER_LOST), _alarm(Condition.DATABASE_FAILING)

LIMITS = {
    "at once": Limit(0, "with the next read"),
    "poll": Limit(POLL, "an interval between polls"),
    "two polls": Limit(2 * POLL, "two intervals: one poll may have begun before"),
    "uncertain": Limit(AGES.uncertain, "values are Uncertain when older than two intervals and the time-out"),
    "offline": Limit(AGES.offline, "values are Offline when older than four intervals"),
    "alarm": Limit(
        LOST.settle + 2 * POLL, f"the alarm of a lost controller settles {LOST.settle:g} s, from poll to poll"
    ),
    "alarm over": Limit(LOST.clear + 2 * POLL, f"and is over {LOST.clear:g} s after its cause, from poll to poll"),
    "login": Limit(
        LOGIN_PAUSES[-1] + POLL, f"a login that is refused again and again is tried each {LOGIN_PAUSES[-1]:g} s"
    ),
    "busy": Limit(AGES.offline + POLL, "Retry-After is believed up to the age at which values are Offline"),
    "file": Limit(LOOK_EACH, f"the database's file is looked at each {LOOK_EACH:g} s"),
    "database": Limit(
        DATABASE.clear + 2 * POLL, f"the alarm of a database that fails is over {DATABASE.clear:g} s after it"
    ),
    "sample": Limit(POLL, "a sample is taken an interval after its boundary at the latest"),
    "next sample": Limit(SAMPLE + POLL, "the next boundary of the logs, and an interval"),
}
"""By the words that rows of failures.toml use."""


def seconds_of(words: str | float) -> float:
    """Return a limit in s, given by its words or as a number of seconds above 0; ValueError when it is neither."""
    if isinstance(words, str):
        if words not in LIMITS:
            raise ValueError(f"there is no limit {words!r}; there are {', '.join(LIMITS)}")
        return LIMITS[words].seconds
    if words <= 0:
        raise ValueError(f"a limit must be above 0 s, not {words:g}")
    return float(words)
