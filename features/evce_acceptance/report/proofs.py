"""The requirement table: what the guide demands, and where it was proven."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from evce_acceptance.folders import DATA
from evce_acceptance.report.texts import count
from evce_acceptance.results.run import Check, Proof, Verdict

TABLE = DATA / "requirements.csv"
_WORST_FIRST = (Verdict.FAIL, Verdict.UNEXPECTED_PASS, Verdict.ERROR, Verdict.DEVIATION)
_UNDECIDED = (Verdict.INCONCLUSIVE, Verdict.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class Requirement:
    """A row of requirements.csv."""

    id: str
    section: str
    statement: str
    shown_by: str


@dataclass(frozen=True, slots=True)
class Cell:
    """What the checks of one requirement at one place gave: the verdict that counts, and in figures how they ended."""

    verdict: Verdict
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A requirement with its cell for each place (none where nothing was checked), and what follows from them."""

    requirement: Requirement
    cells: dict[Proof, Cell]
    conclusion: str
    proven: bool


def requirements(path: Path = TABLE) -> list[Requirement]:
    """Read the guide's requirements, in the file's order."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Requirement(row["id"], row["guide_section"], row["statement"], row["shown_by"])
            for row in csv.DictReader(file)
        ]


def rows(checks: Iterable[Check], known: Sequence[Requirement]) -> list[Row]:
    """Put checks to requirements; one that checks name and the table does not know has a row at the end."""
    found: dict[str, list[Check]] = {one.id: [] for one in known}
    for check in checks:
        for name in check.requirements:
            found.setdefault(name, []).append(check)
    table = {one.id: one for one in known}
    unknown = "It is not in the table of requirements."
    return [_row(table.get(name) or Requirement(name, "", unknown, ""), group) for name, group in found.items()]


def _row(requirement: Requirement, checks: Sequence[Check]) -> Row:
    places = {place: [check for check in checks if check.proof is place] for place in Proof}
    cells = {place: _cell(group) for place, group in places.items() if group}
    proven = [place for place, cell in cells.items() if cell.verdict is Verdict.PASS]
    sound = bool(proven) and not any(cell.verdict in _WORST_FIRST for cell in cells.values())
    return Row(requirement, cells, _conclusion(requirement, checks, proven if sound else []), sound)


def _cell(checks: Sequence[Check]) -> Cell:
    """Let the worst verdict count: a failure is not outweighed by passes; a pass outweighs what was not decided."""
    verdicts = [check.verdict for check in checks]
    counting = next(one for one in (*_WORST_FIRST, Verdict.PASS, *_UNDECIDED) if one in verdicts)
    number, all_ = verdicts.count(counting), len(verdicts)
    return Cell(counting, f"{number}" if number == all_ else f"{number} of {all_}")


def _conclusion(requirement: Requirement, checks: Sequence[Check], proven: Sequence[Proof]) -> str:
    if proven:
        open_ = [check for check in checks if check.verdict in _UNDECIDED]
        rest = f"; {count(len(open_), 'check')} not decided: {open_[0].reason}" if open_ else ""
        return f"Proven: {proven[-1]}{rest}"
    if not checks:
        others = [name.strip() for name in requirement.shown_by.split(";")]
        shown = " and ".join(name for name in others if name and name != "bdd")
        how = shown if shown.startswith("not built") else f"shown by {shown}" if shown else ""
        return "Not proven: no check here" + (f"; {how}." if how else ".")
    order = (*_WORST_FIRST, *_UNDECIDED, Verdict.PASS)
    worst = min(checks, key=lambda check: order.index(check.verdict))
    if worst.verdict.fails_run:
        return f"Not proven: {worst.verdict}."
    return f"Not proven: {worst.verdict}. {worst.reason}".strip()
