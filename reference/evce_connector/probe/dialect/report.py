"""Tells what the search for a dialect found: a table, the questions, and the same as data for a program."""

from __future__ import annotations

from collections import Counter
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from evce_connector.probe.dialect import toml
from evce_connector.probe.dialect.choices import Confidence
from evce_connector.probe.dialect.search import Found

COLOURS = {Confidence.HIGH: "green", Confidence.LIKELY: "yellow", Confidence.ASKED: "red"}
PROFILE, QUESTIONS = "dialect.toml", "questions.toml"
"""Names of the files that a search leaves behind."""


def show(console: Console, found: Found) -> None:
    """Print each field, how sure it is and why, then the questions and what it took."""
    if found.choices:
        table = Table("Field", "Stands at", "Sure", "Evidence")
        for choice in found.choices.values():
            word = f"[{COLOURS[choice.confidence]}]{choice.confidence}[/]"
            said = "" if choice.said is None else toml.inline(choice.said)
            table.add_row(escape(choice.name), escape(said), word, escape("; ".join(choice.evidence)))
        console.print(table)
        counts = Counter(choice.confidence for choice in found.choices.values())
        console.print(", ".join(f"{counts[word]} {word}" for word in Confidence) + ".")
    for kind, why in found.lists.items():
        console.print(f"{kind}: {escape(why)}", soft_wrap=True)
    if found.unused:
        console.print(escape(f"Answers that belong to nothing: {', '.join(found.unused)}."), soft_wrap=True)
    if found.login:
        console.print(f"Login: {escape(found.login)}.", soft_wrap=True)
    for question in found.questions:
        console.print(f"{question.number}. {escape(question.text)}", soft_wrap=True)
    console.print(escape(f"{found.requests} requests; {found.proof.told}."), soft_wrap=True)


def texts(found: Found) -> dict[str, str]:
    """Return the files that a search leaves behind, by their names."""
    written = {PROFILE: found.profile} if found.profile else {}
    return written | ({QUESTIONS: found.form} if found.questions else {})


def as_data(found: Found) -> dict[str, Any]:
    """Give the same for a program; it quotes values of the site as the table does."""
    return {
        "base": found.base,
        "login": found.login,
        "requests": found.requests,
        "read": found.proof.site is not None,
        "told": found.proof.told,
        "fields": [
            {"name": one.name, "said": one.said, "confidence": one.confidence.value, "evidence": one.evidence}
            for one in found.choices.values()
        ],
        "questions": [
            {"number": one.number, "name": one.name, "text": one.text, "candidates": list(one.candidates)}
            for one in found.questions
        ],
    }
