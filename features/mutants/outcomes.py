"""What became of each generated mutant the last time: rows of outcomes.csv, which the campaign writes."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from features.mutants.patches import PACKAGE
from features.mutants.running import Verdict

FILE = Path(__file__).with_name("outcomes.csv")


class Became(NamedTuple):
    """A mutant, how it ended, and the id for pytest of who noticed; empty where nobody did, or it hung."""

    mutant: str
    verdict: str
    by: str

    @property
    def module(self) -> str:
        """The module it is a mutant of."""
        return f"{PACKAGE}.{self.mutant.partition(':')[0]}"

    @property
    def killed(self) -> bool:
        """Whether it was noticed."""
        return self.verdict in (Verdict.KILLED, Verdict.HUNG)


def load(file: Path = FILE) -> dict[str, Became]:
    """Return all rows by the mutant's id."""
    if not file.exists():
        return {}
    with file.open(encoding="utf-8", newline="") as lines:
        return {row["mutant"]: Became(**row) for row in csv.DictReader(lines)}


def keep(found: Iterable[Became], modules: Mapping[str, object], file: Path = FILE) -> None:
    """Put rows in the place of all that were of their modules; what is of no module of the table is dropped."""
    rows = list(found)
    anew = {row.module for row in rows}
    rows += [row for row in load(file).values() if row.module not in anew and row.module in modules]
    order = list(modules)
    rows.sort(key=lambda row: order.index(row.module))  # stable: within a module as its mutants are made
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(Became._fields)
        writer.writerows(rows)
