"""Trend pictures."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from ebo_simulator import Display
from ebo_simulator.events import HistoryRecord
from ebo_simulator.trend import Series, label, number, plot

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
