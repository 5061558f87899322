"""When samples are due: boundaries of the interval counted from 00:00 UTC, and what a run at some instant finds."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from evce_connector.site.values import EPOCH, utc_instant, utc_text


def boundary(now: datetime, interval: timedelta) -> datetime:
    """Return the last boundary at or before an instant; the interval divides a day.

    >>> boundary(utc_instant("2027-01-01T12:07:30Z"), timedelta(minutes=15)).isoformat()
    '2027-01-01T12:00:00+00:00'
    """
    return EPOCH + (now - EPOCH) // interval * interval


@dataclass(frozen=True, slots=True)
class LogPosition:
    """How far the logs are: the last boundary (UTC) that was dealt with, and the interval then.

    `taken` is the last boundary at which samples were taken, None before the first; `missed` counts the others.
    """

    last: datetime
    interval: timedelta
    taken: datetime | None = None
    missed: int = 0

    @classmethod
    def first(cls, now: datetime, interval: timedelta, tolerance: timedelta) -> LogPosition:
        """Return where logs begin: a boundary that is just being passed is due, one before that was not missed."""
        reached = boundary(now, interval)
        return cls(reached - interval if now - reached <= tolerance else reached, interval)

    def text(self) -> str:
        """Write it for the database."""
        minutes = self.interval // timedelta(minutes=1)
        taken = utc_text(self.taken) if self.taken else ""
        return json.dumps({"last": utc_text(self.last), "minutes": minutes, "taken": taken, "missed": self.missed})

    @classmethod
    def of_text(cls, text: str) -> LogPosition:
        """Read what `text` wrote; ValueError, KeyError or TypeError for all else."""
        kept = json.loads(text)
        taken = utc_instant(kept["taken"]) if kept["taken"] else None
        minutes, missed = int(kept["minutes"]), int(kept["missed"])
        if minutes <= 0 or missed < 0:
            raise ValueError(f"no logs are at {minutes} minutes with {missed} missed")
        return cls(utc_instant(kept["last"]), timedelta(minutes=minutes), taken, missed)


class Due(NamedTuple):
    """What is due, in UTC: the boundary to take a sample at, if it is not too late, and how many were missed."""

    at: datetime | None
    missed: int
    first_missed: datetime
    position: LogPosition


def due(position: LogPosition, now: datetime, interval: timedelta, tolerance: timedelta) -> Due | None:
    """Say what is due at an instant; None when nothing is since the last time.

    Samples are never dated back: a boundary that is more than `tolerance` ago is missed. What was missed counts by the
    interval that was in force, so a new interval neither loses a sample nor reports one that was never due. After the
    clock was set back, boundaries come again, and are taken again: the first sample of each stays.

    >>> quarter, tolerance = timedelta(minutes=15), timedelta(seconds=60)
    >>> begun = LogPosition.first(utc_instant("2027-01-01T12:07:00Z"), quarter, tolerance)
    >>> now = due(begun, utc_instant("2027-01-01T12:45:05Z"), quarter, tolerance)
    >>> now.at.isoformat(), now.missed, now.first_missed.isoformat()
    ('2027-01-01T12:45:00+00:00', 2, '2027-01-01T12:15:00+00:00')
    """
    reached = max(boundary(now, interval), boundary(now, position.interval))
    if reached == position.last and interval == position.interval:
        return None
    at = reached if reached != position.last and now - reached <= tolerance else None
    was_due = max(0, (boundary(now, position.interval) - position.last) // position.interval)
    taken = at is not None and at > position.last and at == boundary(now, position.interval)
    missed = was_due - taken
    after = LogPosition(reached, interval, at or position.taken, position.missed + missed)
    return Due(at, missed, position.last + position.interval, after)


def until_next(now: datetime, interval: timedelta) -> float:
    """Return the seconds to the next boundary.

    >>> until_next(utc_instant("2027-01-01T12:07:30Z"), timedelta(minutes=15))
    450.0
    """
    return (boundary(now, interval) + interval - now).total_seconds()
