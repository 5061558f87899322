"""The generated mutants that the features do not notice, each with its reason: rows of survivors.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).with_name("survivors.toml")


class Survivor(NamedTuple):
    """One of them: where (`module:name`), the line as it is and as it was changed, and why nobody can notice.

    Where a line stands there more than once, `nth` says which of them it is.
    """

    where: str
    old: str
    new: str
    reason: str
    nth: int = 1

    @property
    def id(self) -> str:
        """What it is known by, whatever becomes of the lines around it."""
        return name_of(self.where, self.old, self.new, self.nth)


def name_of(where: str, old: str, new: str, nth: int = 1) -> str:
    """Name a mutant by what changes in a line, a little of what is around it, and its place among equals."""
    start, end = shown(old, new)
    change = f"{old[start:end]} > {new[start:end]}".replace("`", "'")
    name = f"{where.removeprefix('evce_connector.')}: {change}"
    return name if nth == 1 else f"{name} ({nth})"


def shown(old: str, new: str) -> tuple[int, int]:
    """Return from where to where a line is shown in a name: what changes first, with a little of what is around it."""
    first = next(
        (n for n, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), min(len(old), len(new))
    )
    return max(0, first - 64), first + 32


@cache
def survivors() -> tuple[Survivor, ...]:
    """Load all rows; TypeError for one with other columns, or without a reason."""
    if not FILE.exists():
        return ()
    rows = [Survivor(**row) for row in tomllib.loads(FILE.read_text(encoding="utf-8"))["survivor"]]
    if unexplained := [row.id for row in rows if not row.reason]:
        raise TypeError(f"{unexplained[0]}: has no reason.")
    return tuple(rows)
