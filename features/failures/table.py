"""The ten failures that a site shows, with their limits: the rows of failures.toml. Bad rows fail when it is loaded."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from evce_acceptance.folders import DATA
from evce_simulator.catalogue import catalogue

from features.driver.conditions import condition
from features.failures.limits import seconds_of
from features.feature_files import feature_named

FILE = DATA / "failures.toml"
PLACES = {
    "R": "on a running site, by looking alone",
    "N": "on a site, with somebody at the network or at the console",
    "W": "on a site, with a write under a lease",
    "L": "in the laboratory, with the simulator",
}
"""Where a failure can be tried, by the letters of the table."""


class Case(NamedTuple):
    """One example of a failure: what makes it, how it is noticed, and when it is over; limits in s.

    `rows` names the table of examples that it stands in. `faults` are names of the simulator's fault contract. `also`
    is what else its scenario needs, by column. `seen` and `over` are conditions that an operator can wait for.
    """

    name: str
    rows: str
    faults: tuple[str, ...]
    also: Mapping[str, str]
    seen: str
    notice: float
    over: str
    recover: float

    def row(self) -> dict[str, str]:
        """Return its cells in the table of examples, by column."""
        faults = {"fault" if number == 1 else f"fault {number}": name for number, name in enumerate(self.faults, 1)}
        limits = {"notice": f"{self.notice:g}", "recover": f"{self.recover:g}"}
        return {"case": self.name, **faults, **self.also, "seen": self.seen, "over": self.over, **limits}


class Failure(NamedTuple):
    """One of the ten: its feature, what happens, what an operator sees, what is to be done, and where it can be tried.

    `places` are letters of PLACES, and `tried` says how.
    """

    number: int
    feature: str
    title: str
    happens: str
    sees: str
    do: str
    places: str
    tried: str
    cases: tuple[Case, ...]


class FailuresError(Exception):
    """A row that cannot be; the text names it."""


@cache
def failures(file: Path = FILE) -> tuple[Failure, ...]:
    """Load all failures; FailuresError names a row that is wrong."""
    rows = tomllib.loads(file.read_text(encoding="utf-8"))["failure"]
    found = tuple(_failure(number, row) for number, row in enumerate(rows, 1))
    names = Counter(case.name for failure in found for case in failure.cases)
    if twice := [name for name, times in names.items() if times > 1]:
        raise FailuresError(f"{twice[0]}: stands twice in the table of failures.")
    for name in tables(found):
        table(name, found)
    return found


def tables(found: Sequence[Failure] | None = None) -> list[str]:
    """Return the names of all tables of examples."""
    return list(dict.fromkeys(case.rows for failure in found or failures() for case in failure.cases))


def table(name: str, found: Sequence[Failure] | None = None) -> list[Sequence[str]]:
    """Return a table of examples, its heading first; FailuresError when its rows have not the same columns."""
    cases = [case for failure in found or failures() for case in failure.cases if case.rows == name]
    columns = list(cases[0].row())
    for case in cases:
        if list(case.row()) != columns:
            raise FailuresError(f"{case.name}: has the columns {list(case.row())}, not {columns} as {cases[0].name}.")
    return [columns, *([*case.row().values()] for case in cases)]


def _failure(number: int, row: dict[str, Any]) -> Failure:
    """Check one failure: no column too many or too few, a feature that is there, and places that are."""
    name = row.get("feature", f"failure {number}")
    _same_columns(name, row, Failure._fields)
    if row["number"] != number:
        raise FailuresError(f"{name}: has the number {row['number']}, and stands at place {number}.")
    if feature_named(name) is None:
        raise FailuresError(f"{name}: there is no such feature.")
    if not row["places"] or set(row["places"]) - set(PLACES):
        raise FailuresError(f"{name}: its places are letters of {', '.join(PLACES)}, not {row['places']!r}.")
    return Failure(**row | {"cases": tuple(_case(case) for case in row["cases"])})


def _case(row: dict[str, Any]) -> Case:
    """Check one case: no column too many or too few, faults that there are, and limits and conditions that hold."""
    name = row.get("name", "a case without a name")
    given = {"faults": [], "also": {}} | row
    _same_columns(name, given, Case._fields)
    if unknown := [fault for fault in given["faults"] if fault not in catalogue()]:
        raise FailuresError(f"{name}: the simulator has no fault {unknown[0]!r}.")
    try:
        limits = {kind: seconds_of(given[kind]) for kind in ("notice", "recover")}
        for words in (given["seen"], given["over"]):
            condition(words)
    except ValueError as error:
        raise FailuresError(f"{name}: {error}.") from error
    return Case(**given | limits | {"faults": tuple(given["faults"])})


def _same_columns(name: str, row: Mapping[str, object], columns: Sequence[str]) -> None:
    if lacking := [column for column in columns if column not in row]:
        raise FailuresError(f"{name}: lacks the column {lacking[0]}.")
    if unknown := [column for column in row if column not in columns]:
        raise FailuresError(f"{name}: has the column {unknown[0]}, which nobody knows.")
