"""All connections of a server: how many there may be, who makes room for whom, and who is too slow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from evce_connector.http_server.connection import Connection
from evce_connector.http_server.messages import Limits

CROWDED = "there were more connections than the server keeps"
CROWDED_ADDRESS = "one address had too many connections without a login"
SLOW = "a request did not arrive in time, or its answer was not taken"


class Guests:
    """Keeps the connections, in the order of their last requests; `note` hears why one had to go before its time."""

    def __init__(self, limits: Limits, note: Callable[[str], None]) -> None:
        self._limits = limits
        self._note = note
        self._strangers: defaultdict[str, dict[Connection, None]] = defaultdict(dict)
        self._all: dict[Connection, None] = {}

    def enter(self, connection: Connection) -> None:
        """Take in a new connection; where it is too crowded, one that came earlier and never logged in has to go."""
        strangers = self._strangers[connection.address]
        while len(strangers) >= self._limits.strangers:
            self._dismiss(next(iter(strangers)), CROWDED_ADDRESS)
        while len(self._all) >= self._limits.connections:
            self.make_room()
        strangers = self._strangers[connection.address]
        strangers[connection] = self._all[connection] = None
        connection.on_lost = self.leave

    def make_room(self) -> None:
        """Dismiss the first connection that never logged in, else the first that is not being answered, or of all."""
        first = (
            next((one for one in self._all if not one.is_known), None)
            or next((one for one in self._all if one.waits_for_request), None)
            or next(iter(self._all), None)
        )
        if first is not None:
            self._dismiss(first, CROWDED)

    def know(self, connection: Connection) -> None:
        """Take note that a request of a connection has logged in: others make room before it now."""
        if self._all.pop(connection, self) is None:
            self._all[connection] = None
        if not connection.is_known:
            connection.is_known = True
            self._forget_stranger(connection)

    def leave(self, connection: Connection) -> None:
        """Forget a connection that has ended."""
        self._all.pop(connection, None)
        self._forget_stranger(connection)

    def look(self, now: float) -> None:
        """Close what is too slow; `now` in s of the loop's clock."""
        for connection in [one for one in self._all if one.deadline is not None]:
            if connection.look(now):
                self._note(SLOW)

    def close_silent(self) -> None:
        """Close every connection that waits for its client."""
        for connection in [one for one in self._all if one.waits_for_request]:
            connection.close()

    def abort(self) -> None:
        """End every connection at once."""
        for connection in list(self._all):
            connection.abort()

    def _dismiss(self, connection: Connection, why: str) -> None:
        self.leave(connection)
        connection.abort()
        self._note(why)

    def _forget_stranger(self, connection: Connection) -> None:
        strangers = self._strangers.get(connection.address)
        if strangers is not None:
            strangers.pop(connection, None)
            if not strangers:
                del self._strangers[connection.address]
