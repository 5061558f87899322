"""Tables as CSV that a spreadsheet may open: names on the controller are no formulas (OWASP, CSV injection)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a cell begins with that a spreadsheet works out in place of showing it."""
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)


def csv_text(header: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    r"""Return a table as CSV, its cells defused, with one line feed a row.

    >>> csv_text(["name", "kW"], [["=1+1", -3.5]])
    "name,kW\n'=1+1,-3.5\n"
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_defused(cell) for cell in row] for row in rows)
    return text.getvalue()


def _defused(cell: object) -> str:
    """Put an apostrophe before what would be a formula; a plain number such as -3.5 stays one.

    Carriage returns become line feeds: csv quotes those alone, and what follows a bare one would begin a cell.
    """
    text = ("" if cell is None else str(cell)).replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text
