"""Who gets in to the pages, and how users change their passwords; each act goes into the audit list."""

from __future__ import annotations

import logging
from contextlib import suppress
from math import ceil

from sqlalchemy.exc import SQLAlchemyError

from evce_connector.errors import ConnectorError
from evce_connector.persistence.portal_users import Act, PortalUser
from evce_connector.portal.parts import Parts
from evce_connector.portal.passwords import Passwords, faults, forget_first, make_first
from evce_connector.portal.pauses import Pauses

LOGGER = logging.getLogger("evce_connector")


class RefusedError(ConnectorError):
    """A login or a password is refused; `status` is that of HTTP."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status


class Door:
    """Judges logins and changes passwords."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._passwords = Passwords()
        self._pauses = Pauses(parts.real_clock)

    def make_first(self) -> str:
        """Make the first user where there is none; returns the password, empty when there are users."""
        parts = self._parts
        return make_first(parts.users, self._passwords, parts.clock, parts.first_password)

    def log_in(self, name: str, password: str, address: str) -> tuple[PortalUser, str]:
        """Return the user and a new session; RefusedError when the password is wrong or has to wait, BusyError."""
        with self._passwords.turn():
            user = self._judge(name, password, address)
        self.note(user.name, address, "Logged in")
        return user, self._parts.sessions.begin(user)

    def change(self, user: PortalUser, present: str, new: str, address: str) -> PortalUser:
        """Give a user another password of its own choice; RefusedError, BusyError, and SQLAlchemyError."""
        with self._passwords.turn():
            self._judge(user.name, present, address)
            if new == present:
                raise RefusedError("The new password is the present one; choose another.", 422)
            changed = self._set(user.name, new, must_change=False)
        self.note(user.name, address, "Changed the own password")
        forget_first(self._parts.users, self._parts.first_password)
        return changed

    def confirm(self, user: PortalUser, password: str, address: str) -> None:
        """See that who is logged in still knows the password; RefusedError, BusyError. None typed is no guess."""
        if not password:
            raise RefusedError("The password was not typed.", 403)
        with self._passwords.turn():
            self._judge(user.name, password, address)

    def hash(self, password: str, name: str) -> str:
        """Return what is kept of a password for a user; RefusedError when it is too simple, BusyError."""
        if found := faults(password, name):
            raise RefusedError(" ".join(found), 422)
        with self._passwords.turn():
            return self._passwords.hash(password)

    def reset(self, name: str, password: str) -> None:
        """Give another user a password that has to be changed; errors as of `change`, and PortalUserError."""
        with self._passwords.turn():
            self._set(name, password, must_change=True)

    def note(self, user: str, address: str, act: str, about: str = "") -> None:
        """Enter an act in the audit list, and in the log."""
        self._parts.audit.add(Act(self._parts.clock.now(), user, address, act, about))
        LOGGER.info("Pages: %r from %s: %s %s", user, address, act, about)

    def _judge(self, name: str, password: str, address: str) -> PortalUser:
        """Return the user whose password this is; RefusedError."""
        wait = self._pauses.attempt(name, address)
        if wait:
            raise RefusedError(f"There were too many wrong passwords; wait {ceil(wait)} s, then try again.", 429)
        with suppress(SQLAlchemyError):  # without a database those in memory get in
            self._parts.users.refresh()
        user = self._parts.users.get(name)
        if not self._passwords.is_right(user, password) or user is None:
            # a name that nobody has is not written down: it may be a password in the wrong field
            self.note(user.name if user else "nobody's name", address, "Wrong password")
            raise RefusedError("The user name or the password is wrong.", 403)
        self._pauses.right(name, address)
        return user

    def _set(self, name: str, password: str, *, must_change: bool) -> PortalUser:
        if found := faults(password, name):
            raise RefusedError(" ".join(found), 422)
        now = self._parts.clock.now()
        return self._parts.users.set_password(name, self._passwords.hash(password), now, must_change=must_change)
