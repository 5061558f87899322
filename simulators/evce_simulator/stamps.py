"""Fidelity stamps: for each operation and field, whether the guide fixes it, we assume it, or a site verified it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from evce_simulator.errors import SimulatorError
from evce_simulator.openapi import contract

WORDS = ("guide", "assumed", "verified")
METHODS = ("get", "put", "post", "delete")


class StampError(SimulatorError):
    """The file of stamps does not fit the contract."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Where a part of the contract comes from: one of three words, and a note."""

    part: str
    word: str
    note: str


@cache
def stamps() -> dict[str, Stamp]:
    """Return the stamps by part: `GET /zones`, `Zone.maxCurrent`; StampError when the file has another word."""
    text = (resources.files("evce_simulator") / "stamps.toml").read_text(encoding="utf-8")
    found: dict[str, Stamp] = {}
    for table, rows in tomllib.loads(text).items():
        for name, value in rows.items():
            part = name if table == "operations" else f"{table}.{name}"
            word, _, note = value.partition(":")
            if word not in WORDS:
                raise StampError(f"stamps.toml: {part} begins with {word!r}, not with one of {', '.join(WORDS)}.")
            found[part] = Stamp(part, word, note.strip())
    return found


def parts() -> list[str]:
    """Return every operation and field of the contract, in its order."""
    operations = [
        f"{method.upper()} {path}" for path, item in contract()["paths"].items() for method in METHODS if method in item
    ]
    schemas = contract()["components"]["schemas"].items()
    return operations + [f"{schema}.{name}" for schema, shape in schemas for name in shape["properties"]]


def coverage_table() -> str:
    """Return the coverage of the contract as Markdown: each part, that it is simulated, and where it comes from."""
    known = stamps()
    rows = [f"| `{part}` | {known[part].word} | {known[part].note or '-'} |" for part in parts()]
    counts = {word: sum(stamp.word == word for stamp in known.values()) for word in WORDS}
    lines = [
        "# What is simulated, and where it comes from",
        "",
        "Made by `evce-simulator coverage`; do not edit. Every operation and field of the contract is simulated.",
        "`guide`: the installation guide shows it; `assumed`: ours; `verified`: seen at a real controller.",
        "",
        f"{len(rows)} parts: " + ", ".join(f"{count} {word}" for word, count in counts.items()) + ".",
        "",
        "| Part | Stamp | Note |",
        "| --- | --- | --- |",
        *rows,
    ]
    return "\n".join(lines) + "\n"
