"""What is mutated by operators, who should notice, and what is left out: rows of mutated.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from features.mutants.scenarios import FOLDER

FILE = Path(__file__).with_name("mutated.toml")
ROOT = FOLDER.parent


@dataclass(frozen=True)
class Mutated:
    """A module, the features that should notice what is wrong in it, and the files of tests that may notice too."""

    name: str
    features: tuple[str, ...]
    tests: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """The files of its tests, folders unfolded, from the root of the project."""
        found = []
        for one in self.tests:
            place = ROOT / one
            files = sorted(place.rglob("test_*.py")) if place.is_dir() else [place]
            found += [file.relative_to(ROOT).as_posix() for file in files]
        return tuple(found)


class Guard(NamedTuple):
    """Lines that are not mutated: of which name (`module:name`), how they begin, and why nobody can notice."""

    where: str
    reason: str
    lines: str = ""


@cache
def mutated() -> dict[str, Mutated]:
    """Load what is mutated, by its name; TypeError for a row with other columns, or for a test that is not there."""
    rows = [
        Mutated(row.pop("name"), tuple(row.pop("features")), tuple(row.pop("tests", ())), **row)
        for row in _loaded()["module"]
    ]
    if lacking := [one for row in rows for one in row.tests if not (ROOT / one).exists()]:
        raise TypeError(f"{lacking[0]}: is not there.")
    return {row.name: row for row in rows}


@cache
def guards() -> dict[str, tuple[Guard, ...]]:
    """Load what is left out, by where it is; TypeError for a row with other columns or without a reason."""
    rows = [Guard(**row) for row in _loaded()["guard"]]
    if unexplained := [row.where for row in rows if not row.reason]:
        raise TypeError(f"{unexplained[0]}: has no reason.")
    return {where: tuple(row for row in rows if row.where == where) for where in {row.where for row in rows}}


def _loaded() -> dict[str, list[dict[str, str]]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
