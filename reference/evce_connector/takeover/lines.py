"""What a take-over found, line by line: for the technician's table, and for a file (CSV or JSON)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, astuple, dataclass, fields
from enum import StrEnum
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.table import Table

from evce_connector import owner_only
from evce_connector.errors import ConnectorError
from evce_connector.sheets import csv_text


class Outcome(StrEnum):
    """What became of an item: `gives way` is ours, whose own id was taken over for another one."""

    MATCHED = "matched"
    THEIRS = "theirs without ours"
    OURS = "ours without theirs"
    AMBIGUOUS = "ambiguous"
    GIVES_WAY = "gives way"


class Sort(StrEnum):
    """The four sorts of items that EWS knows."""

    CONTAINER = "container"
    VALUE = "value"
    HISTORY = "history"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True)
class Line:
    """One item: our own id and path of names, theirs, and what the technician must know; empty where there is none."""

    outcome: Outcome
    sort: Sort
    our_id: str = ""
    our_path: str = ""
    their_id: str = ""
    their_path: str = ""
    note: str = ""


_FIELDS = tuple(field.name for field in fields(Line))


def counted(lines: Sequence[Line]) -> dict[str, int]:
    """Count the lines of each outcome, of which there may be none."""
    found = Counter(line.outcome for line in lines)
    return {outcome.value: found[outcome] for outcome in Outcome}


def summary(lines: Sequence[Line]) -> str:
    """Say in one sentence how many of each outcome there are."""
    return ", ".join(f"{count} {outcome}" for outcome, count in counted(lines).items()) + "."


def as_data(lines: Sequence[Line]) -> list[dict[str, str]]:
    """Give every line for programs, by the names of its fields."""
    return [asdict(line) for line in lines]


def table(lines: Sequence[Line]) -> Table:
    """Draw what was not simply matched: those with a note, too."""
    drawn = Table("outcome", "item", "ours", "theirs", "note", box=SIMPLE_HEAD, pad_edge=False)
    for line in lines:
        if line.outcome is not Outcome.MATCHED or line.note:
            drawn.add_row(line.outcome, line.sort, line.our_path, line.their_path, line.note)
    return drawn


def write(lines: Sequence[Line], file: Path) -> None:
    """Write every line into a file, as JSON when it is called so, else as CSV; ConnectorError when it cannot be."""
    if file.suffix.lower() == ".json":
        text = json.dumps(as_data(lines), indent=2, ensure_ascii=False) + "\n"
    else:
        text = csv_text(_FIELDS, (astuple(line) for line in lines))
    try:
        owner_only.write_text(file, text)
    except OSError as error:
        raise ConnectorError(
            f"The report {file} cannot be written: {error.strerror}. Nothing was taken over."
        ) from error
