"""The page Ledgers: what was written and how it ended, and what came, went or changed on the site; as CSV too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response, abort, render_template, request

from evce_connector.persistence.commands import csv_of
from evce_connector.persistence.refused_writes import all_lines
from evce_connector.portal import answers
from evce_connector.portal.listing import Listing, listing
from evce_connector.portal.parts import Parts
from evce_connector.portal.site_parts import SiteParts

LINES = 1000
"""Newest lines that are looked through."""
REFUSALS = 100
"""Newest writes among them that no rule of writing got to see: there may be more of these than of all others."""
SHOWN = 200
"""Lines of a page."""


@dataclass(frozen=True)
class Ledger:
    """A ledger: its name in the address, its title, its columns, its newest lines, and all of it as CSV."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: Callable[[SiteParts], list[tuple[str, ...]]]
    csv: Callable[[SiteParts], str]


def _commands(site: SiteParts) -> list[tuple[str, ...]]:
    lines = [*all_lines(site.commands, site.refused, LINES, REFUSALS), *site.commands.waiting]
    return [
        (one.at, one.user, one.client, one.item, one.values("→"), one.outcome, one.read_back, one.valid_until)
        for one in reversed(lines)
    ]


def _changes(site: SiteParts) -> list[tuple[str, ...]]:
    return [(one.at, one.id, str(one.kind), one.old, one.new) for one in reversed(site.changes.lines(LINES))]


LEDGERS = {
    ledger.name: ledger
    for ledger in (
        Ledger(
            "commands",
            "Commands",
            ("Time", "User", "Client", "Item", "From → to", "Outcome", "Shows", "Until"),
            _commands,
            lambda site: csv_of(all_lines(site.commands, site.refused, None, None)),
        ),
        Ledger("site", "Site", ("Time", "Item", "What", "Old", "New"), _changes, lambda site: site.changes.csv()),
    )
}


def pages(parts: Parts) -> Blueprint:
    """Make the page /ledgers with a tab for each, a filter, and their CSV."""
    made = Blueprint("ledgers", __name__)

    @made.get("/ledgers", defaults={"name": "commands"})
    @made.get("/ledgers/<name>")
    def page(name: str) -> str:
        ledger, text = _ledger(name), request.args.get("search", "").strip()
        table = _table(ledger, parts.site, text)
        return render_template("ledgers.html", ledgers=LEDGERS.values(), ledger=ledger, table=table, search=text)

    @made.get("/ledgers/<name>.csv")
    def sheet(name: str) -> Response:
        return answers.sheet(_ledger(name).csv(parts.site), f"{name}.csv")

    return made


def _table(ledger: Ledger, site: SiteParts, text: str) -> Listing:
    """Return the newest lines with a text anywhere in them."""
    found = [row for row in ledger.rows(site) if text.casefold() in "\n".join(row).casefold()]
    more = f"the newest {SHOWN} of {len(found)} are shown" if len(found) > SHOWN else ""
    return listing("The newest lines first", ledger.columns, found[:SHOWN], more)


def _ledger(name: str) -> Ledger:
    if name not in LEDGERS:
        abort(404, "There is no such ledger.")
    return LEDGERS[name]
