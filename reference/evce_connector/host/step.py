"""What happens because time passes, and for no other reason: done each few s, and exactly when something is due."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from evce_connector.clock import Clock
from evce_connector.processors.interface_alarm import short

SECOND = 1.0
"""Longest time in s between two turns of a step, unless it says another."""


class Step:
    """Does one thing again and again on a thread of its own, by the connector's clock.

    `act` takes one turn; an error of its own is logged, and the next turn comes all the same. `until_due` tells the
    time in s to the next turn if that is sooner than `pause`. A turn that takes longer than `longest` s hangs; one that
    waits for a database may take as long as that lets it.
    """

    def __init__(
        self,
        name: str,
        act: Callable[[], None],
        clock: Clock,
        log: logging.Logger,
        until_due: Callable[[], float] = lambda: float("inf"),
        pause: float = SECOND,
        longest: float = float("inf"),
    ) -> None:
        self._pause, self._longest = pause, longest
        self._began: float | None = None
        self._act, self._clock, self._log, self._until_due = act, clock, log, until_due
        self._stop = threading.Event()
        self.thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self.thread.start()

    def end(self) -> None:
        """Ask the thread to end; `join` waits until it has."""
        self._stop.set()

    def join(self) -> None:
        """Wait until the thread has ended, if it ever ran."""
        if self.thread.ident is not None:
            self.thread.join()

    def turn(self) -> None:
        """Take one turn on the caller's thread."""
        self._act()

    def turns_for(self) -> float:
        """Return for how many s the present turn lasts; 0 between two turns."""
        began = self._began
        return 0.0 if began is None else self._clock.monotonic() - began

    def hangs(self) -> bool:
        """Tell whether the present turn takes longer than any may."""
        return self.turns_for() > self._longest

    def _run(self) -> None:
        failing = False
        while not self._stop.is_set():
            self._began = self._clock.monotonic()
            try:
                self._act()
            except Exception as error:  # noqa: BLE001 - it is logged, once: it comes again each second
                if not failing:
                    self._tell(error)
                failing = True
            else:
                failing = False
            self._began = None
            self._clock.wait(self._stop, min(self._pause, self._until_due()))

    def _tell(self, error: Exception) -> None:
        """Log what failed: of a database in a sentence, of all else where in the code."""
        if isinstance(error, SQLAlchemyError):
            self._log.warning("%s: the database cannot be used: %s; it goes on", self.thread.name, short(error))
        else:
            self._log.error("%s failed by an error of its own and goes on", self.thread.name, exc_info=error)
