"""Shows what a probe found as a table, and in one line what follows from it."""

from __future__ import annotations

from collections import Counter

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from evce_connector.probe.contact import Contact
from evce_connector.probe.finding import Word

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
