"""What is shown after a save: that the connector starts anew, and then by itself the page that was asked for."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template, url_for

from evce_connector.persistence.settings import Version
from evce_connector.portal.parts import Parts


def pages(parts: Parts) -> Blueprint:
    """Make what an open page asks until the connector runs with what was saved."""
    made = Blueprint("saved", __name__)

    @made.get("/saved.json")
    def state() -> Response:
        return jsonify(used=parts.desk.used, refused=parts.desk.refused)

    return made


def after(version: Version, to: str) -> str:
    """Say that a version is saved, and lead on to an address once the connector runs with it."""
    return render_template("saved.html", version=version, to=to, ask=url_for("saved.state"))
