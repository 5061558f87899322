"""The pages to log in, to log out, and to change one's password."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from evce_connector.persistence.portal_users import PortalUser, Role
from evce_connector.portal.door import Door, RefusedError
from evce_connector.portal.parts import Parts
from evce_connector.portal.passwords import RULE, BusyError
from evce_connector.portal.rights import BY_ITSELF, me, needs

Page = Response | str | tuple[str, int]


@dataclass(frozen=True)
class LoggedIn:
    """A user with a session, as flask-login asks for one."""

    user: PortalUser
    session: str
    is_authenticated = is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """Return what the browser's cookie names."""
        return self.session


def load(parts: Parts, id_: str) -> LoggedIn | None:
    """Return who has a session; None when it has ended."""
    user = parts.sessions.user(id_, parts.users, seen=request.endpoint not in BY_ITSELF)
    return LoggedIn(user, id_) if user else None


def address() -> str:
    """Return the address that the request came from."""
    return request.remote_addr or ""


def pages(parts: Parts, door: Door) -> Blueprint:
    """Make the pages /login and /logout, and send / to the Status page, or where settings are asked for."""
    made = Blueprint("login", __name__)

    @made.get("/")
    def home() -> Response:
        asked = parts.desk.unfinished and me().role.includes(Role.ADMIN)
        return redirect(url_for("first_steps.page" if asked else "status.page"))

    @made.get("/login")
    def form() -> Page:
        return redirect(url_for("login.home")) if current_user.is_authenticated else _form()

    @made.post("/login")
    def log_in() -> Page:
        name, password = request.form.get("user", ""), request.form.get("password", "")
        try:
            user, id_ = door.log_in(name, password, address())
        except RefusedError as error:
            return _form(name, str(error)), error.status
        except BusyError as error:
            return _form(name, str(error)), 503
        session.clear()  # what the browser had before is nobody's any more
        login_user(LoggedIn(user, id_))
        return redirect(url_for("login.home"))

    @made.post("/logout")
    @needs(Role.VIEWER)
    def log_out() -> Response:
        door.note(me().name, address(), "Logged out")
        parts.sessions.end(current_user.get_id())
        logout_user()
        session.clear()
        return redirect(url_for("login.form"))

    return made


def password_pages(door: Door) -> Blueprint:
    """Make the page /password."""
    made = Blueprint("password", __name__)

    @made.get("/password")
    def form() -> Page:
        return _password()

    @made.post("/password")
    @needs(Role.VIEWER)
    def change() -> Page:
        present, new = request.form.get("present", ""), request.form.get("new", "")
        if new != request.form.get("again", ""):
            return _password("The new password was not typed the same way twice."), 422
        try:
            door.change(me(), present, new, address())
        except RefusedError as error:
            return _password(str(error)), error.status
        session.clear()
        flash("The password is changed. Log in with the new one.")
        return redirect(url_for("login.form"))

    return made


def _form(name: str = "", trouble: str = "") -> str:
    return render_template("login.html", name=name[:100], trouble=trouble)


def _password(trouble: str = "") -> str:
    return render_template("password.html", trouble=trouble, rule=RULE)
