"""The table of what is seen of lies on the wire: lies.toml. Bad rows fail when it is loaded."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from lying_proxy import LIES, Lie

FILE = Path(__file__).with_name("lies.toml")
BOTH, ALONE = "both", "alone"
RUNS = (BOTH, ALONE)
"""Runs that only read: one that knows the controller, and one by EWS alone."""


class LiesError(Exception):
    """A row that cannot be; the text names it."""


@dataclass(frozen=True)
class Row:
    """A lie about an item and the runs that tell it (`by`), or why none can, or EWS alone cannot."""

    name: str
    item: str = ""
    by: tuple[str, ...] = ()
    options: dict[str, str] = field(default_factory=dict)
    beyond: str = ""
    beyond_alone: str = ""

    @property
    def lie(self) -> Lie:
        """What the proxy is told."""
        return Lie(self.name, self.item, **self.options)

    def __str__(self) -> str:
        return " ".join([self.name, self.item.rpartition("/")[2], *self.options.values()])


@cache
def rows() -> tuple[Row, ...]:
    """Load all rows; LiesError names one that is wrong, or a lie of which none speaks."""
    loaded = tuple(_row(row) for row in tomllib.loads(FILE.read_text(encoding="utf-8"))["lie"])
    if lacking := sorted(LIES.keys() - {row.name for row in loaded}):
        raise LiesError(f"{FILE.name} says nothing of the lie {lacking[0]}.")
    for name in LIES:
        told = {run for row in loaded if row.name == name for run in row.by}
        said = {BOTH: "".join(row.beyond for row in loaded if row.name == name)}
        said[ALONE] = said[BOTH] or "".join(row.beyond_alone for row in loaded if row.name == name)
        for run in RUNS:
            if run not in told and not said[run]:
                raise LiesError(f"{name}: no run ({run}) tells it, and nothing says why.")
    return loaded


def told_by(run: str) -> list[Row]:
    """Return the rows that a run tells."""
    return [row for row in rows() if run in row.by]


def _row(row: dict[str, Any]) -> Row:
    name = row.get("name", "a row without name")
    if unknown := sorted(row.keys() - Row.__dataclass_fields__.keys()):
        raise LiesError(f"{name}: there is no column {unknown[0]}.")
    made = Row(**row | {"by": tuple(row.get("by", ()))})
    if made.name not in LIES:
        raise LiesError(f"{name}: lying-proxy has no such lie.")
    if not set(made.by) <= set(RUNS) or bool(made.by) == bool(made.beyond):
        raise LiesError(f"{name}: `by` names runs out of {', '.join(RUNS)}, or `beyond` says why none can.")
    return made
