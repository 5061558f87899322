"""The point-to-point sheet and the checks for spreadsheets, as CSV and XLSX: who builds a site works in them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from evce_acceptance.report.texts import clean, moment, utc
from evce_acceptance.results.run import Check, Reading, Run, Verdict
from evce_acceptance.results.untested import verdict_in_words
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

Cell = str | float
POINTS = ("Item", "Data point", "Type", "Unit", "Controller", "Connector", "State", "Difference", "Verdict", "Note")
CHECKS = ("Feature", "Check", "Requirements", "Proof", "Verdict", "Reason", "Items", "See it again")
WIDTHS = {"Item": 60, "Data point": 36, "Check": 60, "Reason": 60, "Items": 60, "Note": 40, "See it again": 60}
"""Of columns that are wider than the others, in characters."""
WIDTH = 14
NUMBERS = frozenset({"double", "long", "integer", "float"})
"""Types whose values are numbers."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""With what a text begins that spreadsheets take for a formula: a name on the controller may do so."""


def points_as_csv(run: Run) -> bytes:
    """Write every item that was compared as a line; in UTF-8 with its mark, as spreadsheets want it."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(POINTS)
    for reading in run.readings:
        writer.writerow([_harmless(cell) for cell in _point(reading)])
    return text.getvalue().encode("utf-8-sig", "backslashreplace")


def as_xlsx(run: Run) -> bytes:
    """Write a run as a workbook: what it is, all its checks, and every item that was compared."""
    content = io.BytesIO()
    with Workbook(content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": clean(f"Site acceptance: {run.site}"), "created": moment(run.started)})
        bold = book.add_format({"bold": True})
        formats = {verdict: book.add_format({"bg_color": "#fde8e8"}) for verdict in Verdict if verdict.fails_run}
        facts = book.add_worksheet("Run")
        facts.set_column(0, 0, 24, bold)
        facts.set_column(1, 1, 100)
        for row, (name, value) in enumerate(_facts(run)):
            _write(facts, row, 0, name)
            _write(facts, row, 1, value)
        _table(book.add_worksheet("Checks"), CHECKS, [_check(one) for one in run.checks], bold, formats)
        _table(book.add_worksheet("Points"), POINTS, [_point(one) for one in run.readings], bold, formats)
    return content.getvalue()


def _facts(run: Run) -> list[tuple[str, str]]:
    return [
        ("Site", run.site),
        ("Verdict", verdict_in_words(run)),
        ("Started", utc(run.started)),
        ("Ended", utc(run.ended) if run.ended else "not ended"),
        ("Writes approved by", run.approved_by or "nobody: the site was only read"),
        *run.environment.items(),
    ]


def _point(reading: Reading) -> list[Cell]:
    figures = reading.type.lower() in NUMBERS
    controller, connector = (_number(one) if figures else one for one in (reading.controller, reading.connector))
    known = "" if reading.difference is None else reading.difference
    what = (reading.item, reading.name, reading.type, reading.unit)
    return [*what, controller, connector, reading.state, known, str(reading.verdict), reading.note]


def _check(check: Check) -> list[Cell]:
    proof = (", ".join(check.requirements), str(check.proof), str(check.verdict))
    return [check.feature, check.scenario, *proof, check.reason, "\n".join(check.items), check.again]


def _number(text: str) -> Cell:
    try:
        return float(text)
    except ValueError:
        return text


def _harmless(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def _table(
    sheet: Worksheet, head: Sequence[str], rows: Sequence[Sequence[Cell]], bold: Format, formats: dict[Verdict, Format]
) -> None:
    """Fill a sheet whose head stays, and can be filtered by; what fails the run has a colour."""
    at = head.index("Verdict")
    for column, name in enumerate(head):
        sheet.write_string(0, column, name, bold)
        sheet.set_column(column, column, WIDTHS.get(name, WIDTH))
    for number, cells in enumerate(rows, start=1):
        colour = formats.get(Verdict(str(cells[at])))
        for column, cell in enumerate(cells):
            _write(sheet, number, column, cell, colour)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(rows), len(head) - 1)


LONGEST = 32_767
"""Characters that a cell holds at most."""


def _write(sheet: Worksheet, row: int, column: int, cell: Cell, colour: Format | None = None) -> None:
    """Write a number as one where it is finite, all else as text, which is never run."""
    if isinstance(cell, float) and abs(cell) < float("inf"):
        sheet.write_number(row, column, cell, colour)
    else:
        sheet.write_string(row, column, clean(str(cell))[:LONGEST], colour)
