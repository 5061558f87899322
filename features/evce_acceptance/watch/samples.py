"""The samples of histories over the time of a watch: which are missing, and which are there twice."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from evce_acceptance.watch.findings import Finding, named
from evce_acceptance.watch.looks import Look

CLOSE = timedelta(seconds=15)
"""The least that a value is shown for, a poll of the guide: between two looks so close together it was not Offline."""
BESIDE = timedelta(seconds=60)
"""A sample so near to a boundary is that boundary's, if it should have carried its time."""
MIDNIGHT = datetime(2000, 1, 1, tzinfo=UTC)
"""From it boundaries are counted (guide, logs)."""


class Offline:
    """Which values were Offline when, by looks: what is Offline has no sample (guide, logs).

    `since` tells of histories that were not there from the beginning when they were seen first.
    """

    def __init__(self, looks: Sequence[Look]) -> None:
        seen: list[tuple[datetime, frozenset[str]]] = []
        self._since: dict[str, datetime] = {}
        now: frozenset[str] = frozenset()
        for look in looks:
            if look.trouble:
                continue
            if look.first or look.lost or look.back:
                now = (frozenset() if look.first else now).difference(look.back).union(look.lost)
            seen.append((look.moment, now))
            self._since |= dict.fromkeys(look.new, look.moment)
        seen.sort(key=lambda one: one[0])  # this computer's clock may have been set back
        self._moments, self._lost = [moment for moment, _ in seen], [lost for _, lost in seen]

    def was(self, history: str, at: datetime) -> bool | None:
        """Tell whether a history's value was Offline at a moment; None if nobody saw it just before and just after."""
        after = bisect_left(self._moments, at)
        if not 0 < after < len(self._moments):
            return None
        if any(history in self._lost[place] for place in (after - 1, after)):
            return True
        return False if self._moments[after] - self._moments[after - 1] <= CLOSE else None

    def was_there(self, history: str, at: datetime) -> bool:
        """Tell whether a history was there at a moment, as far as was seen."""
        return history not in self._since or self._since[history] <= at


def missed(
    instants: Mapping[str, Sequence[datetime]], start: datetime, end: datetime, minutes: int, offline: Offline
) -> list[Finding]:
    """Return the samples that histories lack, or have twice, between two instants: a finding for each boundary.

    A value that was Offline has no sample, nor has what was not there yet. Where nobody saw whether it was Offline,
    what is missing is told and not judged. Samples beside their boundary count as its own, and are told once.
    """
    instants = {path: sorted(times) for path, times in instants.items()}
    found = [finding for boundary in boundaries(start, end, minutes) for finding in _at(boundary, instants, offline)]
    return [*found, *_beside(instants, minutes)]


def boundaries(start: datetime, end: datetime, minutes: int) -> Iterator[datetime]:
    """Yield the moments of samples between two instants, which are counted from 00:00 UTC.

    >>> noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    >>> [f"{at:%H:%M}" for at in boundaries(noon + timedelta(minutes=1), noon + timedelta(minutes=40), 15)]
    ['12:15', '12:30']
    """
    interval = timedelta(minutes=minutes)
    at = MIDNIGHT + -(-(start - MIDNIGHT) // interval) * interval
    while at <= end:
        yield at
        at += interval


def _at(boundary: datetime, instants: Mapping[str, Sequence[datetime]], offline: Offline) -> Iterator[Finding]:
    numbers = {path: _times(times, boundary) for path, times in instants.items()}
    lacking = {
        path: offline.was(path, boundary)
        for path, number in numbers.items()
        if not number and offline.was_there(path, boundary)
    }
    wrong = {
        "no sample": [path for path, was in lacking.items() if was is False],
        "more than one sample": [path for path, number in numbers.items() if number > 1],
    }
    nobody = "no sample, and nobody saw whether they were Offline,"
    unseen = {nobody: [path for path, was in lacking.items() if was is None]}
    for said, paths in (wrong | unseen).items():
        if paths:
            verb = "has" if len(paths) == 1 else "have"
            what = f"{len(paths)} of {len(instants)} histories {verb} {said} of {boundary:%H:%M} UTC: {named(paths)}"
            yield Finding(what, boundary, boundary, said in wrong)


def _times(instants: Sequence[datetime], boundary: datetime) -> int:
    """Count the samples of a boundary among instants in order."""
    return bisect_left(instants, boundary + BESIDE) - bisect_right(instants, boundary - BESIDE)


def _beside(instants: Mapping[str, Sequence[datetime]], minutes: int) -> Iterator[Finding]:
    """Tell of samples that carry another time than their boundary's."""
    interval = timedelta(minutes=minutes)
    apart: dict[str, timedelta] = {}
    times: list[datetime] = []
    for path, samples in instants.items():
        for one in samples:
            behind = (one - MIDNIGHT) % interval
            beside = min(behind, interval - behind)
            if timedelta() < beside < BESIDE:
                apart[path] = max(apart.get(path, beside), beside)
                times.append(one)
    if apart:
        most = max(apart.values()).total_seconds()
        what = f"Samples of {len(apart)} of {len(instants)} histories stand up to {most:g} s beside their boundaries"
        yield Finding(f"{what}: {named([*apart])}", min(times), max(times))
