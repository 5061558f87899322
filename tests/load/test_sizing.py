"""What a site takes in a day and a year follows from measured rows, and HOSTING.md shows it for each size and kind."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import load
from load import sizing
from load.bench.databases import POSTGRESQL, SQLITE
from load.sizing import Measured, Rows

HOSTING = (Path(load.__file__).parents[1] / "reference" / "HOSTING.md").read_text(encoding="utf-8")
MADE = re.search(r"<!-- sizing -->\n(.*?)\n<!-- /sizing -->", HOSTING, re.DOTALL)


def test_a_day_of_a_thousand_connectors_has_a_sample_of_each_series_each_quarter_of_an_hour() -> None:
    assert sizing.a_day(1_000) == Rows(samples=9 * 510 * 96, events=500, commands=960)


def test_a_year_and_the_end_are_rows_times_bytes() -> None:
    measured = Measured(SQLITE, 1_000, 5e6, Rows(samples=20, events=200, commands=300))
    assert sizing.a_year(measured) == 365 * (440_640 * 20 + 500 * 200 + 960 * 300)
    assert sizing.at_last(measured) == 5e6 + 440_640 * 20 * 90 + 500 * 200 * 365 + 960 * 300 * 1095


def test_hosting_shows_what_was_measured_of_each_size_on_each_kind_of_database() -> None:
    assert MADE
    found = [line.split(" | ")[0].removeprefix("| ") for line in MADE[1].splitlines()]
    none = Rows(1, 1, 1)
    measured = [Measured(kind, size, 1, none) for kind in (SQLITE, POSTGRESQL) for size in sizing.SIZES]
    expected = sizing.table(measured).splitlines()
    assert found == [line.split(" | ")[0].removeprefix("| ") for line in expected]
    assert MADE[1].splitlines()[:6] == expected[:6]


def test_the_table_is_written_into_its_place_alone() -> None:
    document = "before\n<!-- sizing -->\nold\n<!-- /sizing -->\nafter"
    assert sizing.into(document, "new") == "before\n<!-- sizing -->\nnew\n<!-- /sizing -->\nafter"


def test_a_measurement_is_of_rows_that_a_connector_wrote(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, rows in {"SAMPLES": 5_000, "EVENTS": 1_000, "COMMANDS": 1_000}.items():
        monkeypatch.setattr(sizing, name, rows)
    measured = sizing.measure(SQLITE, 100)
    assert 100_000 < measured.site < 1_000_000
    assert 15 < measured.row.samples < 60
    assert 100 < measured.row.events < 400
    assert 150 < measured.row.commands < 500
