"""What is told of each request to a controller: counted and timed, and with level DEBUG a line in the log."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable

from evce_connector.evce.one_line import one_line
from evce_connector.figures import Figures

_LOGGER = logging.getLogger("evce_connector.evce")
_BEHIND_PATH = re.compile("[;?#]")
"""Where in an address something may begin that lets in: a key as a query, a session as a parameter."""
NO_ANSWER = "none"
"""The outcome of a request without an answer."""


class Watch:
    """Takes the requests of one connector's clients, from any thread."""

    def __init__(self, figures: Figures | None = None) -> None:
        self._figures = figures or Figures()

    def answered(self, method: str, seconds: float, status: int | None) -> None:
        """Count a request that took so long; `status` is None where no answer came."""
        self._figures.controller_requests.add(seconds, method, f"{status // 100}xx" if status else NO_ANSWER)

    def tell(
        self, method: str, path: str, seconds: float, received: tuple[int, int] | None, hidden: Callable[[str], str]
    ) -> None:
        """Log a request where each is to be, without what follows its path.

        `received` are status and bytes of its answer; `hidden` takes out of a text what lets in.
        """
        if not _LOGGER.isEnabledFor(logging.DEBUG):
            return
        shown = one_line(hidden(_BEHIND_PATH.split(path, maxsplit=1)[0]))
        if received is None:
            _LOGGER.debug("EVCE: %s %s: no answer, %.0f ms", method, shown, 1000 * seconds)
        else:
            status, size = received
            _LOGGER.debug("EVCE: %s %s: %d, %.0f ms, %d bytes", method, shown, status, 1000 * seconds, size)
