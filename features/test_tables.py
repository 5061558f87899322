"""The generated tables of the features, and the command that writes them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from evce_acceptance.folders import DATA

from features import tables
from features.feature_files import feature_files

CATALOGUE_ROWS = 80


def test_tables_have_not_drifted_from_the_data_points() -> None:
    assert tables.drifted() == []


@pytest.mark.parametrize("site", ["guide", "campus"])
def test_every_data_point_stands_in_a_table_of_each_site(site: str) -> None:
    rows = [row for who in ("setup", "polled", "calculated") for row in tables.updated_by(who, site)[1:]]

    assert len(rows) == CATALOGUE_ROWS


def test_every_generated_table_is_used() -> None:
    texts = "".join(path.read_text(encoding="utf-8") for path in feature_files(tables.FOLDER))

    assert [name for name in tables.TABLES if f"{tables.BEGIN}{name}\n" not in texts] == []


def test_a_drifted_table_is_named_and_written_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    feature = tmp_path / "some.feature"
    feature.write_text("Examples:\n  # rows: logged data points\n  | old |\n  # end of rows\n", encoding="utf-8")
    monkeypatch.setattr(tables, "FOLDER", tmp_path)

    named, written, after = tables.main([]), tables.main(["--write"]), tables.main([])

    assert (named, written, after) == (1, 0, 0)
    assert "some.feature: has drifted" in capsys.readouterr().out
    assert "| zone    | ZoneActiveEnergy " in feature.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["datapoints.csv", "requirements.csv"])
def test_a_table_of_the_guide_has_no_row_twice(name: str) -> None:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        rows = [tuple(row[:2]) for row in csv.reader(file)]

    assert len(set(rows)) == len(rows)
