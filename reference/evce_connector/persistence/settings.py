"""The settings that the pages edit: each version a whole document, so that a Save is there whole or not at all."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import tomli_w
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Integer,
    String,
    Table,
    Text,
    delete,
    desc,
    insert,
    select,
)
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from evce_connector.errors import ConnectorError
from evce_connector.persistence.hindrance import hindrance
from evce_connector.persistence.instants import from_micros, to_micros
from evce_connector.persistence.place import file_of
from evce_connector.persistence.readable import Reader
from evce_connector.persistence.schema import metadata
from evce_connector.persistence.snapshot_tables import FACT_ROWS, facts_table
from evce_connector.persistence.snapshots import enter_fact
from evce_connector.persistence.turns import writing

KEPT = 100
"""Versions that are kept; the oldest goes with each new one."""

RAN = "settings.ran"
"""Fact: the number of the version with which a connector last served, 0 for none."""
TABLE = "settings"
_settings = Table(
    TABLE,
    metadata,
    Column("number", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("by", String, nullable=False),
    Column("words", String, nullable=False),
    Column("document", Text, nullable=False),
)
_number = _settings.c.number


class SettingsError(ConnectorError):
    """Settings that cannot be saved or read; the sentence says why, and that nothing has changed."""


class SettingsChangedError(SettingsError):
    """Somebody else has saved other settings since those were read that are to be saved."""


@dataclass(frozen=True)
class Version:
    """A version of the settings: when (UTC), by whom and with which words it was saved; `text` is TOML."""

    number: int
    at: datetime
    by: str
    words: str
    text: str

    @property
    def document(self) -> dict[str, Any]:
        """Its keys, as a configuration file has them; SettingsError when the database gave back something else."""
        try:
            return tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            raise SettingsError(
                f"Version {self.number} of the settings cannot be read ({error}). Go a step back, or import a file."
            ) from error


class Settings:
    """The versions of the settings in the database; secrets come encrypted, and are nothing to this store."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._last: Version | None = None

    def current(self) -> Version | None:
        """Return the newest version; None before the first. SettingsError when the database does not tell."""
        return next(iter(self.versions(1)), None)

    @property
    def last_known(self) -> Version | None:
        """The newest version that was read or saved; None before that."""
        return self._last

    def versions(self, last: int = KEPT) -> list[Version]:
        """Return the last versions, the newest first; SettingsError when the database does not tell."""
        with self._in_words("read"), self._engine.connect() as connection:
            return self._newest(connection, last)

    def ran(self) -> int | None:
        """Return the number of the version with which a connector last served, 0 for none; None before the first.

        SettingsError when the database does not tell.
        """
        with self._in_words("read"), self._engine.connect() as connection:
            found = FACT_ROWS.read(connection, select(facts_table).where(facts_table.c.name == RAN))
        return int(found[0]) if found else None

    def note_ran(self, number: int) -> None:
        """Keep that a connector serves with a version; SettingsError when the database does not take it."""
        if self.ran() != number:
            with self._in_words("saved"), writing(self._engine) as connection:
                enter_fact(connection, RAN, str(number))

    def save(self, document: dict[str, Any], by: str, words: str, at: datetime, *, base: int | None = None) -> Version:
        """Keep a document as the newest version, with who saves it and what is new in it.

        `base` is the number of the version that was edited, 0 for none: SettingsChangedError when there is a newer one.
        SettingsError when the database does not take it; the version before then stays the newest.
        """
        text = tomli_w.dumps(document)
        with self._in_words("saved"), writing(self._engine) as connection:
            version = self._add(connection, (by, words, text), at, base)
        self._last = version
        return version

    def step_back(self, by: str, at: datetime, *, base: int | None = None) -> Version:
        """Make the version before the newest the newest again, as a version of its own: a second step undoes the first.

        `base` is as of `save`. SettingsError when there is none, or the database does not take it.
        """
        with self._in_words("saved"), writing(self._engine) as connection:
            newest = self._newest(connection, 2)
            if len(newest) < 2:  # noqa: PLR2004 - the newest, and one before it
                raise SettingsError("There is no version of the settings before this one: nothing was changed.")
            current, before = newest
            words = f"Back to version {before.number} ({before.at:%Y-%m-%d %H:%M:%S} UTC, {before.by})"
            version = self._add(connection, (by, words, before.text), at, current.number if base is None else base)
        self._last = version
        return version

    def take_up(self) -> None:
        """Go on in a database that was opened anew: settings that it lacks are saved there; SettingsError."""
        if self._last is not None and self.current() is None:
            with self._in_words("saved"), writing(self._engine) as connection:
                connection.execute(insert(_settings).values(_row(self._last)))

    def _newest(self, connection: Connection, count: int) -> list[Version]:
        query = select(_settings).order_by(desc(_number))
        rows = connection.execute(query.limit(count)).all()
        found = _VERSIONS.made_of(connection, rows)
        if len(found) < len(rows):
            found = _VERSIONS.read(connection, query)[:count]
        self._last = found[0] if found else self._last
        return found

    def _add(self, connection: Connection, new: tuple[str, str, str], at: datetime, base: int | None) -> Version:
        """Add a version: its number tells whether another one came first, for the database takes each number once."""
        # the last may be of a version that cannot be read
        last = connection.scalar(select(_number).order_by(desc(_number)).limit(1)) or 0
        newest = next(iter(self._newest(connection, 1)), None)
        number = newest.number if newest else 0
        if newest and base is not None and base != number:
            raise SettingsChangedError(
                f"{newest.by} has saved other settings meanwhile ({newest.at:%Y-%m-%d %H:%M:%S} UTC: {newest.words}). "
                "Look at them, and save yours again."
            )
        version = Version(last + 1, at, *new)
        connection.execute(insert(_settings).values(_row(version)))
        connection.execute(delete(_settings).where(_number <= version.number - KEPT))
        return version

    @contextmanager
    def _in_words(self, what: str) -> Iterator[None]:
        """Say in a sentence what keeps the settings from being read or saved."""
        try:
            yield
        except IntegrityError as error:
            raise SettingsChangedError(
                "Somebody else has saved other settings at the same moment. Look at them, and save yours again."
            ) from error
        except SQLAlchemyError as error:
            file = file_of(self._engine.url)
            why = hindrance(file, error) if file else str(getattr(error, "orig", None) or error).partition("\n")[0]
            stays = "; those that were there stay" if what == "saved" else ""
            raise SettingsError(f"The settings cannot be {what}: {why}{stays}.") from error


def _version(row: Any) -> Version:  # noqa: ANN401 - a row of the table
    return Version(row.number, from_micros(row.at), row.by, row.words, row.document)


def _look(version: Version) -> dict[str, Any]:
    return tomllib.loads(version.text)


_VERSIONS = Reader(_settings, _version, _look)


def _row(version: Version) -> dict[str, object]:
    return {
        "number": version.number,
        "at": to_micros(version.at),
        "by": version.by,
        "words": version.words,
        "document": version.text,
    }
