"""EWS Servers > Further users: who logs in to the EWS server besides Building Operation, to read or to write."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request, url_for

from evce_connector.config import ConfigurationError
from evce_connector.config.neighbours import EwsUser
from evce_connector.config.section import OfTheMachine, is_marked
from evce_connector.persistence.portal_users import Role
from evce_connector.persistence.settings import SettingsError, Version
from evce_connector.portal.desk import Opened
from evce_connector.portal.details import Row, as_typed
from evce_connector.portal.door import Door
from evce_connector.portal.fields import fields_of, filled, placed
from evce_connector.portal.login import Page, address
from evce_connector.portal.pages import saved
from evce_connector.portal.parts import Parts
from evce_connector.portal.rights import me, needs

KEY = "ews.users"
_OF_THE_MACHINE = tuple(name for name, field in EwsUser.model_fields.items() if is_marked(field, OfTheMachine))


class EwsUsersPages:
    """The list, and what adds to it and takes away."""

    def __init__(self, parts: Parts, door: Door) -> None:
        self._parts, self._door = parts, door

    @needs(Role.ADMIN)
    def page(self) -> str:
        """Show the users, and a form for one more."""
        opened = self._opened()
        return self._shown(opened, {}, {}, [])

    @needs(Role.ADMIN)
    def add(self) -> Page:
        """Add one."""
        opened = self._opened()
        place, texts = f"{KEY}.{len(_users(opened))}", dict(request.form.lists())
        values, wrong = filled(fields_of(place, EwsUser, _OF_THE_MACHINE), texts)
        new = {key.rpartition(".")[2]: value for key, value in values.items()}
        return self._saved(opened, [*_users(opened), new], wrong, f"Added {new.get('username', '')}")

    @needs(Role.ADMIN)
    def remove(self) -> Page:
        """Take one away."""
        opened, name = self._opened(), request.form.get("name", "")
        left = [user for user in _users(opened) if user.get("username") != name]
        if len(left) == len(_users(opened)):
            abort(404, "There is no further user of this name.")
        return self._saved(opened, left, {}, f"Removed {name}")

    def _saved(self, opened: Opened, users: list[dict[str, Any]], wrong: dict[str, str], act: str) -> Page:
        """Save the users, or show beside the fields what is wrong with the last one."""
        texts, troubles, status = dict(request.form.lists()), list[str](), 422
        version: Version | None = None
        try:
            if not wrong:
                version = self._parts.desk.change(opened, {KEY: users}, me().name, saved.base())
        except ConfigurationError as error:
            wrong, troubles = placed(error.troubles, fields_of(f"{KEY}.{len(users) - 1}", EwsUser, _OF_THE_MACHINE))
        except SettingsError as error:
            troubles, status = [str(error)], 409
        if version is None:
            return self._shown(opened, texts, wrong, troubles), status
        self._door.note(me().name, address(), "Changed the users of the EWS server", act)
        return saved.after(version, url_for("ews_servers.further"), self._parts.desk)

    def _opened(self) -> Opened:
        return saved.opened(self._parts.desk, "The users cannot be changed")[0]

    def _shown(self, opened: Opened, texts: dict[str, list[str]], wrong: dict[str, str], troubles: list[str]) -> str:
        users, origin = _users(opened), opened.layers.origin(KEY)
        fields = fields_of(f"{KEY}.{len(users)}", EwsUser, _OF_THE_MACHINE)
        rows = [as_typed(Row(one, (one.shown(one.default),), ""), texts, wrong) for one in fields]
        return render_template(
            "ews_users.html",
            users=[(user.get("username", ""), user.get("role", "reader")) for user in users],
            rows=rows,
            origin=origin.words if origin.read_only else "",
            base=opened.number,
            troubles=troubles,
        )


def _users(opened: Opened) -> list[dict[str, Any]]:
    """Return the further users as they are configured, whose passwords are in them."""
    users: list[dict[str, Any]] = opened.layers.document.get("ews", {}).get("users", [])
    return users


def add_to(made: Blueprint, parts: Parts, door: Door) -> None:
    """Add the list to the pages below /ews-servers."""
    shown = EwsUsersPages(parts, door)
    made.add_url_rule("/ews-servers/users", "further", shown.page)
    made.add_url_rule("/ews-servers/users", "add", shown.add, methods=["POST"])
    made.add_url_rule("/ews-servers/users/remove", "remove", shown.remove, methods=["POST"])
