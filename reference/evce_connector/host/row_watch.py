"""Tells of rows that cannot be read, and drops them, so that they hinder no next start."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from evce_connector.persistence.attempts import PATIENCE
from evce_connector.persistence.names import name_of
from evce_connector.persistence.patience import within
from evce_connector.persistence.readable import Unreadable, UnreadableRows, drop, sentence

ANEW = "They are left out and dropped; what the controller knows of them comes anew"


class RowWatch:
    """One for a connector; `look` may be called by any thread and raises nothing that a database does."""

    def __init__(self, engine: Engine, tell: Callable[[str], None]) -> None:
        self._engine, self._tell = engine, tell
        self._rows = UnreadableRows.of(engine)
        self._left: list[Unreadable] = []

    def look(self) -> None:
        """Tell once of all that was found, and drop it; what cannot be dropped now is tried again by the next look."""
        if found := self._rows.take():
            self._tell(f"the database {name_of(self._engine)} is damaged: {sentence(found)}. {ANEW}.")
            self._left += found
        if not self._left:
            return
        left = list(self._left)
        try:
            with within(PATIENCE):
                drop(self._engine, left)
        except SQLAlchemyError:  # whoever writes next tells it
            return
        del self._left[: len(left)]
