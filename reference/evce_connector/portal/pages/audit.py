"""Setup > Audit: what users of the pages did."""

from __future__ import annotations

from flask import Blueprint, render_template

from evce_connector.persistence.portal_users import KEPT, KEPT_DAYS, Role
from evce_connector.portal import answers
from evce_connector.portal.listing import listing
from evce_connector.portal.parts import Parts
from evce_connector.portal.rights import needs

PAGE = 100
"""Acts on a page."""
ABOUT = f"The last {KEPT:,} acts of {KEPT_DAYS} days are kept, the newest first."


def pages(parts: Parts) -> Blueprint:
    """Make the page /setup/audit."""
    made = Blueprint("audit", __name__)

    @made.get("/setup/audit")
    @needs(Role.ADMIN)
    def page() -> str:
        acts = parts.audit.last(PAGE + 1, answers.whole_number("before"))
        rows = [(act.at, act.user, act.address, act.act, act.about) for _, act in acts[:PAGE]]
        older = acts[PAGE - 1][0] if len(acts) > PAGE else None
        table = listing(ABOUT, ("Time", "User", "Address", "Act", "About"), rows)
        return render_template("audit.html", table=table, older=older)

    return made
