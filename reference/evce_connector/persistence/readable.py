"""Rows that can be read and rows that cannot: one that is spoilt is left out, noted, and hinders no other.

SQLite keeps in a column whatever a disk, or another program, puts there: text that is no UTF-8, text in the place of a
number, half a JSON document. Each store says by a `Reader` what a row of its table becomes; what that cannot be done
with is no row of ours. The running connector tells what was noted, and drops it; commands tell it.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime
from functools import partial
from itertools import product
from math import isfinite
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    LargeBinary,
    NullPool,
    Row,
    Select,
    Table,
    cast,
    create_engine,
    delete,
    select,
)
from sqlalchemy.exc import IntegrityError

from evce_connector.persistence.looking import open_to_look
from evce_connector.persistence.turns import writing

T = TypeVar("T")
_OPTION = "evce_unreadable"
_UNREADABLE = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""How the making of something of a row fails."""
_KINDS: dict[type, tuple[type, ...]] = {float: (float, int)}
"""What a column of a type may hold beside that type itself."""
_NAMED = 10
"""Rows that a sentence names at most."""
_MOST = 1000
"""Rows that are noted at most; one sentence says of all."""
_LONGEST = 120
"""Characters of a reason."""
_AT_ONCE = 1000
"""Rows that are fetched at a time where all are looked at."""
DROPS = "`evce-connector run` drops them at its start, or as soon as it meets them"
"""What becomes of rows that cannot be read."""
READERS = dict[str, "Reader[Any]"]()
"""How the rows of each table are read."""
_attaching = threading.Lock()


class Unreadable(NamedTuple):
    """A row that cannot be read: its table, its key as it stands there, and why."""

    table: str
    key: tuple[object, ...]
    why: str

    @property
    def words(self) -> str:
        """Name it: `facts 'setup.at' (Invalid isoformat string: '2026-0z-01')`."""
        return f"{self.table} {', '.join(map(repr, self.key))} ({self.why})"


class UnreadableRows:
    """What was found of a database since it was asked last, each row once."""

    def __init__(self) -> None:
        self._known = set[tuple[str, tuple[object, ...]]]()
        self._new: list[Unreadable] = []
        self._lock = threading.Lock()

    @classmethod
    def of(cls, engine: Engine) -> UnreadableRows:
        """Return those of an engine."""
        with _attaching:
            found: UnreadableRows | None = engine.get_execution_options().get(_OPTION)
            if found is None:
                found = cls()
                engine.update_execution_options(**{_OPTION: found})
        return found

    def note(self, row: Unreadable) -> None:
        """Take a row, unless it is known."""
        with self._lock:
            if len(self._known) < _MOST and (row.table, row.key) not in self._known:
                self._known.add((row.table, row.key))
                self._new.append(row)

    def take(self) -> list[Unreadable]:
        """Return what is new."""
        with self._lock:
            new, self._new = self._new, []
        return new


class Reader(Generic[T]):
    """Reads the rows of a table; `make` raises for one that cannot be read, whatever it likes.

    `look` looks at what was made of a row more closely than its readers do: for who asks whether a file is sound.
    """

    def __init__(self, table: Table, make: Callable[[Any], T], look: Callable[[T], object] = bool) -> None:
        self.table, self._make, self._look = table, make, look
        types = [column.type.python_type for column in table.columns]
        self._kinds = [_KINDS.get(one, (one,)) for one in types]
        self._whole = set(product(*self._kinds))
        self._to_look_at = [place for place, one in enumerate(types) if one in (str, float)]
        READERS[table.name] = self

    def read(self, connection: Connection, query: Select[Any]) -> list[T]:
        """Return what the rows of a query for all columns stand for, but those that cannot be read."""
        return self.made_of(connection, connection.execute(query))

    def made_of(self, connection: Connection, rows: Iterable[Row[Any]]) -> list[T]:
        """Return the same of rows that are there already."""
        found = []
        for row in rows:
            try:
                found.append(self._made(row))
            except _UNREADABLE as error:
                UnreadableRows.of(connection.engine).note(self._noted(row, error))
        return found

    def trouble(self, row: Row[Any]) -> Unreadable | None:
        """Return a row that cannot be read, and None for one that can be."""
        try:
            self._look(self._made(row))
        except _UNREADABLE as error:
            return self._noted(row, error)
        return None

    def is_readable(self, row: Row[Any]) -> bool:
        """Tell whether the store can read a row."""
        try:
            self._made(row)
        except _UNREADABLE:
            return False
        return True

    def _made(self, row: Row[Any]) -> T:
        """Make of a row what it stands for; a page of a log has a thousand, so all types are looked up at once."""
        values = tuple(row)
        if tuple(map(type, values)) not in self._whole:
            self._complain(row)
        for place in self._to_look_at:
            if not fits(values[place]):
                self._complain(row)
        return self._make(row)

    def _complain(self, row: Row[Any]) -> None:
        for value, kinds in zip(row, self._kinds, strict=True):
            if type(value) not in kinds or not fits(value):
                raise ValueError(f"it holds {_kind(value)} in place of {kinds[0].__name__}")

    def _noted(self, row: Row[Any], error: Exception) -> Unreadable:
        key = tuple(getattr(row, column.name) for column in self.table.primary_key)
        words = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        why = words.partition("\n")[0][:_LONGEST].encode("ascii", "backslashreplace").decode()
        return Unreadable(self.table.name, key, why)


