"""What changed between two runs, as text for a terminal and as HTML to put beside the last sign-off."""

from __future__ import annotations

from collections.abc import Sequence

from evce_acceptance.report.diff import Change, Difference, LatencyChange
from evce_acceptance.report.html import environment
from evce_acceptance.report.latency import Latency
from evce_acceptance.report.paths import Branch
from evce_acceptance.report.texts import clean, milliseconds, utc
from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

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
    numbers = {title: _size(getattr(difference, part)) for part, title in TITLES.items()}
    found = "; ".join(f"{title[0].lower()}{title[1:]}: {number:,}" for title, number in numbers.items() if number)
    return f"{found[0].upper()}{found[1:]}." if found else "Only answer times differ."


def text(difference: Difference) -> RenderableType:
    """Arrange a difference for a rich console."""
    parts: list[RenderableType] = [Text(_runs(difference)), Text(headline(difference), style="bold")]
    parts += [_table(title, rows) for title, rows in _parts(difference)]
    return Group(*parts, _latencies(difference.latencies))


def html(difference: Difference) -> str:
    """Write a difference as one HTML file."""
    template = environment().get_template("diff.html.j2")
    return template.render(
        difference=difference,
        headline=headline(difference),
        parts=_parts(difference),
        latencies=[(one, _figures(one)) for one in difference.latencies],
    )


def _runs(difference: Difference) -> str:
    old, new = difference.old, difference.new
    sites = old.site if old.site == new.site else f"{old.site} / {new.site}"
    return clean(f"{sites}: {utc(old.started)} ({old.verdict}) -> {utc(new.started)} ({new.verdict})")


def _size(changes: Sequence[Change | Branch]) -> int:
    return sum(1 if isinstance(one, Change) else one.number for one in changes)


def _parts(difference: Difference) -> list[tuple[str, list[Change]]]:
    """Give the parts in which something changed; items and folders gone or new have the form of a change too."""
    found = {title: getattr(difference, part) for part, title in TITLES.items()}
    return [
        (f"{title} ({_size(changes):,})", [one if isinstance(one, Change) else _whole(one) for one in changes])
        for title, changes in found.items()
        if changes
    ]


def _whole(branch: Branch) -> Change:
    return Change(branch.path, "" if branch.number == 1 else f"whole folder, {branch.number:,} items", "", "")


def _table(title: str, rows: Sequence[Change]) -> Table:
    """Leave out columns in which nothing stands."""
    names = {"what": "", "aspect": "", "old": "was", "new": "is"}
    shown = [name for name in names if any(getattr(row, name) for row in rows)]
    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, show_header="new" in shown)
    for name in shown:
        table.add_column(names[name], overflow="fold")
    for row in rows:
        table.add_row(*(Text(clean(getattr(row, name))) for name in shown))
    return table


def _latencies(latencies: Sequence[LatencyChange]) -> Table:
    table = Table(title="Answer times: was, is, ratio", title_justify="left", title_style="bold", box=SIMPLE_HEAD)
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
    return "none" if latency is None else f"{latency.number:,}"


def _percentile(one: LatencyChange, name: str) -> str:
    was, now = ("none" if side is None else milliseconds(getattr(side, name)) for side in (one.old, one.new))
    ratio = one.ratio(name)
    return f"{was} -> {now}" + ("" if ratio is None else f" (x {ratio:.2f})")
