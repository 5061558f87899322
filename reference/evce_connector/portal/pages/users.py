"""Setup > Users: who may log in to the pages, and with which role."""

from __future__ import annotations

import re

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from evce_connector.persistence.portal_users import PortalUser, PortalUserError, Role
from evce_connector.portal.door import Door, RefusedError
from evce_connector.portal.login import Page, address
from evce_connector.portal.pages.saved import OWN_PASSWORD
from evce_connector.portal.parts import Parts
from evce_connector.portal.passwords import RULE
from evce_connector.portal.rights import me, needs

NAME = re.compile(r"[^\W_][\w.@ -]{0,62}[\w]|[^\W_]")
MAKES_ADMIN = "Whoever makes an admin, or gives one a password, types the own password as well"
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
            self._confirm(role)
            self._users.add(PortalUser(name, role, password, must_change=True, since=self._clock.now()))
        except (RefusedError, PortalUserError) as error:
            return self._shown(str(error), name, role), 422
        return self._done(f"Added as {role}", name)

    @needs(Role.ADMIN)
    def change_role(self, name: str) -> Page:
        """Give a user another role."""
        role = _role()
        try:
            self._confirm(role)
            self._users.set_role(name, role)
        except (RefusedError, PortalUserError) as error:
            return self._shown(str(error)), 422
        return self._done(f"Made {role}", name)

    @needs(Role.ADMIN)
    def reset(self, name: str) -> Page:
        """Give another user a password, which has to be changed."""
        if self._is_me(name):
            return self._shown("Your own password is changed on its own page."), 422
        user = self._users.get(name)
        try:
            self._confirm(user.role if user else None)
            self._door.reset(name, request.form.get("password", ""))
        except (RefusedError, PortalUserError) as error:
            return self._shown(str(error)), 422
        return self._done("Gave a new password", name)

    @needs(Role.ADMIN)
    def delete(self, name: str) -> Page:
        """Delete another user."""
        if self._is_me(name):
            return self._shown("Nobody deletes himself: let another admin do it."), 422
        try:
            self._users.delete(name)
        except PortalUserError as error:
            return self._shown(str(error)), 422
        return self._done("Deleted", name)

    def _is_me(self, name: str) -> bool:
        user = self._users.get(name)
        return user is not None and user.name == me().name

    def _confirm(self, role: Role | None) -> None:
        """See that who gives somebody all rights knows the own password: RefusedError."""
        if role is not Role.ADMIN:
            return
        try:
            self._door.confirm(me(), request.form.get(OWN_PASSWORD, ""), address())
        except RefusedError as error:
            if error.status != 403:  # noqa: PLR2004 - HTTP's
                raise
            raise RefusedError(f"{MAKES_ADMIN}: it was not typed, or is wrong.", error.status) from error

    def _shown(self, trouble: str = "", name: str = "", role: Role = Role.VIEWER) -> str:
        return render_template(
            "users.html",
            users=self._users.all(),
            roles=list(Role),
            trouble=trouble,
            name=name[:64],
            role=role,
            rule=RULE,
            makes_admin=MAKES_ADMIN,
            me=me(),
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
