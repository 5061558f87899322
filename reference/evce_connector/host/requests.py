"""What commands ask of the running connector: they leave a word in its database, which it takes within 2 s."""

from __future__ import annotations

import threading

from evce_connector.processors.base import Context

REQUEST_LOOK = 2.0
"""Time in s between two looks whether something was asked for."""
REQUEST, RUN, PRUNE = "setup.request", "run", "prune"
"""The fact by which a command asks for a set-up, and its words."""
RELOAD = "reload.request"
"""The fact by which a command asks for the configuration to be read again."""


class Requests:
    """Takes what commands asked for; one that asks for the configuration to be read again sets `reload`."""

    def __init__(self, context: Context, reload: threading.Event) -> None:
        self._context, self._reload = context, reload

    def take(self) -> str | None:
        """Return the word of a set-up that was asked for; a database that fails now is asked again later."""
        found: list[str | None] = []
        self._context.storage.attempt("requests", lambda: found.append(self._taken()))
        return found[0] if found else None

    def _taken(self) -> str | None:
        if self._context.snapshots.take_fact(RELOAD):
            self._reload.set()
        return self._context.snapshots.take_fact(REQUEST)
