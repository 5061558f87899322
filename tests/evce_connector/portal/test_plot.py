"""The curve of a log: where it runs, where it breaks, and what stands at its axes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from evce_connector.persistence.waiting_samples import Sample
from evce_connector.portal.plot import BOTTOM, HEIGHT, LEFT, MOST_POINTS, RIGHT, TOP, WIDTH, plot
from evce_connector.site.values import State

START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def each(minutes: float, *values: float | None) -> list[Sample]:
    """Make samples at equal distances; None is one that is not good."""
    return [
        Sample(START + timedelta(minutes=minutes * n), value or 0.0, State.UNCERTAIN if value is None else State.GOOD)
        for n, value in enumerate(values)
    ]


def test_a_curve_begins_at_the_left_and_its_ends_are_at_the_lowest_and_the_highest_line() -> None:
    drawn = plot([Sample(START, 0.0, State.GOOD), Sample(START + DAY, 100.0, State.GOOD)], START, START + DAY)
    assert drawn is not None
    assert drawn.lines == (f"{LEFT}.0,{HEIGHT - BOTTOM}.0 {WIDTH - RIGHT}.0,{TOP}.0",)
    assert [tick.text for tick in drawn.numbers] == ["0", "20", "40", "60", "80", "100"]
    assert [tick.text for tick in drawn.times] == ["08:00", "12:00", "16:00", "20:00", "00:00", "04:00"]


@pytest.mark.parametrize(
    ("values", "lines", "dots"),
    [((1, 2, 3, 4), 1, 0), ((1, 2, None, 3, 4), 2, 0), ((1, 2, None, 3, None, 4, 5), 2, 1)],
)
def test_a_curve_breaks_where_a_sample_is_not_good(values: tuple[float | None, ...], lines: int, dots: int) -> None:
    drawn = plot(each(15, *values), START, START + DAY)
    assert drawn is not None
    assert (len(drawn.lines), len(drawn.dots)) == (lines, dots)


def test_a_curve_breaks_where_a_sample_is_missing() -> None:
    samples = each(15, 1, 2, 3, 4, 5, 6)
    drawn = plot(samples[:3] + samples[4:], START, START + DAY)
    assert drawn is not None
    assert len(drawn.lines) == 2


def test_of_more_samples_than_a_screen_shows_the_lowest_and_the_highest_stay() -> None:
    values = [50.0] * 5000
    values[1234], values[4321] = 1.0, 99.0
    drawn = plot(each(1, *values), START, START + timedelta(days=4))
    assert drawn is not None
    (line,) = drawn.lines
    heights = [float(point.partition(",")[2]) for point in line.split()]
    assert len(heights) <= MOST_POINTS
    assert (max(heights) - min(heights)) / (HEIGHT - TOP - BOTTOM) == pytest.approx(0.98, abs=0.01)


@pytest.mark.parametrize("samples", [[], each(15, None, None)])
def test_without_a_good_sample_there_is_no_curve(samples: list[Sample]) -> None:
    assert plot(samples, START, START + DAY) is None
