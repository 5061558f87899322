"""Answer times drawn as SVG: over the time of the run, and as a distribution."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Any

import matplotlib as mpl
from evce_acceptance.report.latency import failed, operation
from evce_acceptance.report.texts import moment
from evce_acceptance.results.run import Exchange
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8c6d00", "#3a9bd6", "#5d3a9b", "#444444")
"""Told apart by colour-blind readers too; the mark's shape changes where they begin again."""
MARKS = (("o", "●"), ("^", "▲"), ("s", "■"), ("D", "◆"))
"""The mark in the plot, and the same one as a character for the table."""
FAILED = "#b3261e"
MAX_VECTORS = 1_500
"""Points up to which each is a drawn mark; more become one picture inside the SVG, so that the file stays small."""
SHORTEST = 1e-4  # s; the logarithm of nothing cannot be drawn
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "acceptance",
    "font.family": "sans-serif",
    "font.size": 8,
    "axes.edgecolor": "#8a929c",
    "axes.labelcolor": "#3d454f",
    "xtick.color": "#3d454f",
    "ytick.color": "#3d454f",
}
_HEAD = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)
_SIZE = re.compile(r' (?:width|height)="[^"]*pt"')
_IDS = re.compile(r'(\bid="|href="#|url\(#)')


@dataclass(frozen=True, slots=True)
class Plot:
    """The picture of one party, and each operation's mark in it as (colour, character)."""

    party: str
    svg: Markup
    marks: dict[str, tuple[str, str]]


def plots(exchanges: Sequence[Exchange]) -> list[Plot]:
    """Draw one picture for each party, in the order of their names."""
    parties = sorted({exchange.party for exchange in exchanges})
    return [
        _plot(party, [one for one in exchanges if one.party == party], f"plot{number}-")
        for number, party in enumerate(parties, start=1)
    ]


def _plot(party: str, exchanges: Sequence[Exchange], prefix: str) -> Plot:
    names = sorted({operation(exchange) for exchange in exchanges})
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(9.6, 2.9), layout="constrained")
        over_time, distribution = figure.subplots(1, 2, sharey=True, width_ratios=(2.1, 1))
        for turn, name in enumerate(names):
            group = [exchange for exchange in exchanges if operation(exchange) == name]
            _draw(over_time, distribution, group, turn, raster=len(exchanges) > MAX_VECTORS)
        _mark_failures(over_time, exchanges)
        _dress(over_time, distribution)
        _time_axis(over_time, exchanges)
        svg = io.StringIO()
        figure.savefig(svg, format="svg", dpi=200)
    marks = {name: (_colour(turn), _mark(turn)[1]) for turn, name in enumerate(names)}
    return Plot(party, _inline(svg.getvalue(), prefix), marks)


def _colour(turn: int) -> str:
    return COLOURS[turn % len(COLOURS)]


def _mark(turn: int) -> tuple[str, str]:
    return MARKS[turn // len(COLOURS) % len(MARKS)]


def _draw(over_time: Any, distribution: Any, group: Sequence[Exchange], turn: int, *, raster: bool) -> None:  # noqa: ANN401 - matplotlib's own types know no times
    style = {"color": _colour(turn), "marker": _mark(turn)[0], "markersize": 3.2}
    points = [(at, _seconds(one)) for one in group if (at := moment(one.at)) is not None]
    if points:
        over_time.plot(*zip(*points, strict=True), linestyle="", alpha=0.75, rasterized=raster, **style)
    times = sorted(map(_seconds, group))
    shares = [100 * (place + 1) / len(times) for place in range(len(times))]
    first, last = [0.0, *shares], [times[0], *times]
    every = max(1, len(times) // 4)
    distribution.step(first, last, where="pre", linewidth=1.3, markevery=every, rasterized=raster, **style)


def _seconds(exchange: Exchange) -> float:
    return max(exchange.seconds, SHORTEST)


def _mark_failures(over_time: Any, exchanges: Sequence[Exchange]) -> None:  # noqa: ANN401 - as above
    points = [(at, _seconds(one)) for one in exchanges if failed(one) and (at := moment(one.at)) is not None]
    if points:
        over_time.plot(*zip(*points, strict=True), linestyle="", marker="x", markersize=7, color=FAILED, zorder=3)


def _dress(over_time: Axes, distribution: Axes) -> None:
    over_time.set_yscale("log")
    over_time.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _tick(value)))
    over_time.yaxis.set_minor_formatter(NullFormatter())
    over_time.set_title("over the run's time (UTC)", loc="left", fontsize="medium")
    distribution.set_title("share of answers that took no longer (%)", loc="left", fontsize="medium")
    distribution.set_xlim(0, 101)
    distribution.set_xticks([0, 25, 50, 75, 100])
    for panel in (over_time, distribution):
        panel.grid(visible=True, alpha=0.25, linewidth=0.6)
        panel.tick_params(which="both", length=2)
        for side in ("top", "right"):
            panel.spines[side].set_visible(False)


def _time_axis(over_time: Any, exchanges: Sequence[Exchange]) -> None:  # noqa: ANN401 - as above
    times = sorted(at for one in exchanges if (at := moment(one.at)) is not None)
    if not times:
        over_time.set_xticks([])
        return
    edge = max((times[-1] - times[0]) / 50, timedelta(seconds=1))
    over_time.set_xlim(times[0] - edge, times[-1] + edge)
    locator: Any = AutoDateLocator(tz=UTC)  # type: ignore[no-untyped-call]  # matplotlib.dates carries no types
    over_time.xaxis.set_major_locator(locator)
    over_time.xaxis.set_major_formatter(ConciseDateFormatter(locator, tz=UTC))  # type: ignore[no-untyped-call]  # as above


def _tick(seconds: float) -> str:
    return f"{seconds:g} s" if seconds >= 1 else f"{1000 * seconds:g} ms"


def _inline(svg: str, prefix: str) -> Markup:
    """Make a picture part of a page: no head, no fixed size, names of its own."""
    picture = _HEAD.sub("", svg[svg.index("<svg") :])
    picture = _SIZE.sub("", picture, count=2)
    picture = _IDS.sub(rf"\g<1>{prefix}", picture.replace("<svg", '<svg role="img"', 1))
    return Markup(picture)  # noqa: S704 - drawn by matplotlib; no text of the site is in it
