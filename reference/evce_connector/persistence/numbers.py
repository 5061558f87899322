"""Numbers for objects that their controller names by texts, kept so that bindings outlive restarts and renamings."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Engine, String, Table, UniqueConstraint, insert, select
from sqlalchemy.exc import SQLAlchemyError

from evce_connector.evce.convert import LARGEST
from evce_connector.evce.numbers import HeldNumbers, Named
from evce_connector.persistence.attempts import Attempts
from evce_connector.persistence.readable import Reader
from evce_connector.persistence.schema import metadata

_numbers = Table(
    "object_numbers",
    metadata,
    Column("kind", String, primary_key=True),
    Column("text", String, primary_key=True),
    Column("number", BigInteger, nullable=False),
    UniqueConstraint("kind", "number"),
)


class NumberStore:
    """Numbers in the database, with all of them in memory; any thread may ask.

    A new one holds from memory at once, and is written by `keep` or `flush`: by then another process may have written
    others beside it, whose numbers stay as they are.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine, self._attempts = engine, Attempts(engine)
        self._lock = threading.RLock()
        self._held = HeldNumbers()
        self._waiting: set[tuple[str, str]] = set()
        self._has_moved = False
        self._read()

    def number(self, kind: str, text: str, wished: int | None = None) -> int:
        """Return the number of an object, a new one if it has none; EvceAnswerError when its text is too long."""
        found = self._held.find(kind, text)
        if found is not None:
            return found
        with self._lock:
            if not self._waiting:
                self._look_beside()
            is_new = self._held.find(kind, text) is None
            found = self._held.number(kind, text, wished)
            if is_new:
                self._waiting.add((kind, text))
            return found

    def text(self, kind: str, number: int) -> str | None:
        """Return the text that a number stands for, None where it stands for none."""
        return self._held.text(kind, number)

    def keep(self) -> bool:
        """Write what is new, or let it wait while the database takes nothing.

        False when a number that was given has had to become another since this was asked last: the process beside us
        was the first to write it.
        """
        with self._lock:
            with suppress(SQLAlchemyError):  # `flush` tells
                self._attempts.refuse_while_down()
                self.flush()
            moved, self._has_moved = self._has_moved, False
        return not moved

    def flush(self) -> None:
        """Write what waits; SQLAlchemyError when the database does not take it."""
        with self._lock:
            if not self._waiting:
                return
            with self._attempts.begin() as connection:
                self._take_in(connection)
                rows = [one._asdict() for one in self._held.all() if (one.kind, one.text) in self._waiting]
                if rows:
                    connection.execute(insert(_numbers), rows)
            self._waiting.clear()

    def take_up(self) -> None:
        """Go on in a database that was opened anew: it gets all that is known here and not there."""
        with self._lock:
            self._waiting = {(one.kind, one.text) for one in self._held.all()}
            self._read()
        self.flush()

    def _read(self) -> None:
        with self._engine.connect() as connection:
            self._take_in(connection)

    def _look_beside(self) -> None:
        """Read what another process has written, before the first new number is given."""
        with suppress(SQLAlchemyError):  # without it memory decides, and what is written later gives way
            self._attempts.refuse_while_down()
            self._read()

    def _take_in(self, connection: Connection) -> None:
        """Let what is written hold, and let texts whose number was given away by it have another."""
        lost: list[Named] = []
        for one in _NUMBERS.read(connection, select(_numbers)):
            lost += [one._replace(text=text) for text in self._held.enter(one)]
            self._waiting.discard((one.kind, one.text))
        for kind, text, _ in lost:
            self._has_moved = True
            if self._held.find(kind, text) is None:
                self._held.number(kind, text)
                self._waiting.add((kind, text))


def _named(row: Any) -> Named:  # noqa: ANN401 - a row of the table
    if not (row.kind and 1 <= row.number <= LARGEST):
        raise ValueError("it is no number of an object")
    return Named(row.kind, row.text, row.number)


_NUMBERS = Reader(_numbers, _named)
