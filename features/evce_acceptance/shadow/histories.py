"""Two histories of one value, compared where both have samples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from ebo_simulator.events import HistoryRecord
from evce_acceptance.shadow.agreement import agree
from evce_acceptance.shadow.differences import NOT_THERE, Pair

Series = dict[datetime, HistoryRecord]


def compare(
    left: Sequence[HistoryRecord], right: Sequence[HistoryRecord], shown: Callable[[datetime], Collection[str]]
) -> Pair | None:
    """Say where two histories differ first; None when they agree.

    Times are compared to the second, from the later beginning to the earlier end. Both sides poll at moments of their
    own, so a figure that moves at a boundary is logged as it was by the one and as it is by the other: values that
    differ are right when they lie among those that either side has `shown` around their time. Where nothing is known of
    that, values are not judged.
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
        if start <= time <= end and (pair := _at(time, *sides, shown)):
            return pair
    return None


def _at(time: datetime, left: Series, right: Series, shown: Callable[[datetime], Collection[str]]) -> Pair | None:
    """Compare the samples of one time."""
    one, two = left.get(time), right.get(time)
    moment = f"{time:%Y-%m-%dT%H:%M:%SZ}"
    if one is None or two is None:
        return Pair(*(f"{moment} {'there' if each else NOT_THERE}" for each in (one, two)))
    if agree([one.value], [two.value]):
        return None
    known = list(shown(time))
    if not known or all(agree([each.value], known) for each in (one, two)):
        return None
    return Pair(*(f"{moment} {each.value} (state {each.state})" for each in (one, two)))


def _series(records: Sequence[HistoryRecord]) -> Series:
    return {_second(record): record for record in records if record.timestamp is not None}


def _second(record: HistoryRecord) -> datetime:
    assert record.timestamp is not None
    return record.timestamp.replace(microsecond=0)


def _doubled(records: Sequence[HistoryRecord]) -> str:
    """Give the first time that comes twice."""
    counts = Counter(_second(record) for record in records if record.timestamp is not None)
    return next((f"{time:%Y-%m-%dT%H:%M:%SZ}" for time, count in counts.items() if count > 1), "")
