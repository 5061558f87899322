"""What changed between two runs, as text for a terminal and as HTML to put beside the last sign-off."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from features.acceptance.report.diff import Change, Difference, LatencyChange
from features.acceptance.report.html import environment
from features.acceptance.report.latency import Latency
from features.acceptance.report.texts import clean, count, milliseconds, utc

PERCENTILES = ("p50", "p95", "p99")
TITLES = {
    "versions": "Versions and environment",
    "settings": "Settings of the run",
    "checks": "Verdicts of checks",
    "items": "Verdicts of items",
    "labels": "Units, types and names",
    "folders": "Zones, stations and connectors that have another name",
    "gone": "Items that are gone",
    "added": "Items that are new",
}
"""The parts of a difference in the order of their weight, and what a reader calls them."""


def headline(difference: Difference) -> str:
    """Say in a sentence what changed."""
    numbers = {title: len(getattr(difference, part)) for part, title in TITLES.items()}
    found = [f"{title[0].lower()}{title[1:]}: {number:,}" for title, number in numbers.items() if number]
    return f"Changed: {'; '.join(found)}." if found else "Nothing changed but answer times."


def text(difference: Difference) -> RenderableType:
    """Arrange a difference for a rich console."""
    parts: list[RenderableType] = [Text(_runs(difference)), Text(headline(difference), style="bold")]
    parts += [_table(title, _rows(getattr(difference, part))) for part, title in TITLES.items()]
    parts.append(_latencies(difference.latencies))
    return Group(*(part for part in parts if not isinstance(part, Table) or part.row_count))


def html(difference: Difference) -> str:
    """Write a difference as one HTML file."""
    template = environment().get_template("diff.html.j2")
    parts = [(title, _rows(getattr(difference, part))) for part, title in TITLES.items()]
    return template.render(
        difference=difference,
        headline=headline(difference),
        parts=[(title, rows) for title, rows in parts if rows],
        latencies=[(one, _figures(one)) for one in difference.latencies],
    )


def _runs(difference: Difference) -> str:
    old, new = difference.old, difference.new
    sites = old.site if old.site == new.site else f"{old.site} / {new.site}"
    return clean(f"{sites}: {utc(old.started)} ({old.verdict}) -> {utc(new.started)} ({new.verdict})")


def _rows(changes: Sequence[Change | str]) -> list[Change]:
    """Give items that are gone or new the form of a change."""
    return [Change(one, "", "", "") if isinstance(one, str) else one for one in changes]


def _table(title: str, rows: Sequence[Change]) -> Table:
    table = Table(title=f"{title} ({len(rows):,})", title_justify="left", title_style="bold")
    plain = all(not row.old and not row.new for row in rows)
    for name in ("", "what") if plain else ("", "what", "was", "is"):
        table.add_column(name, overflow="fold")
    for row in rows:
        cells = (row.aspect, row.what) if plain else (row.aspect, row.what, row.old, row.new)
        table.add_row(*(Text(clean(cell)) for cell in cells))
    return table


def _latencies(latencies: Sequence[LatencyChange]) -> Table:
    table = Table(title="Answer times: was, is, ratio", title_justify="left", title_style="bold")
    table.add_column("operation", overflow="fold")
    for name in ("requests", "median", "95 %", "99 %"):
        table.add_column(name, justify="right")
    for one in latencies:
        table.add_row(Text(clean(f"{one.party}: {one.operation}")), *map(Text, _figures(one)))
    return table


def _figures(one: LatencyChange) -> list[str]:
    """Give requests and percentiles as `was -> is (ratio)`."""
    requests = f"{_number(one.old)} -> {_number(one.new)}"
    return [requests, *(_percentile(one, name) for name in PERCENTILES)]


def _number(latency: Latency | None) -> str:
    return "none" if latency is None else count(latency.number, "").strip()


def _percentile(one: LatencyChange, name: str) -> str:
    was, now = ("none" if side is None else milliseconds(getattr(side, name)) for side in (one.old, one.new))
    ratio = one.ratio(name)
    return f"{was} -> {now}" + ("" if ratio is None else f" (x {ratio:.2f})")
