"""What only time shows, told from the looks of a watch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from itertools import pairwise
from statistics import fmean

from evce_acceptance.watch.looks import Look

MISSED_LOOKS = 2.5
"""So many times the time between looks without one: nobody watched, a laptop slept."""
APART = 60.0
"""By how many s the clocks may differ: samples and alarms would be told at wrong minutes beyond."""
DRIFT = 5.0
"""Seconds a day that a clock may gain or lose: one that is set by a server does not."""
A_DAY = 86_400.0
NAMED = 5
"""Items that are named before "and so many more"."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that was seen from `start` to `end` (UTC); `wrong` or only worth knowing."""

    what: str
    start: datetime
    end: datetime
    wrong: bool = True


def judged(looks: Sequence[Look], every: float, zone: tzinfo = UTC) -> list[Finding]:
    """Return what the looks show, in the order of time; `every` is the s between two of them."""
    rules = (_silent, _offline, _forgotten, _changed, _clocks, _never_cleared)
    found = [finding for rule in rules for finding in rule(looks)]
    found += [*_unwatched(looks, every), *_changes_of_hour(looks, zone)]
    return sorted(found, key=lambda one: (one.start, one.what))


def named(paths: Sequence[str]) -> str:
    """Name some of many items."""
    more = f" and {len(paths) - NAMED} more" if len(paths) > NAMED else ""
    return ", ".join(sorted(paths)[:NAMED]) + more


def _spans(looks: Sequence[Look], marks: Sequence[str]) -> Iterator[tuple[str, Look, Look, int]]:
    """Yield each row of looks with the same mark, but "", with its first and last look and how many they are."""
    begin = 0
    for place in range(1, len(looks) + 1):
        if place == len(looks) or marks[place] != marks[begin]:
            if marks[begin]:
                yield marks[begin], looks[begin], looks[place - 1], place - begin
            begin = place


def _silent(looks: Sequence[Look]) -> Iterator[Finding]:
    for why, first, last, many in _spans(looks, [look.trouble for look in looks]):
        yield Finding(f"No answer in {many} look{'s' * (many > 1)}: {why}", first.moment, last.moment)


def _offline(looks: Sequence[Look]) -> Iterator[Finding]:
    """Tell of values that went Offline: more than at the quietest look."""
    answered = [look for look in looks if not look.trouble]
    usual = min((look.offline for look in answered), default=0)
    marks = ["more" if look.offline > usual else "" for look in answered]
    for _, first, last, many in _spans(answered, marks):
        most = max(look.offline for look in answered if first.at <= look.at <= last.at)
        what = f"Up to {most} values were Offline in {many} look{'s' * (many > 1)}, {usual} otherwise"
        yield Finding(what, first.moment, last.moment, wrong=False)


def _forgotten(looks: Sequence[Look]) -> Iterator[Finding]:
    for look in looks:
        if look.forgot:
            what = "The server knew no more up to where it had told its alarms: it was started anew, or lost them"
            yield Finding(what, look.moment, look.moment)


def _changed(looks: Sequence[Look]) -> Iterator[Finding]:
    for look in looks:
        for word, paths in (("gone from", look.gone), ("new in", look.new)):
            if paths:
                what = f"{len(paths)} item{'s are' if len(paths) > 1 else ' is'} {word} the tree: {named(paths)}"
                yield Finding(what, look.moment, look.moment, wrong=False)


def _clocks(looks: Sequence[Look]) -> Iterator[Finding]:
    """Judge the server's clock by this computer's: how far they are apart at last, and how fast that grows."""
    told = [(look.moment, look.skew) for look in looks if look.skew is not None]
    if not told:
        return
    start, end = told[0][0], told[-1][0]
    if abs(told[-1][1]) > APART:
        word = "ahead of" if told[-1][1] > 0 else "behind"
        yield Finding(f"The server's clock is {abs(told[-1][1]):.0f} s {word} this computer's", start, end)
    rate = _slope([((at - start).total_seconds(), skew) for at, skew in told]) * A_DAY
    if (end - start).total_seconds() >= A_DAY / 4 and abs(rate) > DRIFT:
        yield Finding(f"The server's clock {'gains' if rate > 0 else 'loses'} {abs(rate):.0f} s a day", start, end)


def _slope(points: Sequence[tuple[float, float]]) -> float:
    """Return the slope of the straight line that is nearest to points."""
    across, up = fmean(x for x, _ in points), fmean(y for _, y in points)
    spread = sum((x - across) ** 2 for x, _ in points)
    return sum((x - across) * (y - up) for x, y in points) / spread if spread else 0.0


def _never_cleared(looks: Sequence[Look]) -> Iterator[Finding]:
    """Tell of alarms that stood at every look."""
    answered = [look for look in looks if not look.trouble]
    if len(answered) < 2:
        return
    for path in sorted(set.intersection(*(set(look.alarms) for look in answered))):
        what = f"{path} stood all the time: {answered[-1].alarms[path]}"
        yield Finding(what, answered[0].moment, answered[-1].moment, wrong=False)


def _unwatched(looks: Sequence[Look], every: float) -> Iterator[Finding]:
    for before, after in pairwise(looks):
        if (after.moment - before.moment).total_seconds() > MISSED_LOOKS * every:
            yield Finding("Nobody looked: the watch stood still", before.moment, after.moment, wrong=False)


def _changes_of_hour(looks: Sequence[Look], zone: tzinfo) -> Iterator[Finding]:
    """Name each change between summer and winter time that fell in."""
    for before, after in pairwise(looks):
        offsets = [look.moment.astimezone(zone).utcoffset() for look in (before, after)]
        if offsets[0] != offsets[1]:
            what = f"The hour of {zone} changed: what was logged around it is among the histories"
            yield Finding(what, before.moment, after.moment, wrong=False)
