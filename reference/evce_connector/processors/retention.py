"""Lets go of what is older than its retention: samples, alarm events, commands, and the first lines of the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from evce_connector.history.steady_time import SteadyTime
from evce_connector.processors.base import Context
from evce_connector.processors.logs import reference_clock

LOOK_EACH = 6 * 3600.0
"""Time in s between two looks for what is too old."""
PAUSE = 0.03
"""Time in s between two pieces: who waits for SQLite to be free looks again within this, and comes first."""
AGAIN = 5.0
"""Time in s after which a database is asked again that did not let go."""


class Retention:
    """Deletes a piece with each `turn`, so that writes come between; `until_due` tells when the next one is due.

    What is too old is told by a time that no step of the machine's clock moves by itself: years must not go because a
    clock was set wrong for an hour.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._time = SteadyTime(context.clock, partial(reference_clock, context.items.interface))
        self._round: Iterator[int] | None = None
        self._due = 0.0

    def turn(self) -> None:
        """Delete a piece of what is too old, if it is time to look for that."""
        if self.until_due() > 0:
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
