"""What the probe cannot know: numbered questions with candidates, and a file of them to fill in."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from evce_connector.probe.dialect.choices import Choice
from evce_connector.probe.dialect.toml import inline, key, line

_MOST = 10
"""Candidates that a question shows: as many as there are words for a status, and one."""
_HEAD = (
    "# Questions of `evce-connector probe`. Take the # away from a line, write the answer as reference/PROFILES.md",
    "# says it, and start the probe again with --answers and this file. The first line below a question is what the",
    "# proposal assumes. What is answered stands without #, and stays so when the probe writes this file again.",
)


@dataclass(frozen=True)
class Question:
    """One thing that somebody has to say: its number, its name in the profile, what is asked, and what it may be.

    `words` are the tables of words that candidates name and the profile lacks; `answer` is None until it is answered.
    """

    number: int
    name: str
    text: str
    candidates: tuple[Any, ...] = ()
    words: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    answer: Any = None

    @property
    def is_open(self) -> bool:
        """Whether nobody has answered it."""
        return self.answer is None


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
    why = (choice.why or choice.evidence[-1]).rstrip(".")
    return f"What is {choice.name}? {why[:1].upper()}{why[1:]}{'' if why.endswith('?') else '.'}"


def answered(questions: Sequence[Question], given: Mapping[str, Any]) -> list[Question]:
    """Put into each question what was answered to it, by the names of what the answers answer."""
    return [dataclasses.replace(one, answer=given.get(one.name, one.answer)) for one in questions]


def form(
    questions: Sequence[Question], given: Mapping[str, Any] | None = None, found: Mapping[str, Any] | None = None
) -> str:
    """Write a file to fill in: what stands behind a number is said as a profile says it.

    What was `given` to no question of these is kept in it too, and so is what was `found`, where the next probe begins.
    """
    given = given or {}
    names = {one.name for one in questions}
    beside = {name: value for name, value in given.items() if name not in names and name != "words"}
    lines = list(_HEAD)
    for one in questions:
        lines += ["", f"# {one.number}: {one.text}"]
        known = list(one.candidates[:_MOST]) or [""]
        lines += [f"# {one.number} = {inline(candidate)}" for candidate in known if candidate != one.answer]
        lines += [] if one.is_open else [f"{one.number} = {inline(one.answer)}"]
    if beside:
        lines += ["", "# Answered beside these questions:", *(line(name, value) for name, value in beside.items())]
    lines += ["", "[asked]", *(f"{one.number} = {inline(one.name)}" for one in questions)]
    told = given.get("words", {})
    for name, words in told.items():
        lines += ["", *_table(name, words)]
    for name, words in {name: words for one in questions for name, words in one.words.items()}.items():
        if name not in told:
            lines += ["", "# Where a candidate names this table, it is needed too:"]
            lines += [f"# {text}" for text in _table(name, words)]
    if found:
        lines += ["", "# What was found; a probe that is given this file, or its folder as --output, begins there."]
        lines += ["[found]", *(line(name, value) for name, value in found.items())]
    return "\n".join(lines) + "\n"


def _table(name: str, words: Mapping[str, Any]) -> list[str]:
    return [f"[words.{key(name)}]", *(line(word, value) for word, value in words.items())]
