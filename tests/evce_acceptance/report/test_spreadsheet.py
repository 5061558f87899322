"""The point sheet and the checks, as spreadsheets read them."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Any

import pytest
from evce_acceptance.report.spreadsheet import CHECKS, POINTS, as_xlsx, points_as_csv
from evce_acceptance.report.texts import clean
from evce_acceptance.results.run import Run, Verdict
from openpyxl import load_workbook

from tests.evce_acceptance.report.example_run import example
from tests.evce_acceptance.report.report_page import check, reading, run


def rows(run: Run, sheet: str) -> list[tuple[Any, ...]]:
    """Return the cells of a sheet of the workbook, as another program reads them; None where nothing stands."""
    return list(load_workbook(io.BytesIO(as_xlsx(run)))[sheet].iter_rows(values_only=True))


def lines(run: Run) -> list[list[str]]:
    return list(csv.reader(io.StringIO(points_as_csv(run).decode("utf-8-sig"))))


def test_each_item_that_was_compared_has_a_line_and_a_row() -> None:
    whole = example()
    assert [line[0] for line in lines(whole)] == ["Item", *(one.item for one in whole.readings)]
    assert [row[0] for row in rows(whole, "Points")] == ["Item", *(clean(one.item) for one in whole.readings)]


def test_a_row_says_what_the_sheet_of_the_report_does() -> None:
    (_, row) = rows(run(readings=[reading(7, Verdict.FAIL, "seen twice")]), "Points")
    assert dict(zip(POINTS, row, strict=True)) == {
        "Item": "EVCE Zones/Z1/EVSimu0/Connector-1/DataPoint7",
        "Data point": "DataPoint7",
        "Type": "Double",
        "Unit": "kW",
        "Controller": 1,
        "Connector": 0.07,
        "State": "Good",
        "Difference": pytest.approx(-0.93),
        "Verdict": "fail",
        "Note": "seen twice",
    }


def test_each_check_has_a_row_with_its_reason_and_how_to_see_it_again() -> None:
    failed = replace(check(Verdict.FAIL, "It is not.", "Z1/A", "Z1/B"), again="ebo-simulator values Z1/A")
    (_, row) = rows(run(failed), "Checks")
    shown = dict(zip(CHECKS, row, strict=True))
    assert (shown["Verdict"], shown["Reason"], shown["Items"]) == ("fail", "It is not.", "Z1/A\nZ1/B")
    assert shown["See it again"] == "ebo-simulator values Z1/A"


def test_the_first_sheet_says_how_the_run_ended_and_what_was_not_tested() -> None:
    facts = dict(rows(run(check(Verdict.PASS), check(Verdict.INCONCLUSIVE)), "Run"))
    assert facts["Verdict"] == 'Passed, read-only: "Scenario that is inconclusive" not tested'


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1+cmd", "@SUM(1)", "\t=1"])
def test_a_name_that_looks_like_a_formula_is_text(name: str) -> None:
    odd = run(readings=[replace(reading(1), note=name)])
    assert lines(odd)[1][-1] == f"'{name}"
    cells = load_workbook(io.BytesIO(as_xlsx(odd)))["Points"]
    assert (cells["J2"].data_type, cells["J2"].value) == ("s", name)


@pytest.mark.parametrize("odd", ["\x00", "\ud800", "x" * 40_000, "nan", "inf", "1e400"])
def test_what_no_cell_can_hold_keeps_no_report_from_being_written(odd: str) -> None:
    (_, row) = rows(run(readings=[replace(reading(1), connector=odd, note=odd)]), "Points")
    assert row[0] == reading(1).item
    assert len(lines(run(readings=[replace(reading(1), note=odd)]))) == 2


def test_equal_runs_give_equal_files() -> None:
    assert as_xlsx(example()) == as_xlsx(example())


def test_a_run_without_items_has_sheets_all_the_same() -> None:
    assert rows(run(), "Points") == [POINTS]
    assert rows(run(), "Checks") == [CHECKS]
