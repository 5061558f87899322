"""Who is logged in: sessions end at logout, half an hour after the last page, and when the password changes."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass

from evce_connector.clock import Clock
from evce_connector.persistence.portal_users import PortalUser, PortalUsers

IDLE = 30 * 60.0
"""Seconds after the last page that a person asked for; what an open page asks by itself keeps no session alive."""
MOST = 1000
"""Sessions that are open at a time; beyond it the one used longest ago ends."""


@dataclass(slots=True)
class _Session:
    user: str
    password: str
    """The hash at login: another one ends the session."""
    seen: float


class Sessions:
    """The open sessions, in memory: a restart ends them all. `key` signs what browsers keep of them.

    >>> from evce_connector.clock import ManualClock
    >>> Sessions(ManualClock()).user("made up", {}, seen=True) is None
    True
    """

    def __init__(self, clock: Clock) -> None:
        self.key = secrets.token_bytes(32)
        self._clock = clock
        self._open: OrderedDict[str, _Session] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, user: PortalUser) -> str:
        """Open a session; returns what it is known by, which nobody can guess."""
        id_ = secrets.token_urlsafe(32)
        with self._lock:
            self._open[id_] = _Session(user.name, user.password, self._clock.monotonic())
            while len(self._open) > MOST:
                self._open.popitem(last=False)
        return id_

    def user(self, id_: str, users: PortalUsers | dict[str, PortalUser], *, seen: bool) -> PortalUser | None:
        """Return whose session it is, as the users are now; None when it has ended. `seen`: its person is there."""
        with self._lock:
            session = self._open.get(id_)
            if session is None:
                return None
            user = users.get(session.user)
            now = self._clock.monotonic()
            if user is None or user.password != session.password or now - session.seen > IDLE:
                del self._open[id_]
                return None
            if seen:
                session.seen = now
                self._open.move_to_end(id_)
            return user

    def end(self, id_: str) -> None:
        """End a session."""
        with self._lock:
            self._open.pop(id_, None)
