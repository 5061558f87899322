"""Says in which form times come: instants, with or without their zone, or how long something still lasts."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from evce_connector.probe.dialect.choices import Choice, Confidence
from evce_connector.probe.dialect.columns import Column, numeric
from evce_connector.probe.dialect.instants import instant, lasts
from evce_connector.probe.dialect.names import concepts_of, split
from evce_connector.probe.dialect.readings import more

LIKELY, ASKED = Confidence.LIKELY, Confidence.ASKED
_ZONES = (
    *("Europe/Paris", "Europe/London", "Europe/Helsinki", "America/New_York", "America/Chicago", "America/Denver"),
    *("America/Los_Angeles", "Australia/Sydney", "Asia/Tokyo", "Asia/Shanghai"),
)
"""Zones that a clock without offset may be in."""
_SHOWN = 4
_NO_OFFSET = "it has no offset"


def time(choice: Choice, column: Column, now: datetime | None) -> None:
    """Say in which form a time comes; `now` is the Date of the answer, where the value is the controller's clock."""
    values = column.here
    if not values:
        return
    value = values[0]
    is_left = bool({"left", "duration"} & _words_in(column)) and all(numeric(one) is not None for one in values)
    if now is None and (is_left or {lasts(one) for one in values} <= {"seconds-left", "duration"}):
        _left(choice, column)
        return
    found = instant(value)
    numeric_text = isinstance(value, str) and value.replace(".", "").isdigit()
    if isinstance(value, int | float) or numeric_text:
        number = numeric(value) or 0.0
        more(choice, time="ms" if number > 2e10 else "s", **({"as": "text"} if numeric_text else {}))  # noqa: PLR2004 - s until 2603
    if found is None:
        choice.doubt(ASKED, f"{value!r} is no time that can be read")
        return
    has_offset = not isinstance(value, str) or numeric_text or bool(re.search(r"(Z|[+-]\d\d:?\d\d)$", value))
    if now is None:
        if not has_offset:
            choice.doubt(ASKED, f"{_NO_OFFSET}, and is taken for UTC")
            choice.candidates = [{"at": column.path, "time": one} for one in ("iso", *_ZONES[:_SHOWN])]
        return
    skew = (found - now).total_seconds()
    if abs(skew) <= 300:  # noqa: PLR2004 - s that clocks may differ
        choice.evidence.append(f"{abs(skew):.0f} s from the Date of the answer")
        return
    hours = round(skew / 900) / 4
    if not has_offset and abs(skew - hours * 3600) <= 300 and abs(hours) <= 14:  # noqa: PLR2004 - as above; no zone is further
        name = _zone(hours, now)
        more(choice, time=name)
        choice.candidates = [{"at": column.path, "time": one} for one in dict.fromkeys((name, *_ZONES[:_SHOWN]))]
        choice.doubt(ASKED, f"it is {hours:+g} h from UTC without saying so: which zone is it?")
    else:
        choice.doubt(LIKELY, f"it is {skew:.0f} s from the Date of the answer")


def _left(choice: Choice, column: Column) -> None:
    """Say that it is no instant, but how long something still lasts."""
    form = lasts(column.here[0]) or "seconds-left"
    more(choice, time=form)
    if form == "duration":
        choice.evidence.append("it says how long it still lasts")
        return
    if isinstance(column.here[0], str):
        more(choice, **{"as": "text"})
    named = _words_in(column) & {"s", "sec", "secs", "second", "seconds", "sekunden", "secondes", "secondi"}
    choice.doubt(LIKELY if named else ASKED, "it is taken for the s that are left")


def _words_in(column: Column) -> frozenset[str]:
    """Return the words of a column's own name, and what they mean."""
    return concepts_of(column.keys[-1])[0] | frozenset(split(column.keys[-1]))


def in_zone(choice: Choice, clock: Choice) -> None:
    """Take a time without offset for one of the zone of the controller's clock, as sure as that."""
    zone = clock.said.get("time", "") if isinstance(clock.said, dict) else ""
    if "/" in zone and any(why.startswith(_NO_OFFSET) for why in choice.evidence):
        more(choice, time=zone)
        choice.doubt(ASKED, f"{_NO_OFFSET}, and the controller's clock is in {zone}")


def _zone(hours: float, now: datetime) -> str:
    """Return a zone whose clocks are so many hours from UTC now."""
    if hours == 0:
        return "UTC"
    fitting = (one for one in _ZONES if now.astimezone(ZoneInfo(one)).utcoffset() == timedelta(hours=hours))
    return next(fitting, f"Etc/GMT{-int(hours):+d}")
