"""The samples of histories over the time of a watch: which are missing, and which are there twice."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from evce_acceptance.watch.findings import MISSED_LOOKS, Finding, named
from evce_acceptance.watch.looks import Look


class Offline:
    """Which values were Offline when, by looks every so many s: what is Offline has no sample (guide, logs)."""

    def __init__(self, looks: Sequence[Look], every: float) -> None:
        self._near = timedelta(seconds=MISSED_LOOKS * every)
        self._moments: list[datetime] = []
        self._lost: list[frozenset[str]] = []
        now: frozenset[str] = frozenset()
        for look in looks:
            if look.trouble:
                continue
            if look.first or look.lost or look.back:
                now = (frozenset() if look.first else now).difference(look.back).union(look.lost)
            self._moments.append(look.moment)
            self._lost.append(now)

    def was(self, history: str, at: datetime) -> bool | None:
        """Tell whether a history's value was Offline shortly before or after; None when nobody saw it both times."""
        after = bisect_left(self._moments, at)
        if not 0 < after < len(self._moments):
            return None
        if max(at - self._moments[after - 1], self._moments[after] - at) > self._near:
            return None
        return any(history in self._lost[place] for place in (after - 1, after))


def missed(
    instants: Mapping[str, Sequence[datetime]], start: datetime, end: datetime, minutes: int, offline: Offline
) -> list[Finding]:
    """Return the samples that histories lack, or have twice, between two instants: a finding for each boundary.

    A value that was Offline has no sample. Where nobody saw whether it was, what is missing is told and not judged.
    """
    return [finding for boundary in boundaries(start, end, minutes) for finding in _at(boundary, instants, offline)]


def boundaries(start: datetime, end: datetime, minutes: int) -> Iterator[datetime]:
    """Yield the moments of samples between two instants, which are counted from 00:00 UTC.

    >>> noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    >>> [f"{at:%H:%M}" for at in boundaries(noon + timedelta(minutes=1), noon + timedelta(minutes=40), 15)]
    ['12:15', '12:30']
    """
    midnight, interval = datetime(2000, 1, 1, tzinfo=UTC), timedelta(minutes=minutes)
    at = midnight + -(-(start - midnight) // interval) * interval
    while at <= end:
        yield at
        at += interval


def _at(boundary: datetime, instants: Mapping[str, Sequence[datetime]], offline: Offline) -> Iterator[Finding]:
    numbers = {path: _times(times, boundary) for path, times in instants.items()}
    lacking = {path: offline.was(path, boundary) for path, number in numbers.items() if not number}
    wrong = {
        "no sample": [path for path, was in lacking.items() if was is False],
        "more than one sample": [path for path, number in numbers.items() if number > 1],
    }
    unseen = {"no sample, and nobody looked then,": [path for path, was in lacking.items() if was is None]}
    for said, paths in (wrong | unseen).items():
        if paths:
            verb = "has" if len(paths) == 1 else "have"
            what = f"{len(paths)} of {len(instants)} histories {verb} {said} of {boundary:%H:%M} UTC: {named(paths)}"
            yield Finding(what, boundary, boundary, said in wrong)


def _times(instants: Sequence[datetime], boundary: datetime) -> int:
    return sum(1 for one in instants if one.replace(microsecond=0) == boundary)
