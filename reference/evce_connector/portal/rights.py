"""Who may ask for which page: whoever is logged in may look, what changes something says which role it takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

from flask import abort, current_app, flash, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from evce_connector.persistence.portal_users import PortalUser, Role

PUBLIC = frozenset({"static", "health.live", "health.ready", "health.metrics", "login.form", "login.log_in"})
"""What is served without a login."""
WITH_FIRST_PASSWORD = PUBLIC | {"password.form", "password.change", "login.log_out"}
"""What is served to who has to change the password first."""
BY_ITSELF = frozenset({"status.live", "configurations.live", "site.live", "saved.state", "first_steps.live"})
"""What an open page asks for by itself: it gets no page in answer, and keeps no session alive."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
View = TypeVar("View", bound=Callable[..., object])
_ROLES = "needed_role"


def needs(role: Role) -> Callable[[View], View]:
    """Say of a view which role it takes; a form that says nothing takes an admin."""

    def mark(view: View) -> View:
        setattr(view, _ROLES, role)
        return view

    return mark


def role_for(endpoint: str, method: str) -> Role:
    """Return which role a page takes."""
    default = Role.VIEWER if method in SAFE else Role.ADMIN
    found: Role = getattr(current_app.view_functions[endpoint], _ROLES, default)
    return found


def me() -> PortalUser:
    """Return who is logged in; only where `admit` has let somebody pass."""
    user: PortalUser = current_user.user
    return user


def may(endpoint: str) -> bool:
    """Tell whether who is logged in may see a page, for the menu."""
    return bool(current_user.is_authenticated) and me().role.includes(role_for(endpoint, "GET"))


def admit() -> Response | None:
    """Let a request pass, or say where it has to go before; 401 and 403 by werkzeug's exceptions."""
    endpoint = request.endpoint
    if request.method not in SAFE and _is_foreign():
        abort(403, "This form was sent from a page of another address. Open it here, and send it again.")
    if endpoint is None or endpoint in PUBLIC:
        return None
    if not current_user.is_authenticated:
        if endpoint in BY_ITSELF or request.method not in SAFE:
            abort(401, "The session has ended; log in again.")
        return redirect(url_for("login.form"))
    if me().must_change and endpoint not in WITH_FIRST_PASSWORD:
        flash("Choose a password of your own before anything else.")
        return redirect(url_for("password.form"))
    if not me().role.includes(needed := role_for(endpoint, request.method)):
        abort(403, f"This takes the role {needed}; you are {me().role}.")
    return None


def _is_foreign() -> bool:
    """Tell whether a browser says that a page of another address sends this."""
    origin = request.headers.get("Origin")
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return True
    return origin is not None and urlsplit(origin).netloc != request.host
