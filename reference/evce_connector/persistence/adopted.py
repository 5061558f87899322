"""What was taken over from another connector, as the database keeps it: ids and names, by our own ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, Engine, String, Table, delete, insert, select

from evce_connector.persistence.readable import Reader
from evce_connector.persistence.schema import metadata
from evce_connector.persistence.turns import writing
from evce_connector.points.id_aliases import IdAlias

_adopted = Table(
    "adopted_items",
    metadata,
    Column("key", String, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("name", String, nullable=False),
)


def _item(row: Any) -> tuple[str, IdAlias]:  # noqa: ANN401 - a row of the table
    if not (row.key and row.id):
        raise ValueError("its id is empty")
    return row.key, IdAlias(row.id, row.name)


_ADOPTED = Reader(_adopted, _item)


class AdoptedItems:
    """The items taken over, in the database, by our own ids; what was read last is in memory."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.known: dict[str, IdAlias] = {}
        """What was read or kept last."""
        self._unread = False

    def read(self) -> dict[str, IdAlias]:
        """Return what was taken over, by our own ids, if anything was; SQLAlchemyError when it cannot be read."""
        self._unread = True
        with self._engine.connect() as connection:
            found = _ADOPTED.read(connection, select(_adopted))
        self._unread = False
        self.known = dict(found)
        return self.known

    def flush(self) -> None:
        """Try again what could not be read; SQLAlchemyError when it still cannot."""
        if self._unread:
            self.read()

    def take_up(self) -> None:
        """Go on in a database that was opened anew: ids that clients know must not change."""
        before = self.known
        if before and not self.read():
            self.keep(before)

    def keep(self, items: Mapping[str, IdAlias]) -> None:
        """Keep these in place of all that were kept before."""
        rows = [{"key": key, "id": item.id, "name": item.name} for key, item in items.items()]
        with writing(self._engine) as connection:
            connection.execute(delete(_adopted))
            if rows:
                connection.execute(insert(_adopted), rows)
        self.known = dict(items)

    def forget(self) -> int:
        """Forget all; returns how many there were."""
        with writing(self._engine) as connection:
            return connection.execute(delete(_adopted)).rowcount
