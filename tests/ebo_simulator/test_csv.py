"""Histories as CSV: a spreadsheet shows what is in them and works nothing out."""

from __future__ import annotations

import csv
import io

import pytest
from ebo_simulator.commands_read import write_csv
from ebo_simulator.events import HistoryRecord
from ebo_simulator.series import Series


@pytest.mark.parametrize(
    ("value", "written"),
    [("-3.5", "-3.5"), ("1E-3", "1E-3"), ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"), ("-2+3", "'-2+3")],
)
def test_a_value_that_would_be_a_formula_begins_with_an_apostrophe(value: str, written: str) -> None:
    out = io.StringIO(newline="")
    write_csv([Series("@x", "@Site/x", "double", "+kW", [HistoryRecord(value, 0)])], out)
    _, row = csv.reader(io.StringIO(out.getvalue(), newline=""))
    assert row == ["'@Site/x", "", written, "'+kW", "0"]
