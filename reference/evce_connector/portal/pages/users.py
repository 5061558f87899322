"""Setup > Users: who may log in to the pages, and with which role."""

from __future__ import annotations

import re

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from evce_connector.persistence.portal_users import PortalUser, PortalUserError, Role
from evce_connector.portal.door import Door, RefusedError
from evce_connector.portal.login import Page, address
from evce_connector.portal.parts import Parts
from evce_connector.portal.passwords import RULE
from evce_connector.portal.rights import me, needs

NAME = re.compile(r"[^\W_][\w.@ -]{0,62}[\w]|[^\W_]")
NAME_RULE = "A name has 1 to 64 letters, digits, spaces or . @ _ - and begins with a letter or a digit."


class UserPages:
    """The page, and what its forms ask for."""

    def __init__(self, parts: Parts, door: Door) -> None:
        self._users, self._door, self._clock = parts.users, door, parts.clock

    @needs(Role.ADMIN)
    def page(self) -> str:
        """Show the users."""
        return self._shown()

    @needs(Role.ADMIN)
    def add(self) -> Page:
        """Add a user, who has to change the password at the first login."""
        name, role = request.form.get("name", "").strip(), _role()
        if not NAME.fullmatch(name):
            return self._shown(NAME_RULE, name), 422
        try:
            password = self._door.hash(request.form.get("password", ""), name)
            self._users.add(PortalUser(name, role, password, must_change=True, since=self._clock.now()))
        except (RefusedError, PortalUserError) as error:
            return self._shown(str(error), name), 422
        return self._done(f"Added as {role}", name)

    @needs(Role.ADMIN)
    def change_role(self, name: str) -> Page:
        """Give a user another role."""
        role = _role()
        try:
            self._users.set_role(name, role)
        except PortalUserError as error:
            return self._shown(str(error)), 422
        return self._done(f"Made {role}", name)

    @needs(Role.ADMIN)
    def reset(self, name: str) -> Page:
        """Give another user a password, which has to be changed."""
        if name == me().name:
            return self._shown("Your own password is changed on its own page."), 422
        try:
            self._door.reset(name, request.form.get("password", ""))
        except (RefusedError, PortalUserError) as error:
            return self._shown(str(error)), 422
        return self._done("Gave a new password", name)

    @needs(Role.ADMIN)
    def delete(self, name: str) -> Page:
        """Delete another user."""
        if name == me().name:
            return self._shown("Nobody deletes himself: let another admin do it."), 422
        try:
            self._users.delete(name)
        except PortalUserError as error:
            return self._shown(str(error)), 422
        return self._done("Deleted", name)

    def _shown(self, trouble: str = "", name: str = "") -> str:
        users = self._users.all()
        return render_template(
            "users.html", users=users, roles=list(Role), trouble=trouble, name=name[:64], rule=RULE, me=me()
        )

    def _done(self, act: str, name: str) -> Response:
        self._door.note(me().name, address(), act, name)
        flash(f"{act}: {name}.")
        return redirect(url_for("users.page"))


def pages(parts: Parts, door: Door) -> Blueprint:
    """Make the page /setup/users, and what its forms ask for."""
    made, users = Blueprint("users", __name__, url_prefix="/setup/users"), UserPages(parts, door)
    made.add_url_rule("", "page", users.page)
    made.add_url_rule("", "add", users.add, methods=["POST"])
    made.add_url_rule("/<name>/role", "change_role", users.change_role, methods=["POST"])
    made.add_url_rule("/<name>/password", "reset", users.reset, methods=["POST"])
    made.add_url_rule("/<name>/delete", "delete", users.delete, methods=["POST"])
    return made


def _role() -> Role:
    """Return the role that a form names."""
    try:
        return Role(request.form.get("role", ""))
    except ValueError:
        abort(422, "There is no such role.")
