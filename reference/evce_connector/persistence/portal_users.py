"""Who may see and change the pages, and what they did there."""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Engine, Integer, String, Table, delete, func, insert, select
from sqlalchemy.exc import SQLAlchemyError

from evce_connector.errors import ConnectorError
from evce_connector.persistence.attempts import NEVER_TAKEN, Attempts
from evce_connector.persistence.instants import from_micros, to_micros
from evce_connector.persistence.readable import Reader
from evce_connector.persistence.schema import metadata
from evce_connector.persistence.turns import writing

LOGGER = logging.getLogger("evce_connector")
_users = Table(
    "portal_users",
    metadata,
    Column("name", String, primary_key=True),
    Column("role", String(16), nullable=False),
    Column("password", String, nullable=False),
    Column("must_change", Boolean, nullable=False),
    Column("since", BigInteger, nullable=False),
)
_audit = Table(
    "portal_audit",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("user", String, nullable=False),
    Column("address", String, nullable=False),
    Column("act", String, nullable=False),
    Column("about", String, nullable=False),
)
KEPT, KEPT_DAYS = 10_000, 365
"""Acts that are kept at most, and for how long."""
MOST_WAITING = 1000
"""Acts that wait in memory while the database takes nothing; beyond it the oldest go."""
WIDEST = 200
"""Characters of what is kept of an act."""


class Role(StrEnum):
    """What a user of the pages may do; each may what those below may."""

    ADMIN = "admin"
    """Everything."""
    OPERATOR = "operator"
    """Start and stop processors, acknowledge alarms, and set reductions and availability."""
    VIEWER = "viewer"
    """Look."""

    def includes(self, other: Role) -> bool:
        """Tell whether this role may do what the other may."""
        order = list(Role)
        return order.index(self) <= order.index(other)

    @property
    def may(self) -> str:
        """Say it for a person."""
        return _MAY[self]


_MAY = {
    Role.ADMIN: "everything: settings, users, audit list, log level, backup, lock-outs of EWS clients",
    Role.OPERATOR: "the same, and start and stop processors, acknowledge alarms, and set what may be set of the site: "
    "a zone's reduction, a connector's availability",
    Role.VIEWER: "see every page but those of set-up",
}


@dataclass(frozen=True, slots=True)
class PortalUser:
    """A user of the pages. `password` is its hash; `since` is when it was set (UTC); `must_change`: by its owner."""

    name: str
    role: Role
    password: str = field(repr=False)
    must_change: bool
    since: datetime


class PortalUserError(ConnectorError):
    """A change of the users cannot be made; the sentence says why."""


class PortalUsers:
    """The users, few enough to be in memory: who asks for a page each two seconds waits for no database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._users = self._read()

    def _read(self) -> dict[str, PortalUser]:
        with self._engine.connect() as connection:
            found = _USERS.read(connection, select(_users).order_by(_users.c.name))
        return {user.name: user for user in found}

    def all(self) -> list[PortalUser]:
        """Return the users by their names."""
        return sorted(self._users.values(), key=lambda user: user.name)

    def get(self, name: str) -> PortalUser | None:
        """Return a user by the name, whatever its case; None when there is none.

        Of two that differ in case alone, which older versions let in, each has its own name as it is written.
        """
        folded = name.casefold()
        alike = (user for key, user in self._users.items() if key.casefold() == folded)
        return self._users.get(name) or next(alike, None)

    def refresh(self) -> None:
        """Take up what a command changed meanwhile; SQLAlchemyError when the database cannot be read.

        Of a database that has no users, a new one in the place of another, nothing is taken: `take_up` writes them.
        """
        with self._lock:
            self._take_changes()

    def _take_changes(self) -> None:
        self._users = self._read() or self._users

    def add(self, user: PortalUser) -> None:
        """Add a user; PortalUserError when the name is taken, SQLAlchemyError when the database fails."""
        with self._lock:
            self._take_changes()
            if present := self.get(user.name):
                raise PortalUserError(f"There is a user {present.name} already; take another name.")
            self._write(self._users | {user.name: user})

    def set_password(self, name: str, password: str, now: datetime, *, must_change: bool) -> PortalUser:
        """Give a user another password (its hash); errors as of `set_role`."""
        return self._change(name, password=password, since=now, must_change=must_change)

    def set_role(self, name: str, role: Role) -> PortalUser:
        """Give a user another role; PortalUserError for the last admin or an unknown name, SQLAlchemyError."""
        return self._change(name, role=role)

    def _change(self, name: str, **changes: Any) -> PortalUser:  # noqa: ANN401 - fields of a user
        with self._lock:
            self._take_changes()
            changed = replace(self._known(name), **changes)
            self._write(self._users | {changed.name: changed})
        return changed

    def delete(self, name: str) -> None:
        """Delete a user; errors as of `set_role`."""
        with self._lock:
            self._take_changes()
            gone = self._known(name)
            self._write({key: user for key, user in self._users.items() if user is not gone})

    def _known(self, name: str) -> PortalUser:
        user = self.get(name)
        if user is None:
            raise PortalUserError("There is no such user any more.")
        return user

    def _write(self, users: dict[str, PortalUser]) -> None:
        """Put these users in the place of all others, if one of them is an admin."""
        if not any(user.role is Role.ADMIN for user in users.values()):
            raise PortalUserError("This is the last admin: give another user that role first.")
        with writing(self._engine) as connection:
            connection.execute(delete(_users))
            connection.execute(insert(_users), [_row(user) for user in users.values()])
        self._users = users

    def take_up(self) -> None:
        """Go on in a database that was opened anew: it keeps its users if it has any, else it gets those in memory."""
        with self._lock:
            found = self._read()
            if found:
                self._users = found
            elif self._users:
                self._write(self._users)


def _row(user: PortalUser) -> dict[str, Any]:
    return {
        "name": user.name,
        "role": str(user.role),
        "password": user.password,
        "must_change": user.must_change,
        "since": to_micros(user.since),
    }


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody did on the pages: when (UTC), who, from which address, what, and about what."""

    at: datetime
    user: str
    address: str
    act: str
    about: str = ""


