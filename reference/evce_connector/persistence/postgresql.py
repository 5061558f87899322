"""A PostgreSQL that is asked with deadlines, and in a schema of the site's own.

The server itself ends what waits too long for a lock or takes too long. One that hangs does not, nor does a network
that swallows what is sent, and the client's library would wait for hours: so what waits for the server looks at the
clock ten times a second. What is overdue fails, and its connection is closed, for an answer may still come on it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any, TypeVar

import psycopg
from psycopg import sql
from sqlalchemy import Engine, event

from evce_connector.persistence.patience import Deadlines, a_moment_more, within

_LOCKS = 0.8
"""Seconds that a lock is waited for: less than any caller's budget, so that it hears of the lock, and keeps the
connection."""
_IDLE_IN_TRANSACTION = 30.0
"""Seconds after which the server ends a transaction that a stopped connector left open, with its locks."""
_NETWORK = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 10_000}
"""What the system does about a machine that vanished; a URL may say otherwise."""

Result = TypeVar("Result")
Work = Generator[Any, Any, Result]
"""What the driver does for a result, one step whenever the server has said something."""


class _TimeOverError(psycopg.OperationalError):
    """The caller has no time left; nothing was asked."""


class _OverdueError(_TimeOverError):
    """The server did not answer in time."""


def use_deadlines(engine: Engine, deadlines: Deadlines, site: str) -> None:
    """Let an engine connect so that each of its statements has a deadline, and means the tables of a site."""
    kind = _timed(deadlines)
    settings = _settings(deadlines, site)

    def connect(_: object, __: object, arguments: list[Any], options: dict[str, Any]) -> Any:  # noqa: ANN401 - as the event
        if away := deadlines.absence():
            raise psycopg.OperationalError(f"{away}; it is asked again shortly")
        try:
            with within(deadlines.patience.connecting):  # however many addresses the host has
                connection = kind.connect(*arguments, **_NETWORK | options)
                with _closed_when_it_fails(connection):
                    connection.execute(settings)
                    connection.commit()
        except psycopg.OperationalError as error:
            deadlines.miss(str(error).strip())
            raise
        deadlines.found()
        return connection

    event.listen(engine, "do_connect", connect)


@contextmanager
def _closed_when_it_fails(connection: psycopg.Connection[Any]) -> Iterator[None]:
    try:
        yield
    except BaseException:
        connection.close()
        raise


def _settings(deadlines: Deadlines, site: str) -> sql.Composed:
    """Return what a new connection tells the server."""
    milliseconds = {
        "lock_timeout": min(_LOCKS, deadlines.patience.locks),
        "statement_timeout": deadlines.patience.statement,
        "idle_in_transaction_session_timeout": max(_IDLE_IN_TRANSACTION, deadlines.patience.statement),
    }
    lines = [
        sql.SQL("SET {} = {}").format(sql.Identifier(name), sql.Literal(int(1000 * seconds)))
        for name, seconds in milliseconds.items()
    ]
    if site:
        lines.append(sql.SQL("SET search_path TO {}").format(sql.Identifier(site)))
    return sql.SQL("; ").join(lines)


def _timed(deadlines: Deadlines) -> type[psycopg.Connection[Any]]:
    """Return connections that keep these deadlines."""

    class Timed(psycopg.Connection[Any]):
        @classmethod
        def _connect_gen(cls, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - as the base's
            # no public place is left to look at the clock from: the library's own limit is never below 2 s
            return _watched(super()._connect_gen(*arguments, **options), deadlines.of(deadlines.patience.connecting))

        def wait(self, gen: Work[Result], *arguments: Any, **options: Any) -> Result:  # noqa: ANN401 - as above
            deadline = deadlines.of(deadlines.patience.statement)
            try:
                return super().wait(_watched(gen, deadline), *arguments, **options)
            except _TimeOverError as error:
                if isinstance(error, _OverdueError):
                    deadlines.miss(str(error))
                self.close()
                raise psycopg.OperationalError(str(error)) from None

        def rollback(self) -> None:
            with a_moment_more():  # else a lock that was not to be had in time would cost the connection as well
                super().rollback()

    return Timed


def _watched(work: Work[Result], deadline: Callable[[], float]) -> Work[Result]:
    """Do the same work until its deadline; _OverdueError when it is not done by then, _TimeOverError before it."""
    began = monotonic()
    if began >= deadline():
        raise _TimeOverError("there was no time left to ask the server")
    ready: Any = None
    while True:
        try:
            wanted = work.send(ready)
        except StopIteration as done:
            result: Result = done.value
            return result
        if monotonic() >= deadline():
            raise _OverdueError(f"the server did not answer within {deadline() - began:.1f} s")
        ready = yield wanted
