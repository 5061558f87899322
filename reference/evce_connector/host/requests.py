"""What commands and users of the pages ask of the running connector, and what became of it (C-3).

Commands leave a word in its database, which it takes within 2 s.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from datetime import datetime

from evce_connector.processors.base import Context

REQUEST_LOOK = 2.0
"""Time in s between two looks whether something was asked for."""
REQUEST, RUN, PRUNE = "setup.request", "run", "prune"
"""The fact by which a command asks for a set-up, and its words."""
RELOAD = "reload.request"
"""The fact by which a command asks for the configuration to be read again."""


COMMAND = "command line"
"""Who asks by a command."""
_KEPT = 100


@dataclass(frozen=True)
class Asked:
    """What somebody asked of a processor configuration, or of all: when (UTC), and what became of it in words."""

    at: datetime
    by: str
    what: str
    configuration: str
    outcome: str


class Requests:
    """Takes what commands asked for; one that asks for the configuration to be read again sets `reload`.

    `asked` has the last requests, those of users too.
    """

    def __init__(self, context: Context, reload: threading.Event) -> None:
        self._context, self._reload = context, reload
        self.asked: deque[Asked] = deque(maxlen=_KEPT)

    def note(self, by: str, what: str, configuration: str, outcome: str) -> None:
        """Keep who asked for what, and what became of it."""
        self.asked.append(Asked(self._context.clock.now(), by, what, configuration, outcome))

    def take(self) -> str | None:
        """Return the word of a set-up that was asked for; a database that fails now is asked again later."""
        found: list[str | None] = []
        self._context.storage.attempt("requests", lambda: found.append(self._taken()))
        return found[0] if found else None

    def _taken(self) -> str | None:
        if self._context.snapshots.take_fact(RELOAD):
            self._reload.set()
            self.note(COMMAND, "Reload", "", "the connector starts anew if the configuration is right")
        return self._context.snapshots.take_fact(REQUEST)
