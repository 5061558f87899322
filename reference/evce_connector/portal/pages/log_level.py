"""Setup > Log level: how much is logged, until the connector starts anew."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from evce_connector.persistence.portal_users import Role
from evce_connector.portal.door import Door
from evce_connector.portal.login import address
from evce_connector.portal.parts import Parts
from evce_connector.portal.rights import me, needs

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


def pages(parts: Parts, door: Door) -> Blueprint:
    """Make the page /setup/log-level."""
    made = Blueprint("log_level", __name__)

    @made.get("/setup/log-level")
    @needs(Role.ADMIN)
    def page() -> str:
        return render_template("log_level.html", levels=LEVELS, present=parts.log_level())

    @made.post("/setup/log-level")
    @needs(Role.ADMIN)
    def change() -> Response:
        level = request.form.get("level", "")
        if level not in LEVELS:
            abort(422, "There is no such level.")
        parts.set_log_level(level)
        door.note(me().name, address(), "Changed the log level", level)
        flash(f"The log level is {level} until the connector starts anew.")
        return redirect(url_for("log_level.page"))

    return made
