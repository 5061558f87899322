"""Two histories of one value, compared where both have samples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from ebo_simulator.events import HistoryRecord

from features.acceptance.shadow.agreement import agree
from features.acceptance.shadow.differences import NOT_THERE, Pair

Series = dict[datetime, HistoryRecord]


def compare(left: Sequence[HistoryRecord], right: Sequence[HistoryRecord]) -> Pair | None:
    """Say where two histories differ first; None when they agree.

    Times are compared to the second, from the later beginning to the earlier end. A value is judged where the other
    side's samples are steady around it, or when it lies far from all of them: endpoints sample at different moments of
    their polls. So the last sample of all is not judged before the next one tells where the figure went.
    """
    doubled = _doubled(left), _doubled(right)
    if any(doubled):
        return Pair(*(f"twice {time}" if time else "once each" for time in doubled))
    sides = _series(left), _series(right)
    if not all(sides):
        counts = [len(side) for side in sides]
        return Pair(*(f"{count} samples" for count in counts)) if max(counts) > 1 else None
    start, end = max(map(min, sides)), min(map(max, sides))
    for time in sorted(sides[0].keys() | sides[1].keys()):
        if start <= time <= end and (pair := _at(time, *sides, settled=time < end)):
            return pair
    return None


def _at(time: datetime, left: Series, right: Series, *, settled: bool) -> Pair | None:
    """Compare the samples of one time; whether both are there, and when the figures have `settled` what they are."""
    one, two = left.get(time), right.get(time)
    moment = f"{time:%Y-%m-%dT%H:%M:%SZ}"
    if one is None or two is None:
        return Pair(*(f"{moment} {'there' if each else NOT_THERE}" for each in (one, two)))
    if settled and not agree([one.value], [two.value]) and (_odd(two, left, time) or _odd(one, right, time)):
        return Pair(*(f"{moment} {each.value} (state {each.state})" for each in (one, two)))
    return None


def _odd(record: HistoryRecord, others: Series, time: datetime) -> bool:
    """Tell whether a sample cannot be of the other side's value: that one is steady there, or nowhere near."""
    times = sorted(others)
    at = times.index(time)
    near = [others[one].value for one in times[max(0, at - 1) : at + 2]]
    if len(near) > 2 and all(agree([near[0]], [value]) for value in near):
        return True
    try:
        values = [float(one.value) for one in others.values()]
        low, high = min(values), max(values)
        return not low - (high - low) <= float(record.value) <= high + (high - low) and len(values) > 1
    except ValueError:
        return False


def _series(records: Sequence[HistoryRecord]) -> Series:
    return {_second(record): record for record in records if record.timestamp is not None}


def _second(record: HistoryRecord) -> datetime:
    assert record.timestamp is not None
    return record.timestamp.replace(microsecond=0)


def _doubled(records: Sequence[HistoryRecord]) -> str:
    """Give the first time that comes twice."""
    counts = Counter(_second(record) for record in records if record.timestamp is not None)
    return next((f"{time:%Y-%m-%dT%H:%M:%SZ}" for time, count in counts.items() if count > 1), "")
