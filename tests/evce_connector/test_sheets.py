"""CSV of the connector: a spreadsheet shows what is in it and works nothing out."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from evce_connector.persistence.commands import Command, CommandLedger, csv_of
from evce_connector.persistence.database import open_database
from evce_connector.persistence.ledger import Change, Kind, SiteLedger
from evce_connector.sheets import csv_text
from evce_connector.takeover.lines import Line, Outcome, Sort, write

FORMULA = "=cmd|' /C calc'!A0"


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        (FORMULA, f"'{FORMULA}"),
        ("+1+cmd", "'+1+cmd"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\n=1"),
        ("\n=1", "'\n=1"),
        ("Zone\r=1", "Zone\n=1"),
        ("-", "'-"),
        ("-3.5", "-3.5"),
        (-3.5, "-3.5"),
        ("+12", "+12"),
        ("-1e-05", "-1e-05"),
        ("-1.5kW", "'-1.5kW"),
        ("Zone = 1", "Zone = 1"),
        ("", ""),
        (None, ""),
        (True, "True"),
    ],
)
def test_a_cell_that_would_be_a_formula_begins_with_an_apostrophe(cell: object, written: str) -> None:
    (_, row) = csv.reader(io.StringIO(csv_text(["name", "next"], [[cell, "x"]]), newline=""))
    assert row == [written, "x"]


def test_the_ledgers_are_written_without_formulas(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{(tmp_path / 'kept.db').as_posix()}")
    try:
        site, commands = SiteLedger(engine), CommandLedger(engine)
        site.wait_for([Change("2026-01-01T00:00:00Z", "Zones/1", Kind.RENAMED, "Z1", FORMULA)])
        with engine.begin() as connection:
            site.write(connection)
        commands.complete(
            (), [Command("2026-01-01T00:00:00Z", FORMULA, "127.0.0.1", "Zones/1/x", "0", "-3.5", success=True)]
        )
        assert f",'{FORMULA}\n" in site.csv()
        assert f",'{FORMULA},127.0.0.1,Zones/1/x,0,-3.5,True," in csv_of(commands.lines())
    finally:
        engine.dispose()


def test_the_report_of_a_take_over_is_written_without_formulas(tmp_path: Path) -> None:
    write([Line(Outcome.THEIRS, Sort.VALUE, their_path=FORMULA)], tmp_path / "report.csv")
    assert f",'{FORMULA}," in (tmp_path / "report.csv").read_text(encoding="utf-8")
