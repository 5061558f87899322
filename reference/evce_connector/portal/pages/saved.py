"""Settings opened for a form; after a save, that the connector starts anew, and then the page that was asked for."""

from __future__ import annotations

from flask import Blueprint, Response, abort, jsonify, render_template, url_for

from evce_connector.config import Configuration, ConfigurationError
from evce_connector.persistence.settings import SettingsError, Version
from evce_connector.portal.desk import Desk, Opened
from evce_connector.portal.parts import Parts


def pages(parts: Parts) -> Blueprint:
    """Make what an open page asks until the connector runs with what was saved."""
    made = Blueprint("saved", __name__)

    @made.get("/saved.json")
    def state() -> Response:
        return jsonify(used=parts.desk.used, refused=parts.desk.refused)

    return made


def opened(desk: Desk, else_: str) -> tuple[Opened, Configuration]:
    """Open the settings, and return them with what holds; 409, with words before the reason, when they are wrong."""
    try:
        found = desk.open()
        return found, found.layers.configuration()
    except (ConfigurationError, SettingsError) as error:
        abort(409, f"{else_}: {error}")


def after(version: Version, to: str) -> str:
    """Say that a version is saved, and lead on to an address once the connector runs with it."""
    return render_template("saved.html", version=version, to=to, ask=url_for("saved.state"))