class Audit:
    """The last acts in the database; what that does not take waits in memory for the next one, or for `flush`."""

    def __init__(self, engine: Engine, kept: int = KEPT) -> None:
        self._engine, self._kept = engine, kept
        self._attempts = Attempts(engine)
        self._lock, self._writing = threading.Lock(), threading.Lock()
        self._waiting: list[Act] = []

    def add(self, act: Act) -> None:
        """Keep an act; whoever acts is not held up by a database that fails."""
        with self._lock:
            self._waiting = [*self._waiting, act][-MOST_WAITING:]
        with suppress(SQLAlchemyError):  # `flush` tells
            self._attempts.refuse_while_down()
            self.flush()

    def flush(self) -> None:
        """Write the acts that wait, and delete what is too old; SQLAlchemyError when the database takes nothing."""
        with self._writing:
            with self._lock:
                acts = list(self._waiting)
            if not acts:
                return
            try:
                self._write(acts)
            except NEVER_TAKEN as error:
                LOGGER.warning("The database will never take %s acts of the pages' users: %s", len(acts), error)
            with self._lock:
                written = set(map(id, acts))
                self._waiting = [act for act in self._waiting if id(act) not in written]

    def _write(self, acts: list[Act]) -> None:
        rows = [
            {
                "at": to_micros(act.at),
                "user": act.user[:WIDEST],
                "address": act.address[:WIDEST],
                "act": act.act[:WIDEST],
                "about": act.about[:WIDEST],
            }
            for act in acts
        ]
        oldest = to_micros(acts[-1].at - timedelta(days=KEPT_DAYS))
        with self._attempts.begin() as connection:
            connection.execute(insert(_audit), rows)
            last = connection.scalar(select(func.max(_audit.c.number))) or 0
            connection.execute(delete(_audit).where((_audit.c.number <= last - self._kept) | (_audit.c.at < oldest)))

    def last(self, most: int, before: int | None = None) -> list[tuple[int, Act]]:
        """Return the last acts with their numbers, the newest first, of those before a number; SQLAlchemyError."""
        query = select(_audit).order_by(_audit.c.number.desc()).limit(most)
        if before is not None:
            query = query.where(_audit.c.number < before)
        with self._engine.connect() as connection:
            return _ACTS.read(connection, query)


def _user(row: Any) -> PortalUser:  # noqa: ANN401 - a row of the table
    return PortalUser(row.name, Role(row.role), row.password, row.must_change, from_micros(row.since))


def _act(row: Any) -> tuple[int, Act]:  # noqa: ANN401 - a row of the table
    return row.number, Act(from_micros(row.at), row.user, row.address, row.act, row.about)


_USERS, _ACTS = Reader(_users, _user), Reader(_audit, _act)
