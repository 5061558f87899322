"""Writes SEEN.md, and says where the tables that it is made of lack something."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from lying_proxy import LIES

from features.mutants.table import Mutant
from features.seen import lies
from features.seen.lies import ALONE, BOTH, RUNS
from features.seen.wrong import CONTRACT, LOOKS

FOLDER = Path(__file__).parent
PAGE = FOLDER.parent / "SEEN.md"
BEYOND = FOLDER / "beyond.toml"
COLUMNS = {BOTH: "with the controller", ALONE: "by EWS alone", CONTRACT: "as a server"}
WITH_WRITES = "seen by a run with writes"
HEAD = """# What acceptance sees

Written by `nox -s seen`, which runs every wrong connector of [MUTANTS.md](MUTANTS.md) beside a small living site and
takes all that acceptance looks for by reading: each step of `evce-acceptance run`, with the controller's address and by
EWS alone, and each check of `evce-acceptance ews`. What is changed on the wire is tried by
`pytest tests/evce_acceptance/checks/test_lies.py`, and connectors that write wrong by
`pytest tests/evce_acceptance/writes/test_wrong_connectors.py`, each in a whole run with writes over HTTP.
"""
OF_THE_SERVER = "What `evce-acceptance ews` tells of them is tried by `pytest tests/evce_acceptance/ews/test_lies.py`."
Seen = Mapping[str, Mapping[str, str]]


class Beyond(NamedTuple):
    """Mutants that no run on a site sees, for one reason."""

    why: str
    mutants: tuple[str, ...]


def beyond() -> list[Beyond]:
    """Load the reasons; KeyError for a row without its columns."""
    loaded = tomllib.loads(BEYOND.read_text(encoding="utf-8")).get("beyond", [])
    return [Beyond(row["why"], tuple(row["mutants"])) for row in loaded]


def reasons(mutants: Sequence[Mutant]) -> dict[str, str]:
    """Return what is said of mutants that a run which only reads does not see, by id."""
    said = {one.id: one.unseen or WITH_WRITES for one in mutants if one.writes}
    return said | {id_: row.why for row in beyond() for id_ in row.mutants}


def drifted(mutants: Sequence[Mutant], seen: Seen) -> Iterator[str]:
    """Say of each mutant what is wrong with its row, and whether the page is older than the tables."""
    said, known = reasons(mutants), {one.id for one in mutants}
    listed = [id_ for row in beyond() for id_ in row.mutants]
    for id_ in sorted({id_ for id_ in listed if listed.count(id_) > 1}):
        yield f"{BEYOND.name} gives {id_} two reasons."
    for id_ in sorted(set(listed) - known):
        yield f"{BEYOND.name} speaks of {id_}, which is no mutant."
    for one in mutants:
        if one.id not in seen:
            yield f"{one.id} was never looked at: nox -s seen -- --missing"
        elif _is_seen(one, seen) and one.id in listed:
            yield f"{BEYOND.name} says why nobody sees {one.id}, and a run does: {seen[one.id]}"
        elif not _is_seen(one, seen) and one.id not in said:
            yield f"No run sees {one.id}, and {BEYOND.name} gives no reason."
    if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page(mutants, seen):
        yield f"{PAGE.name} is older than the tables: nox -s seen -- --write"


def page(mutants: Sequence[Mutant], seen: Seen) -> str:
    """Write the page."""
    return "\n".join([HEAD, *_lies(), "", *_connectors(mutants, seen), "", *_unseen(mutants, seen), ""])


def _lies() -> Iterator[str]:
    yield from [
        "## Lies on the wire",
        "",
        OF_THE_SERVER,
        "",
        "| lie | what it alters | with the controller | by EWS alone |",
        "|---|---|---|---|",
    ]
    for name, lie in LIES.items():
        rows = [row for row in lies.rows() if row.name == name]
        cells = [_told(rows, run) for run in RUNS]
        yield f"| `{name}` | {lie.alters} | {cells[0]} | {cells[1]} |"


def _told(rows: Sequence[lies.Row], run: str) -> str:
    items = dict.fromkeys(f"`{row.item.rpartition('/')[2]}`" for row in rows if run in row.by)
    if items:
        return "named: " + ", ".join(items)
    return next((why for row in rows if (why := row.beyond or (row.beyond_alone if run == ALONE else ""))), "")


def _connectors(mutants: Sequence[Mutant], seen: Seen) -> Iterator[str]:
    shown = [one for one in mutants if _is_seen(one, seen)]
    written = sum(one.writes and not one.unseen for one in mutants if one not in shown)
    yield from ["## Wrong connectors", ""]
    yield f"Of {len(mutants)} acceptance sees {len(shown)} by reading; a run with writes sees {written} more."
    yield from ["What is told of each is one of its findings.", ""]
    yield from [f"| mutant | what is wrong | {' | '.join(COLUMNS.values())} |", "|---|---|---|---|---|"]
    for one in shown:
        cells = [one.wrong, *(seen[one.id][look] or "-" for look in LOOKS)]
        yield f"| `{one.id}` | {' | '.join(map(_cell, cells))} |"


def _is_seen(one: Mutant, seen: Seen) -> bool:
    return any(seen.get(one.id, {}).values())


def _unseen(mutants: Sequence[Mutant], seen: Seen) -> Iterator[str]:
    said = reasons(mutants)
    yield from ["### What reading does not show, and why", "", "| mutant | what is wrong | why |", "|---|---|---|"]
    for one in mutants:
        if not _is_seen(one, seen):
            yield f"| `{one.id}` | {_cell(one.wrong)} | {_cell(said.get(one.id, ''))} |"


def _cell(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "\\<")
