"""What keeps a command from its database, in a sentence that says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from evce_connector.config.model import Storage
from evce_connector.errors import ConnectorError
from evce_connector.persistence.database import DatabaseError
from evce_connector.persistence.place import damage_in, file_of
from evce_connector.persistence.versions import revisions
from evce_connector.persistence.whose import what_run_does
from evce_connector.processors.interface_alarm import short


class DamagedError(ConnectorError):
    """The database's file is damaged; commands leave it as it is."""

    def __init__(self, file: Path, damage: str) -> None:
        then = what_run_does(file, revisions())
        super().__init__(f"The database file {file} is damaged: {damage}. `evce-connector verify` says where; {then}")


@contextmanager
def in_words(storage: Storage) -> Iterator[None]:
    """Raise DamagedError or DatabaseError where the database fails in this block."""
    try:
        yield
    except (SQLAlchemyError, DatabaseError) as error:
        file = file_of(make_url(storage.url))
        if file is not None and (damage := damage_in(error)):
            raise DamagedError(file, damage) from error
        if isinstance(error, DatabaseError):
            raise
        raise DatabaseError(storage.url, short(error), storage.site) from error
