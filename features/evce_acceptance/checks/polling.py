"""How often a connector polls, measured by when its values change.

Figures of connectors come from the controller as they are; that many of them change together is a poll. One and the
same item is compared with itself, so that it does not matter how long a connector takes to go through the site. What
changes more seldom than it is polled makes the interval look longer, which judges milder, never harder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ebo_simulator import Point
from ebo_simulator.clock import Clock
from evce_acceptance.checks.matching import Matched, value_points
from evce_acceptance.checks.shown import Shown
from evce_acceptance.guide.datapoints import datapoints
from evce_acceptance.site.settings import LONGEST_POLL

AT_MOST = 65.0
"""Seconds that are watched: two polls at the longest interval of the guide, and a little."""
ENOUGH = 4
"""Changes of one item after which nothing is watched any more."""
FINEST = 3
"""Looks that there must be from one poll to the next, for the interval to be told from them."""


@dataclass(frozen=True)
class Interval:
    """Seconds from poll to poll, and whether they were seen; else they are the longest that the guide has."""

    seconds: float
    measured: bool
    why: str = ""

    @property
    def words(self) -> str:
        """The interval as a sentence for whoever reads the report."""
        if self.measured:
            return f"Values are polled every {self.seconds:g} s, as measured."
        return f"{self.why}; values are taken to be polled every {self.seconds:g} s, the longest that the guide has."


def moving(matched: Matched, at_most: int) -> list[Point]:
    """Return figures that are read from the controller as they are, those of connectors first that charge."""
    names = [row.name for row in datapoints() if row.level == "connector" and row.live and row.updated_by == "polled"]
    folders = [value_points(folder) for _, folder in matched.of("connector")]
    folders.sort(key=lambda points: not _charges(points))
    return [points[name] for points in folders for name in names if name in points][:at_most]


def _charges(points: dict[str, Point]) -> bool:
    return "ConnectorState_Charging" in points and points["ConnectorState_Charging"].value == "True"


def measure(
    shown: Shown,
    points: Iterable[Point],
    clock: Clock,
    every: float,
    progress: Callable[[str], None],
    at_most: float = AT_MOST,
) -> Interval:
    """Read items every `every` s until one has changed often enough, at most for so many s; returns their interval."""
    points, begun = list(points), clock.monotonic()
    changes: dict[str, list[float]] = {point.id: [] for point in points}
    shown.read(points)
    values, looks = {point.id: shown.value(point) for point in points}, 0
    while (passed := clock.monotonic() - begun) < at_most and not any(len(one) >= ENOUGH for one in changes.values()):
        progress(f"measuring how often values are polled, {passed:.0f} of at most {at_most:.0f} s")
        clock.wait(every)
        shown.read(points)
        at, looks = clock.monotonic(), looks + 1
        for point in points:
            if shown.has(point) and (value := shown.value(point)) != values[point.id]:
                values[point.id] = value
                changes[point.id].append(at)
    return _told(max(changes.values(), key=len, default=[]), (clock.monotonic() - begun) / max(1, looks))


def _told(changes: list[float], gap: float) -> Interval:
    """Return the interval of an item that changed at these moments, looked at every `gap` s."""
    steps = [later - sooner for sooner, later in pairwise(changes)]
    if not steps:
        return Interval(LONGEST_POLL, measured=False, why="Nothing changed that would tell how often values are polled")
    usual = median(steps)
    seconds = float(f"{sum(steps) / sum(max(1, round(step / usual)) for step in steps):.2g}")
    if seconds < FINEST * gap:
        return Interval(
            LONGEST_POLL, measured=False, why=f"Looks {gap:.1f} s apart cannot tell how often values are polled"
        )
    return Interval(seconds, measured=True)
