"""How long a statement waits for what others do to the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection


@contextmanager
def waiting_at_most(connection: Connection, seconds: float) -> Iterator[None]:
    """Let what is done on a connection wait so many s for locks of others, before the database says that it fails."""
    if connection.dialect.name == "sqlite":
        before = connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one()
        connection.exec_driver_sql(f"PRAGMA busy_timeout={seconds * 1000:.0f}")
        connection.rollback()  # that was no transaction of the caller
        try:
            yield
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={before}")
            connection.rollback()
        return
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET lock_timeout = {seconds * 1000:.0f}")
        connection.exec_driver_sql(f"SET statement_timeout = {seconds * 1000:.0f}")
        connection.commit()
        try:
            yield
        finally:
            connection.exec_driver_sql("SET lock_timeout = DEFAULT")
            connection.exec_driver_sql("SET statement_timeout = DEFAULT")
            connection.commit()
        return
    yield
