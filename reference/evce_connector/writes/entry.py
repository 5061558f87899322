"""The lines of one job in the command ledger: kept before anything is sent, completed when the outcome is known."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError

from evce_connector.clock import Clock
from evce_connector.evce.one_line import one_line
from evce_connector.figures import Figures
from evce_connector.persistence.commands import WIDEST, Command, CommandLedger, Stage
from evce_connector.points.tree import ValueItem
from evce_connector.processors.interface_alarm import short
from evce_connector.site.values import Value, to_wire, utc_text
from evce_connector.writes.heartbeat import BEAT
from evce_connector.writes.job import Job, Outcome
from evce_connector.writes.rules import REDUCTION

LOGGER = logging.getLogger("evce_connector")


class Entry:
    """One line for each request of a job.

    `shown` tells what an item shows now: set-up may have put another in the place of the one that a client found.
    """

    def __init__(
        self,
        job: Job,
        ledger: CommandLedger,
        clock: Clock,
        shown: Callable[[ValueItem], Value],
        figures: Figures | None = None,
    ) -> None:
        self._figures = figures or Figures()
        self._job, self._ledger, self._shown = job, ledger, shown
        self._at = utc_text(clock.now())
        self._user, self._client = one_line(job.user)[:WIDEST], one_line(job.client)[:WIDEST]
        self._old = [to_wire(shown(request.item)) for request in job.requests]
        self._numbers: list[int] = []
        self._unkept = False
        self.sent = self.answered = False

    def intend(self) -> None:
        """Keep what is about to be sent, or nothing may be: SQLAlchemyError.

        What gives power back goes through all the same: a reduction of 0 must never hang on a disk. The log has its
        line then, before it is sent and when it has ended: memory is lost with the process.
        """
        if self._numbers or self._unkept:
            return
        try:
            self._numbers = self._ledger.intend(self._lines(None))
        except SQLAlchemyError as error:
            self._unkept = True
            if self._job.wanted.get(REDUCTION) != 0:
                raise
            self._log(
                f"is sent, because it gives power back; the ledger cannot be written ({short(error)})",
                self._lines(None),
            )

    def complete(self, outcome: Outcome) -> Command | None:
        """Say how it ended, and return the last line; beats that did well are not kept.

        When the database fails the lines wait in memory, and whoever flushes them tells it by the interface's alarm,
        which is kept in that database as well: clients do not wait for it a second time.
        """
        if BEAT in self._job.wanted and outcome.result.success:
            return None
        lines = self._lines(outcome)
        self._tell(lines)
        if self._unkept:
            if self.sent:
                self._log("has ended", lines)
            self._ledger.wait_for((), lines)
            return lines[-1]
        with suppress(SQLAlchemyError):
            self._ledger.complete(self._numbers, lines)
        return lines[-1]

    def _tell(self, lines: list[Command]) -> None:
        """Count and log how a write ended; one that a heartbeat renews, each few minutes, with level DEBUG."""
        level = logging.DEBUG if self._job.renews else logging.INFO
        for line in lines:
            self._figures.writes.add(line.stage)
            values = f"{line.old or 'nothing'} -> {line.new}"
            said = f"{line.stage}: {line.outcome}" if line.stage != Stage.CONFIRMED else f"{line.outcome}, confirmed"
            LOGGER.log(level, "Write of user %r from %s: %s %s: %s", line.user, line.client, line.item, values, said)

    def _log(self, what: str, lines: list[Command]) -> None:
        for line in lines:
            LOGGER.warning("A write that the command ledger lacks %s: %s", what, line)

    def _lines(self, outcome: Outcome | None) -> list[Command]:
        return [
            Command(
                at=self._at,
                user=self._user,
                client=self._client,
                item=request.item.key,
                old=before,
                new=to_wire(request.value),
                success=outcome is not None and outcome.result.success,
                answer=(outcome.answer or outcome.result_of(request).message) if outcome else "",
                read_back=to_wire(self._shown(request.item)) if outcome else "",
                valid_until=outcome.valid_until if outcome else "",
                stage=self._stage(outcome),
            )
            for request, before in zip(self._job.requests, self._old, strict=True)
        ]

    def _stage(self, outcome: Outcome | None) -> Stage:
        if outcome is None:
            return Stage.ASKED
        if outcome.result.success:
            return Stage.CONFIRMED
        if not self.sent:
            return Stage.REFUSED
        return Stage.ANSWERED if self.answered else Stage.SENT
