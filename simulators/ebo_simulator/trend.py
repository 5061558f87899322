"""Trend pictures: histories over time, with what was not Good told apart.

Whoever draws none does without this module, for matplotlib takes as long to load as all the rest together.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from math import nan
from typing import TYPE_CHECKING, Any

from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure

from ebo_simulator.errors import BadOptionError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from matplotlib.axes import Axes

    from ebo_simulator.display import Display
    from ebo_simulator.series import Series

WORDS = {"true": 1.0, "false": 0.0}
GOOD = 0
OVERDUE = 2.5  # steps


def plot(series: list[Series], file: Path, display: Display) -> None:
    """Draw histories into a picture (PNG or SVG by the file's name), one panel for each unit.

    BadOptionError names a kind of picture that cannot be drawn.

    Steps hold a value until the next record, as a trend log does; a gap in the records is a gap in the line. Records
    that are not Good carry a cross.
    """
    units = list(dict.fromkeys(one.unit for one in series))
    figure = Figure(figsize=(11, 1.2 + 3 * max(1, len(units))), layout="constrained")
    if file.suffix.removeprefix(".").lower() not in (kinds := figure.canvas.get_supported_filetypes()):
        endings = ", .".join(sorted(kinds))
        raise BadOptionError(f"No picture of the kind of {file} can be drawn; end its name in .{endings}.")
    panels = figure.subplots(max(1, len(units)), 1, sharex=True, squeeze=False)[:, 0]
    for unit, panel in zip(units, panels, strict=False):
        for one in series:
            if one.unit == unit:
                _line(panel, one)
        _dress(panel, unit)
    _time_axis(panels[-1], display)
    figure.savefig(file, dpi=110)


def _line(panel: Any, one: Series) -> None:  # noqa: ANN401 (matplotlib's own types know no times)
    read = [(record.timestamp, number(record.value), record.state) for record in one.records]
    points = [(at, value) for at, value, _ in read if at is not None and value is not None]
    times, values = zip(*with_gaps(points), strict=True) if points else ((), ())
    (line,) = panel.step(times, values, where="post", label=label(one), linewidth=1.4)
    doubtful = [(at, value) for at, value, state in read if at and value is not None and state not in (GOOD, None)]
    if doubtful:
        panel.plot(*zip(*doubtful, strict=True), "x", color=line.get_color(), label="not Good")


def _dress(panel: Axes, unit: str) -> None:
    panel.set_ylabel(unit or "value")
    panel.margins(x=0.01)
    panel.grid(visible=True, alpha=0.3)
    for side in ("top", "right"):
        panel.spines[side].set_visible(False)
    panel.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, fontsize="small", frameon=False, borderpad=0)


def with_gaps(points: list[tuple[datetime, float]]) -> list[tuple[datetime, float]]:
    """End the line one usual step after a record when the next one is overdue by more than another step and a half."""
    steps = [later - earlier for (earlier, _), (later, _) in pairwise(points)]
    usual = sorted(steps)[len(steps) // 2] if steps else timedelta()
    drawn = points[:1]
    for (earlier, value), point in pairwise(points):
        if point[0] - earlier > OVERDUE * usual:
            drawn += [(earlier + usual, value), (earlier + usual, nan)]
        drawn.append(point)
    return drawn


def label(one: Series) -> str:
    """Name a series by its folder and name; the folder of all logs is left out."""
    folders = [name for name in one.path.split("/")[:-1] if name != "OverallConsumptionLogs"]
    return " / ".join([*folders[-1:], one.name])


def _time_axis(panel: Axes, display: Display) -> None:
    zone = display.zone
    locator: Any = AutoDateLocator(tz=zone)  # type: ignore[no-untyped-call]  # matplotlib.dates carries no types
    panel.xaxis.set_major_locator(locator)
    panel.xaxis.set_major_formatter(ConciseDateFormatter(locator, tz=zone))  # type: ignore[no-untyped-call]  # as above
    panel.set_xlabel(f"Time ({display.timezone})")


def number(value: str) -> float | None:
    """Read a recorded value as a number; none for a text."""
    try:
        return WORDS[value.lower()] if value.lower() in WORDS else float(Decimal(value))
    except InvalidOperation:
        return None