def fits(value: object) -> bool:
    r"""Tell whether a value is what its type says: text is UTF-8, and a number a number.

    >>> fits(1), fits("a"), fits("\udcff"), fits(float("nan"))
    (True, True, False, False)
    """
    if isinstance(value, str):
        return value.isascii() or _is_utf_8(value)
    return not isinstance(value, float) or isfinite(value)


def _is_utf_8(text: str) -> bool:
    with suppress(UnicodeEncodeError):
        return bool(text.encode())
    return False


def _kind(value: object) -> str:
    if isinstance(value, str):
        return "text that is no UTF-8" if not fits(value) else "text"
    return "nothing" if value is None else type(value).__name__


def instant(text: str) -> datetime:
    """Return the instant (UTC) of a text that carries its offset; ValueError for all else."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(f"{text!r} carries no offset from UTC")
    return found.astimezone(UTC)


def keep_spoilt_text(connection: sqlite3.Connection, _: object = None) -> None:
    """Let text that is no UTF-8 be told from other text; the driver would give up the whole query."""
    connection.text_factory = partial(str, encoding="utf-8", errors="surrogateescape")


def sentence(rows: Sequence[Unreadable]) -> str:
    """Say which rows cannot be read, and why."""
    named = ", ".join(row.words for row in rows[:_NAMED])
    more = f" and {len(rows) - _NAMED} more" if len(rows) > _NAMED else ""
    return f"{len(rows)} row{'s' * (len(rows) > 1)} cannot be read: {named}{more}"


def drop(engine: Engine, rows: Iterable[Unreadable]) -> None:
    """Delete rows, unless they have been replaced by good ones, or others belong to them; SQLAlchemyError."""
    with writing(engine) as connection:
        for row in rows:
            reader = READERS[row.table]
            is_it = [_holds(column, value) for column, value in zip(reader.table.primary_key, row.key, strict=True)]
            found = connection.execute(select(reader.table).where(*is_it)).all()
            if found and not any(map(reader.is_readable, found)):
                with suppress(IntegrityError), connection.begin_nested():
                    connection.execute(delete(reader.table).where(*is_it))


def _holds(column: Column[Any], value: object) -> ColumnElement[bool]:
    if isinstance(value, str) and not fits(value):
        return cast(column, LargeBinary) == value.encode("utf-8", "surrogateescape")
    return column == value


def unreadable_in(file: Path) -> Iterator[Unreadable]:
    """Look at every row of a SQLite file of the newest revision, and change nothing; SQLAlchemyError."""

    def opened() -> sqlite3.Connection:
        connection = open_to_look(file)
        keep_spoilt_text(connection)
        return connection

    engine = create_engine("sqlite://", creator=opened, poolclass=NullPool)
    with engine.connect() as connection:
        for reader in READERS.values():
            with closing(connection.execute(select(reader.table)).yield_per(_AT_ONCE)) as rows:
                yield from filter(None, map(reader.trouble, rows))
