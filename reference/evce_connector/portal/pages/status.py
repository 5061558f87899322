"""The Status page (C-2, C-3): threads, endpoints, and who asked for what; live while it is open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from flask import Blueprint, Response, abort, render_template

from evce_connector.portal import answers
from evce_connector.portal.listing import Listing, elapsed, listing
from evce_connector.portal.parts import Parts

SHOWN = 50
"""Requests of EWS clients that are shown, the newest."""


@dataclass(frozen=True)
class Tab:
    """A tab: its name in the address, its title, and what makes its table."""

    name: str
    title: str
    table: Callable[[Parts], Listing]


def _threads(parts: Parts) -> Listing:
    rows = [(row.number, row.status, elapsed(row.elapsed), row.configuration) for row in parts.host.threads()]
    columns = ("#", "Status", "Elapsed Time (hh:mm:ss)", "Processor Configuration")
    return listing("Threads that run processors", columns, rows)


def _endpoints(parts: Parts) -> Listing:
    ews_trouble = parts.ews.trouble() or "Serves"
    rows = [
        ("EWS server", parts.ews.address, ews_trouble),
        ("Charge controller", parts.controller, parts.items.interface.get("EvceState")),
    ]
    return listing("Addresses that the connector serves and asks", ("Endpoint", "Address", "State"), rows)


def _configuration_requests(parts: Parts) -> Listing:
    rows = [(row.at, row.by, row.what, row.configuration, row.outcome) for row in parts.host.requests()]
    columns = ("Time", "Asked by", "Request", "Processor Configuration", "Outcome")
    return listing("What pages and commands asked of the processors", columns, rows)


def _ews_requests(parts: Parts) -> Listing:
    newest = islice(reversed(parts.ews.requests.copy()), SHOWN)  # a copy: clients add to it meanwhile
    rows = [
        (one.time, one.operation, one.user, one.client, one.items, _ms(one.duration), one.outcome) for one in newest
    ]
    columns = ("Time", "Operation", "User", "Client", "Items", "ms", "Outcome")
    return listing(f"The last {SHOWN} requests of EWS clients", columns, rows)


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:.0f}"


TABS = {
    tab.name: tab
    for tab in (
        Tab("threads", "Processor Threads", _threads),
        Tab("endpoints", "Active Endpoints", _endpoints),
        Tab("configuration-requests", "Configuration Requests", _configuration_requests),
        Tab("ews-requests", "EWS Server Requests", _ews_requests),
    )
}


def pages(parts: Parts) -> Blueprint:
    """Make the page /status with its tabs, and what an open one asks for each two seconds."""
    made = Blueprint("status", __name__)

    @made.get("/status", defaults={"name": "threads"})
    @made.get("/status/<name>")
    def page(name: str) -> str:
        tab = _tab(name)
        return render_template("status.html", tabs=TABS.values(), tab=tab, table=tab.table(parts))

    @made.get("/status/<name>.json")
    def live(name: str) -> Response:
        return answers.live(_tab(name).table(parts))

    return made


def _tab(name: str) -> Tab:
    if name not in TABS:
        abort(404, "There is no such tab.")
    return TABS[name]
