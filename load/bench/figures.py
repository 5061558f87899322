"""Figures with their targets, as rows of a table and as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from rich.table import Table

MEDIAN_OF = 5
"""How often each figure is taken."""


@dataclass(frozen=True)
class Figure:
    """One figure. `limit` is what it should reach: at least it, or at most it when `at_most`."""

    subject: str
    name: str
    value: float
    unit: str
    limit: float | None = None
    at_most: bool = True
    note: str = ""

    @property
    def verdict(self) -> str:
        """Whether the target is reached; empty without a target."""
        if self.limit is None:
            return ""
        reached = self.value <= self.limit if self.at_most else self.value >= self.limit
        return "reached" if reached else "NOT reached"

    def as_json(self) -> dict[str, Any]:
        """Return it for JSON, with its verdict."""
        return {**asdict(self), "verdict": self.verdict}


def middle(values: Iterable[float]) -> float:
    """Return the median."""
    return float(median(values))


def percentile(values: Iterable[float], share: float) -> float:
    """Return the value below which a share of the values lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def table(figures: Iterable[Figure], title: str = "Benchmark") -> Table:
    """Draw figures as a table."""
    drawn = Table(title=title, title_justify="left")
    for column in ("Subject", "Figure"):
        drawn.add_column(column)
    drawn.add_column("Value", justify="right")
    figures = list(figures)
    judged = any(figure.limit is not None for figure in figures)
    for column in (*(("Target", "Verdict") if judged else ()), "Note"):
        drawn.add_column(column)
    subject = ""
    for figure in figures:
        if subject and figure.subject != subject:
            drawn.add_section()
        target = "" if figure.limit is None else f"{'<=' if figure.at_most else '>='} {figure.limit:g}"
        colour = {"reached": "green", "NOT reached": "red"}.get(figure.verdict, "")
        verdict = f"[{colour}]{figure.verdict}[/]" if colour else ""
        shown = "" if figure.subject == subject else figure.subject
        value = f"{_number(figure.value)} {figure.unit}".strip()
        drawn.add_row(shown, figure.name, value, *((target, verdict) if judged else ()), figure.note)
        subject = figure.subject
    return drawn


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"  # noqa: PLR2004 - four digits are enough
