"""How polls end and how long they take: counted, and in the log when they become slow."""

from __future__ import annotations

import logging

from evce_connector.evce.errors import (
    EvceBusyError,
    EvceError,
    EvceLoginError,
    EvceRefusalError,
    EvceShrunkListError,
    EvceUnreachableError,
)
from evce_connector.figures import Figures

SLOW = 0.5
"""Share of the interval from which on a poll is slow: one twice as long makes all values late."""
GOOD, UNUSABLE = "good", "unusable"
_OUTCOMES: tuple[tuple[type[EvceError], str], ...] = (
    (EvceUnreachableError, "unreachable"),
    (EvceLoginError, "login"),
    (EvceBusyError, "busy"),
    (EvceRefusalError, "refused"),
    (EvceShrunkListError, "shrunk"),
)


def outcome_of(error: EvceError | None) -> str:
    """Return the word by which a poll is counted that ended so; without an error it was good."""
    if error is None:
        return GOOD
    return next((word for kind, word in _OUTCOMES if isinstance(error, kind)), UNUSABLE)


class PollTimes:
    """Takes each poll of one processor, and logs slow ones once until they are over."""

    def __init__(self, figures: Figures, log: logging.Logger) -> None:
        self._figures, self._log = figures, log
        self._slow = False

    def take(self, seconds: float, interval: float, error: EvceError | None) -> None:
        """Take a poll that took so long, of those that begin every `interval` (s); one that failed is told as that."""
        self._figures.polls.add(seconds, outcome_of(error))
        slow = seconds > SLOW * interval
        if error is not None or slow == self._slow:
            return
        self._slow = slow
        if slow:
            advice = "look at the controller, at the network, and at status.interval_seconds"
            words = "EvceProcessor: polls are slow: one took %.1f s of an interval of %.0f s; %s"
            self._log.warning(words, seconds, interval, advice)
        else:
            self._log.info("EvceProcessor: polls are in time again: one took %.1f s", seconds)
