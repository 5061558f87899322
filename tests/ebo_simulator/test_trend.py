"""Trend pictures."""

from datetime import UTC, datetime, timedelta
from math import isnan
from pathlib import Path

import pytest
from ebo_simulator import Display
from ebo_simulator.errors import BadOptionError
from ebo_simulator.events import HistoryRecord
from ebo_simulator.series import Series
from ebo_simulator.trend import label, number, plot, with_gaps

PNG = b"\x89PNG"
START = datetime(2026, 3, 1, tzinfo=UTC)


def series(name: str, unit: str, *values: str, state: int = 0) -> Series:
    records = [HistoryRecord(value, state, START + timedelta(minutes=15 * n)) for n, value in enumerate(values)]
    return Series(name, f"EVCE Zones/Z1/OverallConsumptionLogs/{name}", "Double", unit, records)


def test_a_trend_is_drawn_as_a_picture(tmp_path: Path) -> None:
    file = tmp_path / "trend.png"

    plot([series("Power", "kW", "1", "2", "n/a"), series("Current", "A", "3", state=1)], file, Display())

    assert file.read_bytes().startswith(PNG)


def test_each_unit_has_a_panel_and_each_series_a_name(tmp_path: Path) -> None:
    file = tmp_path / "trend.svg"

    plot([series("Power", "kW", "1"), series("Current", "A", "3")], file, Display(timezone="Europe/Paris"))

    drawn = file.read_text()
    for text in ("kW", "Z1 / Power", "Z1 / Current", "Time (Europe/Paris)"):
        assert f"<!-- {text} -->" in drawn


def test_no_series_make_an_empty_picture(tmp_path: Path) -> None:
    plot([], tmp_path / "empty.png", Display())

    assert (tmp_path / "empty.png").read_bytes().startswith(PNG)


def test_a_series_is_named_by_the_folder_that_owns_the_log() -> None:
    assert label(series("Power", "kW")) == "Z1 / Power"
    assert label(Series("Power", "Power", "Double", "kW", [])) == "Power"


@pytest.mark.parametrize(("value", "read"), [("0.5", 0.5), ("True", 1), ("false", 0), ("charging", None), ("", None)])
def test_a_recorded_value_is_drawn_when_it_is_a_number_or_a_truth_value(value: str, read: float | None) -> None:
    assert number(value) == read


def test_a_gap_in_the_records_is_a_gap_in_the_line() -> None:
    quarter = timedelta(minutes=15)
    points = [(START + n * quarter, float(n)) for n in (0, 1, 2, 6, 7)]

    drawn = with_gaps(points)

    assert [value for _, value in drawn if not isnan(value)] == [0, 1, 2, 2, 6, 7]
    assert [at for at, value in drawn if isnan(value)] == [START + 3 * quarter]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_few_records_have_no_gap(count: int) -> None:
    points = [(START + timedelta(hours=n), 1.0) for n in range(count)]

    assert with_gaps(points) == points


def test_a_kind_of_picture_that_cannot_be_drawn_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadOptionError, match=r"x\.xyz can be drawn; end its name in \..*\.png"):
        plot([], tmp_path / "x.xyz", Display())
    assert list(tmp_path.iterdir()) == []
