"""Looks whether the database's file is still there and sound, and goes on in another one when it is not (SQLite)."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from evce_connector import owner_only
from evce_connector.clock import Clock
from evce_connector.errors import ConnectorError
from evce_connector.persistence import salvage
from evce_connector.persistence.database import DatabaseError, open_database
from evce_connector.persistence.log_beside import Away
from evce_connector.persistence.place import Place
from evce_connector.persistence.versions import bring_up_to_date, revisions
from evce_connector.persistence.whose import refuse_others
from evce_connector.processors.interface_alarm import InterfaceAlarm
from evce_connector.processors.storage import FILE, Storage

LOOK_EACH = 5.0
"""Time in s between two looks: less than between two polls."""
_GIVEN = "the alarms, subscriptions and the last poll"
"""What a database gets that is gone on with in the place of another."""


class StorageWatch:
    """One for a connector; `look` may be called by any thread and raises nothing that a database does.

    `take_up` is called when the engine's file is another one, to write into it what memory holds.
    """

    def __init__(
        self,
        engine: Engine,
        token: str,
        take_up: Callable[[], None],
        storage: Storage,
        alarm: InterfaceAlarm,
        clock: Clock,
        log: logging.Logger,
    ) -> None:
        self._engine, self._take_up, self._storage = engine, take_up, storage
        self._alarm, self._clock, self._log = alarm, clock, log
        self._place = Place(engine, token)
        self._looking = threading.Lock()
        self._unsaved: Path | None = None
        self._put_aside: Path | None = None
        if self._place.file is not None and (words := salvage.broken_off(self._place.file)):
            log.warning("Storage: %s", words)

    def look(self) -> None:
        """See whether the file can be gone on with; if not, say so and go on in another one."""
        if not self._looking.acquire(blocking=False):
            return
        try:
            if trouble := self._place.look():
                self._storage.tell(FILE, trouble)
                self._go_on(trouble)
        finally:
            self._looking.release()

    def _go_on(self, trouble: str) -> None:
        """Open what is there, or a new file; when that fails too, the next look tries again."""
        away = self._place.away()
        try:
            with self._place.renewing():
                saved = self._begin_anew(away)
                self._take_up()
        except (SQLAlchemyError, sqlite3.Error, OSError, ConnectorError) as error:
            self._storage.tell(FILE, f"{trouble}, and no other can be used: {error}".partition("\n")[0])
            return
        self.tell_saved(f"{trouble}. {saved}")
        self._storage.tell(FILE, "")

    def tell_saved(self, sentence: str) -> None:
        """Say in log and alarm what became of a file that could not be gone on with."""
        self._log.warning("Storage: %s", sentence)
        self._alarm.report_database_replaced(sentence)

    def _begin_anew(self, away: Away | None) -> str:
        """Have a database at the place; returns in a sentence what is in it."""
        file = self._place.file
        assert file is not None  # noqa: S101 - for the type checker: there is no trouble without a file
        if away is Away.CONTENT:
            with salvage.kept_as_it_is(file, self._clock.now()) as moved:
                self._place.let_go(away)
            self._put_aside = moved
        else:
            self._place.let_go(away)
        if self._place.damage and away is None:
            self._unsaved = salvage.move_aside(file, self._clock.now())
        was_there = file.exists()
        refuse_others(file, str(file), revisions())
        owner_only.make(file)
        bring_up_to_date(self._engine, self._clock.now())
        if self._unsaved is not None:
            sentence = saved_from(self._unsaved, self._engine)
            self._unsaved = None
            return sentence
        return self._what_is_there(away, was_there=was_there)

    def _what_is_there(self, away: Away | None, *, was_there: bool) -> str:
        """Say with which file the connector goes on."""
        if away is Away.LOG and self._put_aside is None:
            return "What only stood there is in the database file now: nothing is lost."
        aside, self._put_aside = self._put_aside, None
        if aside is not None:
            return f"What is there now is gone on with; it got {_GIVEN}. What had come since may be in {aside}."
        if was_there:
            return f"The one that is there now is gone on with; it got {_GIVEN}."
        return "A new one was made; it got alarms, subscriptions and the last poll, histories and ledgers begin anew."


def replace_damaged(file: Path, damage: str, url: str, clock: Clock) -> str:
    """Put a damaged file aside at a start, and return in a sentence what was saved from it; DatabaseError."""
    try:
        moved = salvage.move_aside(file, clock.now())
        engine = open_database(url, clock)
        try:
            return f"the database file {file} is damaged: {damage}. {saved_from(moved, engine)}"
        finally:
            engine.dispose()
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        raise DatabaseError(url, f"it is damaged ({damage}), and no new one can be made: {error}") from error


def saved_from(moved: Path, engine: Engine) -> str:
    """Save what can be read of a damaged file that was moved aside; returns in sentences what that is."""
    words = salvage.words(salvage.save(moved, engine))
    return f"It was moved to {moved}; a new one goes on with the rows that could be read: {words}. All else is there."
