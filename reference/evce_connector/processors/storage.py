"""What the database takes and what not: told in the tree, at the pages of health, by the interface's alarm, in the log.

It is told from memory, so that the one thing that fails is not the one that tells of it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping

from sqlalchemy.exc import SQLAlchemyError

from evce_connector.points.interface import InterfacePoints
from evce_connector.processors.interface_alarm import InterfaceAlarm, short
from evce_connector.processors.unreadable import GOOD

WRITTEN_LATER = "what is new waits in memory"
"""What becomes of what the database does not take."""


FILE = "file"
"""The part that all others need: what is said of it is the cause of what is said of them."""


class Storage:
    """Gathers by parts how the database failed last; any thread may ask and tell.

    `parts` write what waits in memory for the database, each by the name of what is in it; they raise SQLAlchemyError
    while the database still takes nothing.
    """

    def __init__(
        self,
        parts: Mapping[str, Callable[[], object]],
        points: InterfacePoints,
        alarm: InterfaceAlarm,
        log: logging.Logger,
    ) -> None:
        self._parts, self._points, self._alarm, self._log = parts, points, alarm, log
        self._troubles: dict[str, str] = {}
        self._lock = threading.Lock()
        self.look: Callable[[], None] = _nothing
        """Looks whether the database is still there, and tells; the host says how."""
        self._points.set(StorageState=GOOD)

    @property
    def trouble(self) -> str:
        """How the database failed when it was last asked, in words; empty when it did not."""
        troubles = dict(self._troubles)
        return troubles.get(FILE, "") or next(iter(troubles.values()), "")

    def attempt(self, part: str, act: Callable[[], object]) -> bool:
        """Do something that needs the database; false when it fails, which is told and raises nothing."""
        try:
            act()
        except SQLAlchemyError as error:
            self.tell(part, f"the database cannot be written: {short(error)}")
            return False
        self.tell(part, "")
        return True

    def flush(self) -> None:
        """Write what waits, part by part, and tell how that went."""
        self.look()
        for part, write in self._parts.items():
            self.attempt(part, write)

    def tell(self, part: str, words: str) -> None:
        """Take how a part fails, in words, or without words that it does not."""
        with self._lock:
            before = self.trouble
            if words:
                self._troubles[part] = words
            else:
                self._troubles.pop(part, None)
            now = self.trouble
            if bool(now) != bool(before):
                self._log_change(now)
            self._points.set(StorageState=now or GOOD)
        if now != before:
            self._alarm.report_database(now)

    def _log_change(self, trouble: str) -> None:
        """Log once that it begins, whatever fails by it, and once that it is over."""
        if trouble:
            self._log.warning("Storage: %s; values are served, and %s", trouble, WRITTEN_LATER)
        else:
            self._log.info("Storage: good again")


def _nothing() -> None:
    """Look at nothing."""
