"""Lets go of what is older than its retention: samples, alarm events, commands, and the first lines of the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from evce_connector.history.steady_time import SteadyTime
from evce_connector.processors.base import Context
from evce_connector.processors.logs import reference_clock
from evce_connector.site.values import EPOCH

LOOK_EACH = 6 * 3600.0
"""Time in s between two looks for what is too old."""
PAUSE = 0.03
"""Time in s between two pieces: who waits for SQLite to be free looks again within this, and comes first."""
AGAIN = 5.0
"""Time in s after which a database is asked again that did not let go."""
DOUBTED = timedelta(days=30)
"""Time since the last good poll before a start from which on the machine's clock must be confirmed."""
CONFIRMED = timedelta(days=1)
"""How far the clock of the charge controller may be from one that it confirms."""


class Retention:
    """Deletes a piece with each `turn`, so that writes come between; `until_due` tells when the next one is due.

    What is too old is told by a time that no step of the machine's clock moves by itself: years must not go because a
    clock was set wrong for an hour. A start long after the last good poll may be one with a wrong clock: nothing goes
    then before a good poll has shown that the charge controller's clock agrees, or that it tells none.
    """

    def __init__(self, context: Context) -> None:
        """Look when the last good poll was; to be made when what the database keeps of it is shown."""
        self._context = context
        polled, now = context.items.interface.get("LastGoodPoll"), context.clock.now()
        self._polled = polled if isinstance(polled, datetime) else EPOCH
        self._is_doubtful = EPOCH < self._polled < now - DOUBTED
        self._time = SteadyTime(context.clock, partial(reference_clock, context.items.interface))
        self._round: Iterator[int] | None = None
        self._due = 0.0

    def turn(self) -> None:
        """Delete a piece of what is too old, if it is time to look for that."""
        if self.until_due() > 0 or self._waits_for_clock():
            return
        self._due = self._context.clock.monotonic() + AGAIN
        if self._context.storage.attempt("retention", self._delete):
            pause = LOOK_EACH if self._round is None else PAUSE
            self._due = self._context.clock.monotonic() + pause
        else:
            self._round = None

    def until_due(self) -> float:
        """Return the s until the next piece, or until it is looked whether there is one."""
        return max(0.0, self._due - self._context.clock.monotonic())

    def _waits_for_clock(self) -> bool:
        """Tell whether the machine's clock may be wrong, and look again shortly if it may."""
        get = self._context.items.interface.get
        if self._is_doubtful:
            skew = get("ClockSkew")
            agrees = isinstance(skew, float) and abs(timedelta(seconds=skew)) < CONFIRMED
            self._is_doubtful = not (agrees and get("LastGoodPoll") != self._polled)
            self._due = self._context.clock.monotonic() + (AGAIN if self._is_doubtful else 0.0)
        return self._is_doubtful

    def _delete(self) -> None:
        """Delete the next piece; without a round that is under way, begin one."""
        self._round = self._round or self._pieces()
        if next(self._round, None) is None:
            self._round = None

    def _pieces(self) -> Iterator[int]:
        """Delete what is too old now; yields with each piece how many rows went."""
        now, configuration = self._time.now(), self._context.configuration
        yield from self._context.history.prune(now - timedelta(days=configuration.logs.retention_days))
        yield from self._context.alarm_log.prune(now - timedelta(days=configuration.alarms.retention_days))
        yield from self._context.commands.prune(now - timedelta(days=configuration.commands.retention_days))
        yield from self._context.site_ledger.prune()
