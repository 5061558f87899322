"""The databases that figures are taken on: a file, and a PostgreSQL of the benchmark's own where that is installed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine, text

from features.driver.postgresql import programs, served

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"
NUMBERS = {
    SQLITE: "(WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n + 1 < :{0}) SELECT n FROM n)",
    POSTGRESQL: "(SELECT n FROM generate_series(CAST(0 AS bigint), :{0} - 1) AS n)",
}
"""What makes the numbers from 0 to below a bound that a statement is given by name."""


def kinds() -> list[str]:
    """Return the kinds of database that there are on this machine."""
    return [SQLITE, POSTGRESQL] if programs() else [SQLITE]


@contextmanager
def place(kind: str, folder: Path) -> Iterator[str]:
    """Return the URL of an empty database of a kind, as safe on its disk as at a site; it is gone afterwards."""
    if kind == SQLITE:
        yield f"sqlite:///{(folder / 'connector.db').as_posix()}"
        return
    with served() as server, server.waiting_for_its_disk():
        yield server.new_place()


@contextmanager
def opened(url: str) -> Iterator[Connection]:
    """Open a database beside the connector, to fill or to look at its tables; what is done is kept."""
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def fill(kind: str, url: str, statements: dict[str, dict[str, int]]) -> None:
    """Run statements in which `{rows}` and `{series}` stand for numbers, each with its values; then take statistics."""
    numbers = {name: NUMBERS[kind].format(name) for name in ("rows", "series")}
    with opened(url) as connection:
        if kind == POSTGRESQL:  # millions of looks whether a series is there
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement, values in statements.items():
            connection.execute(text(statement.format(**numbers)), values)
        connection.execute(text("ANALYZE"))
    if kind == POSTGRESQL:
        _settle(url)


def _settle(url: str) -> None:
    """Let the server do now what millions of rows written at once leave to it for minutes, unlike those of years."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("VACUUM (ANALYZE)"))
        connection.execute(text("CHECKPOINT"))
    engine.dispose()
