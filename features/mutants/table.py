"""The table of wrong connectors, made by hand: rows of the TOML files in `wrong/`. Bad rows fail when it is loaded."""

from __future__ import annotations

import tomllib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from features.feature_files import feature_named
from features.mutants.patches import PACKAGE, Patch, PatchError, patch

WRONG = Path(__file__).with_name("wrong")
WRITING = {"writes", "curtailment", "reduction_left"}
"""Features of what is written to the controller."""


class Mutant(NamedTuple):
    """One wrong connector: a single change.

    `wrong` is what an operator would say of it; `where` is the module, or `module:name`, in which `old` stands once
    and becomes `new`; `expected` names the features that should notice. `unseen` says why no acceptance run on a site
    can see it; without that, one that writes wrong is found out by a run with writes.
    """

    id: str
    wrong: str
    where: str
    old: str
    new: str
    expected: tuple[str, ...]
    unseen: str = ""

    @property
    def writes(self) -> bool:
        """Whether it changes what is written to the controller, or told of that."""
        return self.where.startswith(f"{PACKAGE}.writes.") or not WRITING.isdisjoint(self.expected)

    @property
    def patch(self) -> Patch:
        """The changed module; PatchError when the change is none."""
        return patch(self.where, self.old, self.new)


class TableError(Exception):
    """A row that cannot be; the text names it."""


@cache
def mutants() -> tuple[Mutant, ...]:
    """Load all rows, file by file; TableError or PatchError names a row that is wrong."""
    rows = [_row(path.name, row) for path in sorted(WRONG.glob("*.toml")) for row in _rows(path)]
    if twice := [id_ for id_, times in Counter(row.id for row in rows).items() if times > 1]:
        raise TableError(f"{twice[0]}: stands twice in the table of mutants.")
    for row in rows:
        try:
            assert row.patch
        except PatchError as error:
            raise PatchError(f"{row.id}: {error}") from error
    return tuple(rows)


def _rows(path: Path) -> list[dict[str, Any]]:
    return list(tomllib.loads(path.read_text(encoding="utf-8"))["mutant"])


def _row(file: str, row: dict[str, Any]) -> Mutant:
    """Check one row: no column too many or too few, each of its type, and features that are there."""
    name = row.get("id", file)
    if set(row) | {"unseen"} != set(Mutant._fields):
        raise TableError(f"{name}: has the columns {sorted(row)}, not {sorted(Mutant._fields)}.")
    if not all(isinstance(value, str) for column, value in row.items() if column != "expected"):
        raise TableError(f"{name}: all columns but expected are texts.")
    lacking = [feature for feature in row["expected"] if feature_named(feature) is None]
    if lacking or not row["expected"]:
        raise TableError(f"{name}: there is no feature {lacking[0] if lacking else 'that is expected to notice'}.")
    return Mutant(**row | {"expected": tuple(row["expected"])})
