"""Attempts on a database that may fail: none waits longer than a client can, and none is made twice within a moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError

from evce_connector.persistence.patience import within
from evce_connector.persistence.turns import writing

PATIENCE = 1.0
"""Seconds that a write waits for others' transactions: its client waits 10 s, for all that it asks at once."""
PAUSE = 2.0
"""Seconds for which a database that failed is not asked again by a write; whoever flushes asks it all the same."""
NEVER_TAKEN = (DataError, IntegrityError, ValueError)
"""What a database says of a row that it will never take: that is no failure of the database."""


class Attempts:
    """The attempts of one store; it remembers how the last one failed."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._failure: SQLAlchemyError | None = None
        self._until = 0.0

    def refuse_while_down(self) -> None:
        """Raise at once what the database has just failed by: nobody waits for it twice within a moment."""
        if self._failure is not None and monotonic() < self._until:
            raise self._failure

    @contextmanager
    def begin(self, patience: float | None = None) -> Iterator[Connection]:
        """Open a transaction that may take as long as a client has time (or so many s); remember whether it failed."""
        try:
            with within(PATIENCE if patience is None else patience), writing(self._engine) as connection:
                yield connection
        except (DataError, IntegrityError):
            raise
        except SQLAlchemyError as error:
            self._failure, self._until = error, monotonic() + PAUSE
            raise
        self._failure = None
