"""Reads what a person has answered to the questions of a probe; what answers nothing is refused with a sentence."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from evce_connector.probe.asking import ProbeError
from evce_connector.probe.dialect.names import meanings
from evce_connector.probe.dialect.roles import KINDS

PLACES = ("login", "headers", "system", *KINDS, "reduction", "availability")
"""Names of answers that are heard before or beside the fields."""
OF_LISTS = ("one", "one_at", "path", "items", "ids", "query", "skip")
"""Keys of a list's table that may be answered."""
_BESIDE = ("at", "number", "none_when")
"""Keys that are answered like fields and are none."""


def read(file: Path | None) -> dict[str, Any]:
    """Read answers by the names of what they answer, tables of words by `words`.

    ProbeError when the file cannot be read, or when something in it answers nothing.
    """
    if file is None:
        return {}
    document = load(file)
    document.pop("found", None)
    asked = document.pop("asked", {})
    if not isinstance(asked, dict):
        raise ProbeError(f"asked in {file} is no table: leave [asked] in it as the probe wrote it.")
    found: dict[str, Any] = {}
    for key, value in document.items():
        name = str(asked.get(key, key))
        if name.isdecimal():
            raise ProbeError(
                f"The answer {key} in {file} belongs to no question: leave the table [asked] of the probe's file in "
                "it, or write the question's name instead of its number."
            )
        if why := _refusal(name, value):
            raise ProbeError(f"The key {key} in {file} {why}")
        found[name] = value
    return found


def load(file: Path) -> dict[str, Any]:
    """Return a file of questions as it is; ProbeError when it cannot be read."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ProbeError(
            f"The answers in {file} cannot be read: {error}: give the file that the probe wrote."
        ) from error


def _refusal(name: str, value: Any) -> str:  # noqa: ANN401 - what a person wrote
    """Say what is wrong with an answer and what to write instead; empty when it may be one."""
    is_table = isinstance(value, dict)
    if name == "words":
        if is_table and all(isinstance(table, dict) for table in value.values()):
            return ""
        return "is no table of words: write [words.NAME], and below it a line for each word of the controller."
    if name in ("system", *KINDS) and not isinstance(value, str):
        first = f"{name}.{next(iter(value), 'id')}" if is_table else f"{name}.id"
        return f'is not the path of a request: write {name} = "/path", or a field in quotation marks, "{first}" = ...'
    if name in ("reduction", "availability") and not (is_table and isinstance(value.get("path"), str)):
        return f"is not how that is written: it needs path and body, as [{name}] in reference/PROFILES.md."
    if name in PLACES or _is_field(name):
        return ""
    return (
        "answers no question: write the number of a question, its name in quotation marks, such as "
        '"zones.max_current", or a table [words.NAME]; or take the line away.'
    )


def _is_field(name: str) -> bool:
    table, _, rest = name.partition(".")
    field = rest.partition(".")[0]
    if table in KINDS and rest in ("pages", *OF_LISTS):
        return True
    fields = {kind: meanings()[kind.removesuffix("s")] for kind in ("system", "reduction", *KINDS)}
    return table in fields and (field in fields[table] or rest in _BESIDE)


def guard(file: Path | None, given: Path | None) -> None:
    """Let no answers be lost: ProbeError when this file, about to be written anew, has any that nobody gave."""
    if file is None or given is not None or not file.exists():
        return
    if answered := [name for name in load(file) if name not in ("asked", "found")]:
        raise ProbeError(
            f"{file} has answers ({', '.join(answered)}) and would be written anew: give it with --answers {file}, or "
            "move it away."
        )
