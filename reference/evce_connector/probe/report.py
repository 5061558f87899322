"""Tells what a probe found: as a table with one line of what follows from it, and as JSON for a program."""

from __future__ import annotations

from collections import Counter
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from evce_connector.probe.contact import Contact
from evce_connector.probe.finding import Word
from evce_connector.site.values import utc_text

COLOURS = {Word.VERIFIED: "green", Word.WRONG: "red", Word.OPEN: "yellow"}


def show(console: Console, contact: Contact, origin: str) -> None:
    """Print every finding, what is wrong last, where a reader's eyes are."""
    table = Table("Part", "What of it", "Stands", "Evidence", "What to do")
    order = list(COLOURS)
    for finding in sorted(contact.findings, key=lambda finding: (order.index(finding.word) + 1) % len(order)):
        word = f"[{COLOURS[finding.word]}]{finding.word}[/]"
        table.add_row(escape(finding.part), finding.aspect, word, escape(finding.text), escape(finding.advice))
    console.print(table)
    counts = Counter(finding.word for finding in contact.findings)
    console.print(", ".join(f"{counts[word]} {word}" for word in COLOURS) + ".")
    places = contact.places
    console.print(
        f"The API is at {escape(origin + places.base)}, login by {places.authentication}: evce.base_url and "
        "evce.authentication.",
        soft_wrap=True,
    )


def as_data(contact: Contact, origin: str) -> dict[str, Any]:
    """Give the findings and what follows from them, in the table's words; values that they quote are not anonymised."""
    counts = Counter(finding.word for finding in contact.findings)
    return {
        "at": utc_text(contact.moment.replace(microsecond=0)),
        "base_url": origin + contact.places.base,
        "authentication": contact.places.authentication,
        "api_version": contact.api_version,
        "usable": contact.usable,
        "counts": {word.value: counts[word] for word in COLOURS},
        "findings": [
            {
                "part": finding.part,
                "aspect": finding.aspect,
                "stands": finding.word.value,
                "evidence": finding.text,
                "advice": finding.advice,
            }
            for finding in contact.findings
        ],
    }
