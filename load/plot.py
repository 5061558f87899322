"""Draws the age of values, the latency of operations and the connector's memory over the time of a load test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from load.limits import AGE, READ
from load.resources import Sample

SHOWN = (READ, "SetValues", "GetHistory", "GetUpdatedAlarmEvents")
_FASTEST, _SLOWEST = 0.1, 10_000
"""Ends of the axis of latencies in ms, so that the pictures of two runs compare."""
_ROOM = 1.2
Points = Sequence[tuple[int, float]]


def draw(moments: Mapping[str, Points], samples: Sequence[Sample], picture: Path, title: str, age_limit: float) -> None:
    """Draw what was measured into a PNG or SVG file; `age_limit` is in s.

    Without samples of the connector's process it is not ours, and the latencies are all that there is.
    """
    figure = Figure(figsize=(10, 8), layout="constrained")
    figure.suptitle(title)
    firsts = [points[0][0] for points in moments.values() if points] + [int(one.at) for one in samples[:1]]
    start = min(firsts, default=0)
    if not samples:
        latencies = figure.subplots()
        _latencies(latencies, moments, start)
        latencies.set_xlabel("time (s)")
        figure.savefig(picture)
        return
    ages, latencies, memory = figure.subplots(3, sharex=True)
    _ages(ages, moments.get(AGE, ()), start, age_limit)
    _latencies(latencies, moments, start)
    memory.plot([one.at - start for one in samples], [one.memory for one in samples])
    memory.set_ylabel("connector's memory (MB)")
    memory.set_ylim(0, max([one.memory for one in samples], default=1) * _ROOM)
    memory.set_xlabel("time (s)")
    figure.savefig(picture)


def _ages(axes: Axes, points: Points, start: int, limit: float) -> None:
    axes.plot([at - start for at, _ in points], [age / 1000 for _, age in points], ".", label="oldest value of a cycle")
    axes.axhline(limit, color="tab:red", linestyle="--", label="limit: interval + cycle time")
    axes.set_ylabel("age (s)")
    axes.set_ylim(bottom=0)
    axes.legend(loc="lower right")


def _latencies(axes: Axes, moments: Mapping[str, Points], start: int) -> None:
    for name in SHOWN:
        points = moments.get(name, ())
        axes.plot([at - start for at, _ in points], [value for _, value in points], ".", label=name)
    axes.set_yscale("log")
    axes.set_ylim(_FASTEST, _SLOWEST)
    axes.yaxis.set_major_formatter("{x:g}")
    axes.set_ylabel("slowest of a second (ms)")
    axes.legend(loc="lower right", ncols=len(SHOWN))
