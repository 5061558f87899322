"""Statements are written as SQL once a process, not once for each of a thousand databases: a tenth of the features."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event


class Written(dict[Any, Any]):
    """SQLAlchemy's compiled statements by what they say and the kind of database, whichever of that kind asks."""

    def get(self, key: Any, default: Any = None) -> Any:  # noqa: ANN401 - SQLAlchemy's own
        """Return the SQL of a statement for a kind of database."""
        return super().get(_by_kind(key), default)

    def __setitem__(self, key: Any, written: Any) -> None:  # noqa: ANN401 - as above
        """Keep it."""
        super().__setitem__(_by_kind(key), written)


def _by_kind(key: Any) -> Any:  # noqa: ANN401 - as above
    dialect, *statement = key
    return type(dialect), *statement


@contextmanager
def written_once() -> Iterator[None]:
    """Let all engines of this process share the SQL of their statements, which otherwise each writes for itself."""
    written = Written()

    def share(connection: Connection) -> None:
        connection.execution_options(compiled_cache=written)

    event.listen(Engine, "engine_connect", share)
    try:
        yield
    finally:
        event.remove(Engine, "engine_connect", share)
