"""Settings opened for a form; after a save, that the connector starts anew, and then the page that was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, jsonify, render_template, request, url_for

from evce_connector.config import Configuration, ConfigurationError
from evce_connector.config.checks import ALL_INTERFACES, port_of
from evce_connector.persistence.settings import SettingsError, Version
from evce_connector.portal.desk import SAYS_WHERE, Confirm, Desk, Opened, UnconfirmedError
from evce_connector.portal.door import Door, RefusedError
from evce_connector.portal.login import address
from evce_connector.portal.parts import Parts
from evce_connector.portal.rights import me

OWN_PASSWORD = "own_password"  # noqa: S105 - the name of a field
"""Field of a form for the password of who sends it."""


def pages(parts: Parts) -> Blueprint:
    """Make what an open page asks until the connector runs with what was saved."""
    made = Blueprint("saved", __name__)

    @made.get("/saved.json")
    def state() -> Response:
        return jsonify(used=parts.desk.used, refused=parts.desk.refused)

    return made


def base(default: int = 0) -> int:
    """Return the number of the version of the settings that a form was opened with."""
    return request.form.get("base", type=int, default=default)


def opened(desk: Desk, else_: str) -> tuple[Opened, Configuration]:
    """Open the settings, and return them with what holds; 409, with words before the reason, when they are wrong."""
    try:
        found = desk.open()
        return found, found.layers.configuration(unfinished=True)
    except (ConfigurationError, SettingsError) as error:
        abort(409, f"{else_}: {error}")


def beside(error: UnconfirmedError) -> dict[str, str]:
    """Say by their keys beside which fields that changing them takes the own password, and what is wrong with that."""
    return dict.fromkeys(error.keys, f"Not saved: {SAYS_WHERE}") | {OWN_PASSWORD: error.sentence}


def by_own_password(door: Door) -> Confirm:
    """Return what asks for the own password of who sends a form that changes where a secret goes."""

    def confirm(keys: Sequence[str]) -> None:
        password = request.form.get(OWN_PASSWORD, "")
        if not password:
            raise UnconfirmedError(keys)
        try:
            door.confirm(me(), password, address())
        except RefusedError as error:
            wrong = error.status == 403  # noqa: PLR2004 - HTTP's
            raise UnconfirmedError(keys, "The password is wrong." if wrong else str(error), error.status) from error

    return confirm


def after(version: Version, to: str, desk: Desk) -> str:
    """Say that a version is saved, and lead on to a page once the connector runs with it, wherever the pages are."""
    new = _elsewhere(version, desk)
    asked = [key for key in ("portal.", "ews.address") if key in version.words]
    return render_template(
        "saved.html",
        version=version,
        to=f"{new}{to}",
        new=new,
        ask=url_for("saved.state"),
        to_confirm=asked and not (desk.unfinished and asked == ["ews.address"]),
    )


def _elsewhere(version: Version, desk: Desk) -> str:
    """Return where the pages will be, as the browser has to say it; empty where they stay."""
    if not any(key in version.words for key in ("portal.address", "portal.certificate")):
        return ""
    portal = opened(desk, "The settings are saved")[1].portal
    there, here = urlsplit(portal.address), urlsplit(request.host_url)
    host = here.hostname if there.hostname in ALL_INTERFACES else there.hostname
    return f"{there.scheme}://{f'[{host}]' if ':' in (host or '') else host}:{port_of(portal.address)}"
