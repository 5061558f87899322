"""Sums, averages and numbers as a connector shows them, by the guide's formulas on what it shows itself.

The formulas are those of datapoints.csv, and the same oracle computes them that computes them from the controller's
figures. A sum of which a part is not Good is not judged: what is lost may show its last value.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from math import fsum

from ebo_simulator import Folder, Point
from ebo_simulator.display import state_name
from evce_acceptance.checks.matching import LOGS, Matched, value_points
from evce_acceptance.checks.shown import Rule, Shown
from evce_acceptance.guide.cells import TOLERANCE
from evce_acceptance.guide.datapoints import DataPoint, datapoints, named
from evce_acceptance.guide.oracle import COUNTS, FORMULAS

PHASES = (1, 2, 3)
LEVELS, KINDS = ("site", "zone", "station"), ("zones", "stations", "connectors")
PARTS = {
    "active power phase 1 + phase 2 + phase 3": tuple(f"ConnectorOverallActivePower{phase}" for phase in (1, 2, 3)),
    "tri-phase: rms current (phase 1 + phase 2 + phase 3) / 3; mono: rms current phase 1": (
        *(f"ConnectorOverallRmsCurrentPhase{phase}" for phase in (1, 2, 3)),
        "ConnectorIsDC",
        "ConnectorPhaseConnection",
    ),
}
"""What the two formulas of a connector read."""


def parts_of(row: DataPoint) -> tuple[str, ...]:
    """Return the names of the items that a formula comes down to: none for a number of things, itself for a field.

    >>> parts_of(named("SiteOverallActivePowerTotal"))
    ('ConnectorOverallActivePower1', 'ConnectorOverallActivePower2', 'ConnectorOverallActivePower3')
    """
    if found := re.match(r"sum of (\S+) over ", row.source):
        return parts_of(named(found[1]))
    if row.source in COUNTS:
        return ()
    return PARTS.get(row.source, (row.name,))


def is_made_of_others(row: DataPoint) -> bool:
    """Whether a data point follows from what the connector shows elsewhere in its tree."""
    return parts_of(row) != (row.name,)


def sums(matched: Matched) -> Iterator[Rule]:
    """Give a rule for each data point that is made of others."""
    below = _below(matched)
    for (level, _), folder in matched.folders.items():
        points = value_points(folder)
        for row in datapoints():
            if row.level == level and row.name in points and is_made_of_others(row):
                parts = [one for name in parts_of(row) for one in below[folder.path, name]]
                yield _rule(row, folder, points[row.name], tuple(parts))


def _below(matched: Matched) -> dict[tuple[str, str], list[Point]]:
    """Return the items in and below each folder by their name."""
    found: dict[tuple[str, str], list[Point]] = defaultdict(list)
    for folder in matched.folders.values():
        for name, point in value_points(folder).items():
            home = folder.path
            while home:
                found[home, name].append(point)
                home = home.rpartition("/")[0]
    return found


def _rule(row: DataPoint, folder: Folder, point: Point, parts: tuple[Point, ...]) -> Rule:
    def judge(shown: Shown) -> dict[str, str] | None:
        if not shown.has(point) or not shown.is_good(*parts):
            return None
        if parts and not shown.is_good(point):
            return {point.path: f"shown as {state_name(shown.state(point))} although all that it is made of is Good"}
        try:
            number, wanted = float(shown.value(point)), _computed(row, folder, shown)
        except (KeyError, ValueError):
            return None  # an item is missing, or is no number: others say so
        if abs(number - wanted) <= TOLERANCE * (len(parts) + 1):
            return {}
        return {point.path: f"shows {shown.value(point)}, what it is made of gives {wanted:.6g}"}

    return Rule((point, *parts), judge)


def _computed(row: DataPoint, folder: Folder, shown: Shown) -> float:
    """Return what a formula gives on what is shown; KeyError or ValueError where that is missing, or no number."""
    if found := re.match(r"sum of (\S+) over ", row.source):
        part = named(found[1])
        return fsum(_computed(part, child, shown) for child in _children(folder))
    if row.source in COUNTS:
        return _count(COUNTS[row.source], row.level, folder)
    points = value_points(folder)
    if row.source in PARTS:
        connector = {
            "activePower": [float(shown.value(points[f"ConnectorOverallActivePower{phase}"])) for phase in PHASES],
            "rmsCurrent": [float(shown.value(points[f"ConnectorOverallRmsCurrentPhase{phase}"])) for phase in PHASES],
            "dc": shown.is_true(points["ConnectorIsDC"]),
            "phaseConnection": "tri" if shown.value(points["ConnectorPhaseConnection"]).startswith("tri") else "mono",
        }
        return float(FORMULAS[row.source](connector))
    return float(shown.value(points[row.name]))


def _count(kind: str, level: str, folder: Folder) -> int:
    """Count the things of a kind below the folder of an object."""
    found = _children(folder)
    for _ in range(KINDS.index(kind) - LEVELS.index(level)):
        found = [below for one in found for below in _children(one)]
    return len(found)


def _children(folder: Folder) -> list[Folder]:
    return [one for one in folder.folders if one.name != LOGS]
