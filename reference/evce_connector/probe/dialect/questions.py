"""What the probe cannot know: numbered questions with candidates, a file to fill in, and answers from one."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evce_connector.probe.asking import ProbeError
from evce_connector.probe.dialect.choices import Choice
from evce_connector.probe.dialect.toml import inline

_MOST = 6
"""Candidates that a question shows."""


@dataclass(frozen=True)
class Question:
    """One thing that somebody has to say: its number, its name in the profile, what is asked, and what it may be."""

    number: int
    name: str
    text: str
    candidates: tuple[Any, ...] = ()


def of(choices: Sequence[tuple[str, str, Sequence[Any]]]) -> list[Question]:
    """Give numbers to questions, each by its name, its text and its candidates."""
    return [
        Question(number, name, text, tuple(one for place, one in enumerate(known) if one not in known[:place]))
        for number, (name, text, known) in enumerate(choices, 1)
    ]


def asks(choice: Choice) -> str:
    """Say in words what is asked of a field."""
    if choice.ask or not choice.evidence:
        return choice.ask or choice.name
    why = choice.evidence[-1]
    return f"What is {choice.name}? {why[:1].upper()}{why[1:]}."


def form(questions: Sequence[Question]) -> str:
    """Write a file to fill in: what stands behind a number is said as a profile says it."""
    lines = [
        "# Questions of `evce-connector probe`. Take the # away from a line, write the answer as reference/PROFILES.md",
        "# says it, and start the probe again with --answers and this file.",
    ]
    for one in questions:
        lines += ["", f"# {one.number}: {one.text}"]
        known = list(one.candidates[:_MOST]) or [""]
        lines += [f"# {one.number} = {inline(candidate)}" for candidate in known]
    lines += ["", "[asked]", *(f"{one.number} = {inline(one.name)}" for one in questions)]
    return "\n".join(lines) + "\n"


def read(file: Path | None) -> dict[str, Any]:
    """Read answers by the names of what they answer; ProbeError when the file cannot be read."""
    if file is None:
        return {}
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ProbeError(
            f"The answers in {file} cannot be read: {error}: give the file that the probe wrote."
        ) from error
    asked = document.pop("asked", {})
    found = {}
    for key, value in document.items():
        name = asked.get(key, key) if isinstance(asked, dict) else key
        if str(name).isdecimal():
            raise ProbeError(
                f"The answer {key} in {file} belongs to no question: leave the table [asked] of the probe's file in "
                "it, or write the question's name instead of its number."
            )
        found[str(name)] = value
    return found
