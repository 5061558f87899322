"""A history as a curve: where its line runs, broken where samples are missing or are not good, and its axes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import ceil, floor, log10

from evce_connector.persistence.waiting_samples import Sample
from evce_connector.site.values import EPOCH, State

WIDTH, HEIGHT = 900, 260
LEFT, RIGHT, TOP, BOTTOM = 64, 12, 12, 28
"""Room in units of the drawing for the numbers and times beside the curve."""
MOST_POINTS = 800
"""Points of a curve; of more samples each piece shows its lowest and its highest."""
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_TIMES = (
    (timedelta(days=2), timedelta(hours=4), "%H:%M"),
    (timedelta(days=8), timedelta(days=1), "%d %b"),
    (timedelta.max, timedelta(days=5), "%d %b"),
)
"""How far apart times stand, and how they are written, by how long the whole is at most."""
_GAP = 1.5
"""Times the usual distance between two samples from which one is missing between them."""


@dataclass(frozen=True)
class Tick:
    """A number or a time at an axis, and where it stands."""

    at: float
    text: str


@dataclass(frozen=True)
class Plot:
    """A drawing: lines as points of SVG, single samples between gaps as dots, and the two axes."""

    lines: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]
    numbers: tuple[Tick, ...]
    times: tuple[Tick, ...]
    lowest: float
    highest: float


def plot(samples: Sequence[Sample], start: datetime, end: datetime) -> Plot | None:
    """Draw the samples from `start` to `end` (UTC); None when none of them is a good number."""
    good = [sample.value for sample in samples if sample.state is State.GOOD]
    if not good:
        return None
    ticks = _ticks(min(good), max(good))
    low, high = ticks[0], ticks[-1]

    def place(sample: Sample) -> tuple[float, float]:
        across = (sample.time - start) / (end - start)
        up = (sample.value - low) / (high - low)
        return (
            round(LEFT + across * (WIDTH - LEFT - RIGHT), 1),
            round(HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM), 1),
        )

    lines, dots = [], []
    for piece in _pieces(samples):
        points = [place(sample) for sample in _thinned(piece, len(samples))]
        if len(points) == 1:
            dots.append(points[0])
        else:
            lines.append(" ".join(f"{x},{y}" for x, y in points))
    heights = tuple(Tick(place(Sample(start, tick, State.GOOD))[1], f"{tick:.6g}") for tick in ticks)
    return Plot(tuple(lines), tuple(dots), heights, tuple(_times(start, end)), min(good), max(good))


def _ticks(low: float, high: float) -> list[float]:
    """Return round numbers that a curve lies between, with 0 where it is near.

    >>> _ticks(0.4, 97.0)
    [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]
    >>> _ticks(5.0, 5.0)
    [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    """
    low, high = min(low, 0.0) if low < abs(high - low) or low == high else low, max(high, 0.0)
    if low == high:
        high = low + 1.0
    rough = (high - low) / 5
    size = 10.0 ** floor(log10(rough))
    step = next(size * factor for factor in _STEPS if size * factor >= rough * 0.999)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return [round(number * step, 9) for number in range(first, last + 1)]


def _pieces(samples: Sequence[Sample]) -> Iterator[list[Sample]]:
    """Yield runs of good samples between which none is missing."""
    distances = sorted(after.time - before.time for before, after in pairwise(samples))
    usual = distances[len(distances) // 2] if distances else timedelta(0)
    piece: list[Sample] = []
    for sample in samples:
        if piece and (sample.state is not State.GOOD or sample.time - piece[-1].time > _GAP * usual):
            yield piece
            piece = []
        if sample.state is State.GOOD:
            piece.append(sample)
    if piece:
        yield piece


def _thinned(piece: Sequence[Sample], of: int) -> Sequence[Sample]:
    """Return so few samples that a screen can show them, the lowest and the highest of each group among them."""
    group = 2 * ceil(of / MOST_POINTS)
    if of <= MOST_POINTS:
        return piece
    chosen: list[Sample] = []
    for start in range(0, len(piece), group):
        some = piece[start : start + group]
        chosen += sorted({min(some, key=_value), max(some, key=_value)})
    return chosen


def _value(sample: Sample) -> float:
    return sample.value


def _times(start: datetime, end: datetime) -> Iterator[Tick]:
    """Yield round times between two instants."""
    step, form = next((step, form) for longest, step, form in _TIMES if end - start <= longest)
    at = EPOCH - (EPOCH - start) // step * step
    while at < end:
        across = (at - start) / (end - start)
        yield Tick(round(LEFT + across * (WIDTH - LEFT - RIGHT), 1), f"{at:{form}}")
        at += step
