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
STEP = 5.0
"""Seconds by which the difference of two clocks does not grow from look to look: one of them was set."""
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


def _spans(looks: Sequence[Look], marks: Sequence[str]) -> Iterator[Sequence[Look]]:
    """Yield each row of looks with the same mark, but ""."""
    begin = 0
    for place in range(1, len(looks) + 1):
        if place == len(looks) or marks[place] != marks[begin]:
            if marks[begin]:
                yield looks[begin:place]
            begin = place


def _silent(looks: Sequence[Look]) -> Iterator[Finding]:
    for row in _spans(looks, [look.trouble for look in looks]):
        what = f"Nothing was answered in {len(row)} look{'s' * (len(row) > 1)}: {row[0].trouble}"
        yield Finding(what, row[0].moment, row[-1].moment)


def _offline(looks: Sequence[Look]) -> Iterator[Finding]:
    """Tell of values that went Offline, more than at the quietest look, and of what was so at each."""
    answered = [look for look in looks if not look.trouble]
    usual = min((look.offline for look in answered), default=0)
    if usual:
        what = f"{usual} values or more were Offline at every look"
        yield Finding(what, answered[0].moment, answered[-1].moment, wrong=False)
    for row in _spans(answered, ["more" if look.offline > usual else "" for look in answered]):
        most = max(look.offline for look in row)
        what = f"Up to {most} values were Offline in {len(row)} look{'s' * (len(row) > 1)}, {usual} otherwise"
        yield Finding(what, row[0].moment, row[-1].moment, wrong=False)


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
    """Judge the server's clock by this computer's: where they were apart, when one was set, how fast they part."""
    told = [look for look in looks if look.skew is not None]
    for row in _spans(told, [_apart(look) for look in told]):
        most = max(abs(look.skew or 0.0) for look in row)
        yield Finding(f"The server's clock was up to {most:.0f} s {_apart(row[0])} this computer's", *_ends(row))
    smooth, jumped = [], 0.0
    for before, look in pairwise([*told[:1], *told]):
        step = (look.skew or 0.0) - (before.skew or 0.0)
        if abs(step) > STEP:
            jumped += step
            what = (
                f"One of the clocks was set: the server's is {abs(step):.0f} s {'more' if step > 0 else 'less'} ahead"
            )
            yield Finding(what, *_ends((before, look)), wrong=False)
        smooth.append(((look.moment - told[0].moment).total_seconds(), (look.skew or 0.0) - jumped))
    rate = _slope(smooth) * A_DAY if smooth else 0.0
    if abs(rate) > DRIFT and smooth[-1][0] >= A_DAY / 4:
        yield Finding(f"The server's clock {'gains' if rate > 0 else 'loses'} {abs(rate):.0f} s a day", *_ends(told))


def _apart(look: Look) -> str:
    """Say on which side a server's clock is that is too far from this computer's."""
    skew = look.skew or 0.0
    return "" if abs(skew) <= APART else "ahead of" if skew > 0 else "behind"


def _ends(row: Sequence[Look]) -> tuple[datetime, datetime]:
    return row[0].moment, row[-1].moment


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
        if after.moment < before.moment:
            yield Finding("This computer's clock was set back", after.moment, before.moment, wrong=False)


def _changes_of_hour(looks: Sequence[Look], zone: tzinfo) -> Iterator[Finding]:
    """Name each change between summer and winter time that fell in."""
    for before, after in pairwise(looks):
        offsets = [look.moment.astimezone(zone).utcoffset() for look in (before, after)]
        if offsets[0] != offsets[1]:
            what = f"The hour of {zone} changed: what was logged around it is among the histories"
            yield Finding(what, before.moment, after.moment, wrong=False)
