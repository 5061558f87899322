"""The page of one log: a curve of a day, a week or a month, and the samples as CSV."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, Response, abort, render_template, request

from evce_connector.persistence.waiting_samples import Sample
from evce_connector.points.tree import HistoryItem
from evce_connector.portal import answers
from evce_connector.portal import plot as plots
from evce_connector.portal.parts import Parts
from evce_connector.portal.site_table import STATES
from evce_connector.sheets import csv_text
from evce_connector.site.values import to_wire, utc_text

SPANS = {"day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=31)}
MOST = 100_000
"""Samples that are read at most: those of a month at an interval of 1 min are 44,640."""


def pages(parts: Parts) -> Blueprint:
    """Make the page /site/history and its CSV."""
    made = Blueprint("history", __name__)

    @made.get("/site/history")
    def page() -> str:
        item, span, start, end = _asked(parts)
        samples = _samples(parts, item, start, end)
        return render_template(
            "site_history.html",
            item=item,
            folder=parts.items.tree.holder(item.id),
            spans=SPANS,
            span=span,
            count=len(samples),
            newest=samples[-1] if samples else None,
            plot=plots.plot(samples, start, end),
            size=plots,
        )

    @made.get("/site/history.csv")
    def sheet() -> Response:
        item, span, start, end = _asked(parts)
        rows = [(utc_text(at), to_wire(value), STATES[state]) for at, value, state in _samples(parts, item, start, end)]
        text = csv_text(("time", f"{item.name} ({item.source.unit})", "state"), rows)
        name = f"{item.id.replace('/', '-')}-{span}.csv"
        return answers.sheet(text, name)

    return made


def _asked(parts: Parts) -> tuple[HistoryItem, str, datetime, datetime]:
    """Return which log is asked for, and the span of it that ends now."""
    item = parts.items.tree.get(request.args.get("id", ""))
    if not isinstance(item, HistoryItem):
        abort(404, "There is no such log in the site any more. Search for its folder by its name.")
    span = request.args.get("span", "day")
    if span not in SPANS:
        abort(404, f"A log is shown of a {', a '.join(SPANS)}.")
    end = parts.clock.now()
    return item, span, end - SPANS[span], end


def _samples(parts: Parts, item: HistoryItem, start: datetime, end: datetime) -> list[Sample]:
    return parts.site.history.page(item.key, start, end, MOST)
