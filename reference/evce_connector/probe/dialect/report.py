"""Tells what the search for a dialect found: a table, the questions, and the same as data for a program."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from evce_connector.probe.dialect import proof, toml
from evce_connector.probe.dialect.choices import Confidence
from evce_connector.probe.dialect.search import Found

COLOURS = {Confidence.HIGH: "green", Confidence.LIKELY: "yellow", Confidence.ASKED: "red"}
PROFILE, QUESTIONS = proof.NAME, "questions.toml"
"""Names of the files that a search leaves behind."""


def show(console: Console, found: Found) -> None:
    """Print each field, how sure it is and why, then the questions that are open and what it took."""
    if found.choices:
        table = Table("Field", "Stands at", "Sure", "Evidence")
        for choice in found.choices.values():
            word = f"[{COLOURS[choice.confidence]}]{choice.confidence}[/]"
            said = "" if choice.said is None else toml.inline(choice.said)
            table.add_row(escape(choice.name), escape(said), word, escape("; ".join(choice.evidence)))
        console.print(table)
    for line in _lines(found):
        console.print(escape(line), soft_wrap=True)


def _lines(found: Found) -> Iterator[str]:
    """Yield what stands below the table."""
    if found.choices:
        counts = Counter(choice.confidence for choice in found.choices.values())
        yield ", ".join(f"{counts[word]} {word}" for word in Confidence) + "."
    yield from (f"{kind}: {why}" for kind, why in found.lists.items())
    if found.unused:
        yield f"Answers that belong to nothing: {', '.join(found.unused)}."
    if found.login:
        yield f"Login: {found.login}."
    yield from found.vocabularies
    still = [question for question in found.questions if question.is_open]
    yield from (f"{question.number}. {question.text}" for question in still)
    if len(still) < len(found.questions):
        yield f"{len(found.questions)} questions, {len(still)} of them open."
    yield f"{found.requests} requests; {found.proof.told}."
    if found.refused:
        yield f"{found.refused}."
    if found.profile:
        base_url = found.places.origin + found.base
        yield f"For the configuration: evce.base_url = {base_url!r}, evce.profile = the path of {PROFILE}."


def as_data(found: Found) -> dict[str, Any]:
    """Give the same for a program; it quotes values of the site as the table does."""
    return {
        "base": found.base,
        "login": found.login,
        "requests": found.requests,
        "refused": found.refused,
        "read": found.proof.site is not None,
        "told": found.proof.told,
        "vocabularies": found.vocabularies,
        "fields": [
            {"name": one.name, "said": one.said, "confidence": one.confidence.value, "evidence": one.evidence}
            for one in found.choices.values()
        ],
        "questions": [
            {"number": one.number, "name": one.name, "text": one.text, "candidates": list(one.candidates)}
            | ({} if one.is_open else {"answer": one.answer})
            for one in found.questions
        ],
    } | ({} if found.profile else {"tried": found.tried})
