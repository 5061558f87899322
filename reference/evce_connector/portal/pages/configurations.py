"""The list of the processor configurations (C-4)."""

from __future__ import annotations

from flask import Blueprint, render_template

from evce_connector.portal.listing import listing
from evce_connector.portal.parts import Parts


def pages(parts: Parts) -> Blueprint:
    """Make the page /configurations."""
    made = Blueprint("configurations", __name__)

    @made.get("/configurations")
    def page() -> str:
        rows = [(row.name, row.class_name, row.description, row.is_active) for row in parts.host.configurations()]
        columns = ("Name", "Class", "Description", "Is Active")
        return render_template("listing.html", title="Configurations", table=listing("Processors", columns, rows))

    return made
