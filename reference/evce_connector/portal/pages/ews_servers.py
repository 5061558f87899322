"""The page EWS Servers: where Building Operation connects, who does, and who is slowed down for wrong logins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from evce_connector.ews.web import RequestEntry
from evce_connector.persistence.portal_users import Role
from evce_connector.portal.door import Door
from evce_connector.portal.listing import Listing, listing
from evce_connector.portal.login import address
from evce_connector.portal.pages import ews_users
from evce_connector.portal.parts import Parts
from evce_connector.portal.rights import me, needs

RECENT = 60.0
"""Seconds of which requests are counted."""


def rate(entries: Sequence[RequestEntry], now: datetime, most: int) -> float:
    """Return the requests a second of the last minute; of a shorter time when the log holds no more than `most`."""
    recent = [entry for entry in entries if 0 <= (now - entry.time).total_seconds() < RECENT]
    if len(recent) < most:
        return len(recent) / RECENT
    return len(recent) / max(0.001, (now - recent[0].time).total_seconds())


def _clients(entries: Sequence[RequestEntry]) -> Listing:
    """List who sent the last requests, the most recent first."""
    counts = Counter((entry.user, entry.client) for entry in entries)
    latest = {(entry.user, entry.client): entry.time for entry in entries}
    rows = [
        (user, client, counts[user, client], at)
        for (user, client), at in sorted(latest.items(), key=lambda one: one[1], reverse=True)
    ]
    return listing(f"Clients of the last {len(entries)} requests", ("User", "Address", "Requests", "Last seen"), rows)


def pages(parts: Parts, door: Door) -> Blueprint:
    """Make the page /ews-servers."""
    made = Blueprint("ews_servers", __name__)

    @made.get("/ews-servers")
    def page() -> str:
        ews, entries = parts.ews, list(parts.ews.requests.copy())
        users = [] if parts.desk.unfinished else [(user.name, user.role) for user in ews.settings.users]
        facts = {
            "Address": ews.address,
            "Realm": ews.settings.realm,
            "Server name": ews.settings.server_name,
            "State": ews.trouble() or "Serves",
            "Requests a second": f"{rate(entries, parts.clock.now(), ews.requests.maxlen or 0):.2f}",
            "Subscriptions": f"{ews.subscriptions} of {ews.settings.max_subscriptions}",
        }
        return render_template(
            "ews_servers.html",
            facts=facts,
            users=listing("Users of the EWS server", ("User", "Role"), users),
            clients=_clients(entries),
            slowed=ews.slowed(),
        )

    @made.post("/ews-servers/lift")
    @needs(Role.ADMIN)
    def lift() -> Response:
        client = request.form.get("client", "")
        parts.ews.forgive(client)
        door.note(me().name, address(), "Lifted an EWS lock-out", client)
        flash(f"Wrong logins from {client} are forgotten.")
        return redirect(url_for("ews_servers.page"))

    ews_users.add_to(made, parts, door)
    return made
