"""New addresses are confirmed from whichever page their author has reached; every page says that they wait for that."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from evce_connector.persistence.portal_users import Role
from evce_connector.portal.door import Door
from evce_connector.portal.login import address
from evce_connector.portal.parts import Parts
from evce_connector.portal.rights import me, needs


def pages(parts: Parts, door: Door) -> Blueprint:
    """Make what the form on every page sends."""
    made = Blueprint("new_addresses", __name__)

    @made.post("/setup/new-addresses")
    @needs(Role.ADMIN)
    def keep() -> Response:
        new = parts.desk.new_addresses
        if new is None or new.kept:
            abort(409, "There is no new address that waits to be confirmed: it is, or the former one has come back.")
        if request.form.get("mark", "") != new.mark:
            abort(409, "Other new addresses wait to be confirmed now than that page has shown: look at them first.")
        new.keep()
        door.note(me().name, address(), "Confirmed the new addresses", "; ".join(new.changes))
        flash("The new addresses are confirmed.")
        return redirect(url_for("status.page"))

    return made
