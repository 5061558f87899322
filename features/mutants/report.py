"""Writes MUTANTS.md, and says where it no longer fits the tables that it is made of."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from features.mutants.mutated import Mutated, mutated
from features.mutants.outcomes import Became
from features.mutants.running import Outcome, Verdict
from features.mutants.scenarios import FOLDER
from features.mutants.survivors import Survivor
from features.mutants.table import Mutant

PAGE = FOLDER / "MUTANTS.md"
HEADING = """# Do the features bite?

Written by `nox -s mutants`. Each mutant is a wrong connector: one change, made in memory, on which the features run in
process. Of those made by hand the last column is the first scenario that noticed.
"""
BY_HAND = "## Made by hand"
TRIED_BY = "tests/evce_acceptance/writes/test_wrong_connectors.py"
OUT_OF_SIGHT = "### What a site does not show"
GENERATED = "## Generated"
NOBODY, HANGS = "**nobody**", "whoever waits: it hangs"
SURVIVORS = "### Survivors, and why"
_CELL = r"((?:[^|\\]|\\.)*)"
_ROW = re.compile(rf"^\| `([^`]+)` \| {_CELL} \| {_CELL} \|$", re.MULTILINE)


class Made(NamedTuple):
    """What became of the generated mutants of one module; the stillborn cannot even be imported, and do not count."""

    module: str
    killed: int
    survived: int
    stillborn: int

    @property
    def rate(self) -> float:
        """The share of those that could be run which the features noticed, in per cent."""
        return 100.0 * self.killed / ((self.killed + self.survived) or 1)


def by_hand(mutants: Sequence[Mutant], noticed: Mapping[str, str]) -> str:
    """Write the part of the mutants made by hand; `noticed` says of each who noticed it."""
    killed = sum(noticed[mutant.id] != NOBODY for mutant in mutants)
    rows = [f"| `{mutant.id}` | {_prose(mutant.wrong)} | {_prose(noticed[mutant.id])} |" for mutant in mutants]
    head = [BY_HAND, "", f"{killed} of {len(mutants)} killed.", "", "| mutant | what is wrong | noticed by |"]
    return "\n".join([*head, "|---|---|---|", *rows, "", *_out_of_sight(mutants)])


def _out_of_sight(mutants: Sequence[Mutant]) -> list[str]:
    """Tell which of those that write wrong an acceptance run on a site cannot see, and why; all others it does."""
    rows = [row for one in mutants if (row := _unseen(one))]
    tried = sum(one.writes for one in mutants) - len(rows)
    words = [
        f"Of those that touch writes, a whole acceptance run with writes, over HTTP, refuses {tried}, naming the item:",
        f"`pytest {TRIED_BY}`. These no run on a site can see:",
    ]
    return [OUT_OF_SIGHT, "", *words, "", "| mutant | why |", "|---|---|", *rows, ""]


def _unseen(mutant: Mutant) -> str:
    """Write why no site shows a mutant that writes wrong; nothing of those that a site shows."""
    return f"| `{mutant.id}` | {_prose(mutant.unseen)} |" if mutant.writes and mutant.unseen else ""


def told(page: Path = PAGE) -> dict[str, str]:
    """Return what the page says of who noticed each mutant made by hand."""
    return {row[1]: _text(row[3]) for row in _ROW.finditer(_parts(page).get(BY_HAND, ""))}


def generated(counts: Sequence[Made], survivors: Sequence[Survivor]) -> str:
    """Write the part of the generated mutants: figures by module, then each survivor with its reason."""
    rows = mutated()
    lines = [
        GENERATED,
        "",
        "By operators of cosmic-ray: of each kind the opposite, and of comparisons the boundary. Not mutated:",
        "annotations, and what `mutated.toml` lists with its reason. Stillborn ones cannot be imported, and do not",
        "count. What became of each stands in `outcomes.csv`.",
        "",
        "| module | looked at by | killed | survived | rate | stillborn |",
        "|---|---|---|---|---|---|",
        *(
            f"| {row.module} | {_who(rows.get(row.module))} | {row.killed} | {row.survived} | {row.rate:.1f} % "
            f"| {row.stillborn} |"
            for row in (*counts, total(counts))
        ),
        *_not_run(rows, counts),
        "",
        SURVIVORS,
        "",
        "| mutant | change | reason |",
        "|---|---|---|",
        *(f"| `{one.id}` | {_cell(f'`{one.old}` becomes `{one.new}`')} | {_prose(one.reason)} |" for one in survivors),
        "",
    ]
    return "\n".join(lines)


def _not_run(rows: Iterable[str], counts: Sequence[Made]) -> list[str]:
    """Name the modules of which nothing is known yet."""
    lacking = [name for name in rows if name not in {row.module for row in counts}]
    return ["", "Not run yet, so that nothing is said of them:", *(f"- {name}" for name in lacking)] if lacking else []


def _who(row: Mutated | None) -> str:
    """Say who looks at the mutants of a module."""
    return "" if row is None else "features and tests" if row.tests else "features"


def total(counts: Sequence[Made]) -> Made:
    """Add up all modules."""
    columns = ([row.killed for row in counts], [row.survived for row in counts], [row.stillborn for row in counts])
    return Made("all", *map(sum, columns))


def tally(rows: Iterable[Became]) -> list[Made]:
    """Count what became of mutants by module."""
    found: dict[str, Counter[str]] = {}
    for row in rows:
        found.setdefault(row.module, Counter())["killed" if row.killed else row.verdict] += 1
    return [
        Made(module, count["killed"], count[Verdict.SURVIVED.value], count[Verdict.STILLBORN.value])
        for module, count in found.items()
    ]


def write(hand: str | None, made: str | None, page: Path = PAGE) -> None:
    """Write the page; a part that is None stays as it stands there."""
    old = _parts(page)
    parts = [HEADING, hand or old.get(BY_HAND, ""), made or old.get(GENERATED, "")]
    page.write_text("\n\n".join(part.strip() for part in parts if part) + "\n", encoding="utf-8", newline="\n")


def drifted(mutants: Sequence[Mutant], survivors: Sequence[Survivor], page: Path = PAGE) -> list[str]:
    """Say in sentences where the page does not fit the tables: a row too many, too few, or with other words."""
    parts = _parts(page)
    wanted = {mutant.id: _prose(mutant.wrong) for mutant in mutants}
    reasons = {one.id: _prose(one.reason) for one in survivors}
    shown = {row[1]: row[2] for row in _ROW.finditer(parts.get(BY_HAND, ""))}
    explained = {row[1]: row[3] for row in _ROW.finditer(parts.get(GENERATED, ""))}
    differing = {id_ for id_, _ in explained.items() ^ reasons.items()}
    return [
        *(f"{page.name} lacks the mutant {id_}." for id_ in sorted(wanted.keys() - shown.keys())),
        *(f"{page.name} has the mutant {id_}, which is in no table." for id_ in sorted(shown.keys() - wanted.keys())),
        *(
            f"{page.name} words {id_} otherwise."
            for id_ in sorted(wanted)
            if shown.get(id_, wanted[id_]) != wanted[id_]
        ),
        *(
            f"{page.name} does not say why no site shows {one.id}."
            for one in mutants
            if _unseen(one) not in parts.get(BY_HAND, "")
        ),
        *(f"{page.name} and survivors.toml differ in {id_}." for id_ in sorted(differing)),
    ]


def _parts(page: Path) -> dict[str, str]:
    """Cut the page at its headings."""
    text = page.read_text(encoding="utf-8") if page.exists() else ""
    pieces = re.split(rf"(?m)^(?={re.escape(BY_HAND)}$|{re.escape(GENERATED)}$)", text)
    return {piece.partition("\n")[0]: piece for piece in pieces[1:]}


def who_noticed(outcome: Outcome) -> str:
    """Return the name of the scenario that noticed a mutant first."""
    if outcome.notices:
        return outcome.notices[0].scenario
    return HANGS if outcome.killed else NOBODY


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _prose(text: str) -> str:
    """Write text that is no code: a page that is shown would take <status> for markup."""
    return _cell(text).replace("<", "\\<")


def _text(cell: str) -> str:
    return cell.replace("\\<", "<").replace("\\|", "|")
