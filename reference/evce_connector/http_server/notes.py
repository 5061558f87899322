"""What happens often on a hostile network is logged as one line a minute, however often it happens."""

from __future__ import annotations

import logging
from collections import Counter

_log = logging.getLogger("evce_connector.http")
_PAUSE = 60.0
"""Least time in s between two lines."""


class Notes:
    """Counts what is worth a line; `look` writes it when the time has come."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._counts: Counter[str] = Counter()
        self._error: BaseException | None = None
        self._next = float("-inf")

    def take(self, what: str, error: BaseException | None = None) -> None:
        """Take note of something that happened; an error that nobody foresaw is logged with its place."""
        self._counts[what] += 1
        self._error = error or self._error

    def look(self, now: float) -> None:
        """Write what was noted since the last line; `now` in s."""
        if self._counts and now >= self._next:
            said = "; ".join(f"{count} times: {what}" for what, count in self._counts.most_common())
            _log.warning("HTTP server at %s, since the last such line: %s", self._server, said, exc_info=self._error)
            self._counts.clear()
            self._error = None
            self._next = now + _PAUSE
