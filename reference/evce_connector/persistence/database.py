"""Opens the database: SQLite in WAL mode by default, PostgreSQL by URL."""

from __future__ import annotations

import logging
import shutil
import sqlite3
from contextlib import suppress
from functools import partial
from pathlib import Path
from time import monotonic, sleep

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from evce_connector import owner_only, storage_url
from evce_connector.clock import Clock, SystemClock
from evce_connector.errors import ConnectorError
from evce_connector.persistence.hindrance import hindrance, kind_of, unfit
from evce_connector.persistence.left_log import LeftLog
from evce_connector.persistence.looking import log_of, shared_of
from evce_connector.persistence.names import name_site, named
from evce_connector.persistence.patience import RUNNING, Deadlines, Patience, give_deadlines
from evce_connector.persistence.place import file_of
from evce_connector.persistence.readable import keep_spoilt_text
from evce_connector.persistence.reading_only import read_when_it_cannot_be_written
from evce_connector.persistence.versions import bring_up_to_date, revisions
from evce_connector.persistence.whose import refuse_others

LOGGER = logging.getLogger("evce_connector")


class DatabaseError(ConnectorError):
    """The database cannot be used; neither its URL nor the cause shows a password."""

    def __init__(self, url: str, cause: str, site: str = "") -> None:
        for password in sorted(storage_url.passwords(url), key=len, reverse=True):
            cause = cause.replace(password, "***")
        self.cause = cause
        super().__init__(f"The database {named(url, site)} cannot be used: {cause}. Check storage.url.")


def open_database(url: str, clock: Clock | None = None, *, site: str = "", patience: Patience = RUNNING) -> Engine:
    """Open the database at a SQLAlchemy URL with its tables up to date; an older SQLite file is copied beforehand.

    The clock names the copy; `site` is the schema of a PostgreSQL that holds the tables; `patience` says how long
    statements may take. DatabaseError when it cannot be opened, NewerDatabaseError, AnothersError and MigrationError
    when its tables cannot be used, StrangeLogError when the log beside a SQLite file is not its own.
    """
    engine, was_there = None, True
    try:
        was_there = _is_there(url)
        if (file := file_of(make_url(url))) is not None:
            if why := unfit(file):
                raise DatabaseError(url, why, site)
            refuse_others(file, named(url, site), revisions())
            LeftLog(file).refuse_strange()
        engine = _make_engine(url, site, patience)
        bring_up_to_date(engine, (clock or SystemClock()).now())
    except (SQLAlchemyError, sqlite3.Error, ImportError, ValueError) as error:  # ValueError: a port that is no number
        _dispose(engine)
        if not was_there:
            _unmake(url)
        raise DatabaseError(url, _cause(url, error), site) from error
    except ConnectorError:
        _dispose(engine)
        raise
    if not was_there:
        LOGGER.info("The database %s was not there, and was made.", named(url, site))
    return engine


def _is_there(url: str) -> bool:
    file = file_of(make_url(url))
    return file is None or file.exists()


def _unmake(url: str) -> None:
    """Remove the empty file of a database that could not be made: the next start would take it for one that was."""
    file = file_of(make_url(url))
    with suppress(OSError):
        if file is not None and file.stat().st_size == 0:
            file.unlink()


def _make_engine(url: str, site: str, patience: Patience) -> Engine:
    # A connection for each thread that asks: who waited for one of a few would wait for another's deadline.
    unbounded = {"max_overflow": -1} if url.startswith("postgresql") else {}
    engine = create_engine(url, pool_pre_ping=True, **unbounded)
    name_site(engine, site)
    deadlines = give_deadlines(engine, patience)
    if engine.dialect.name == "sqlite":
        _keep_to_owner(engine.url)
        set_up = partial(_set_up_sqlite, deadlines)
        if (file := file_of(engine.url)) is not None:
            read_when_it_cannot_be_written(engine, file, set_up)
        else:
            event.listen(engine, "connect", lambda connection, _: set_up(connection))
        event.listen(engine, "connect", keep_spoilt_text)
        event.listen(engine, "checkout", partial(_let_wait, deadlines))
    elif engine.dialect.driver == "psycopg":
        from evce_connector.persistence.postgresql import use_deadlines  # noqa: PLC0415 - the driver comes by an extra

        use_deadlines(engine, deadlines, site)
    return engine


def free_bytes(engine: Engine) -> int | None:
    """Return how many bytes are free where a SQLite file is; None for what we cannot see."""
    file = engine.url.database
    if engine.dialect.name != "sqlite" or not file or file == ":memory:":
        return None
    try:
        return shutil.disk_usage(Path(file).absolute().parent).free
    except OSError:
        return None


def _keep_to_owner(url: URL) -> None:
    """Let only its owner read a SQLite file; -wal and -shm, when SQLite makes them, get the file's mode."""
    if not url.database or url.database == ":memory:" or "uri" in url.query:  # that names files in its own way
        return
    file = Path(url.database)
    with suppress(OSError):  # SQLite says it better
        owner_only.make(file)
    for beside in (log_of(file), shared_of(file)):
        owner_only.narrow(beside)


def _set_up_sqlite(deadlines: Deadlines, connection: DBAPIConnection) -> None:
    """Keep what is committed through a power cut (FULL), and let readers pass writers (WAL)."""
    cursor = connection.cursor()
    for pragma in ("synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    _change_to_wal(cursor, deadlines.locks())
    cursor.close()


def _let_wait(
    deadlines: Deadlines, connection: DBAPIConnection, _: ConnectionPoolEntry, __: PoolProxiedConnection
) -> None:
    """Let a connection wait for locks as long as who takes it up has time."""
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={1000 * deadlines.locks():.0f}")
    cursor.close()


def _change_to_wal(cursor: DBAPICursor, seconds: float) -> None:
    """Let readers pass writers; SQLite itself does not wait when two connections change to it at once."""
    cursor.execute("PRAGMA busy_timeout=0")
    deadline = monotonic() + seconds
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if kind_of(error) != sqlite3.SQLITE_BUSY or monotonic() > deadline:
                raise
            sleep(0.01)
        else:
            return


def _cause(url: str, error: Exception) -> str:
    """Say in words why a database cannot be opened."""
    if isinstance(error, ModuleNotFoundError) and (error.name or "").startswith("psycopg"):
        how = "pip install 'evce-connector[postgres]', and write postgresql+psycopg:// in storage.url"
        return f"{error.name} is not installed ({how})"
    if isinstance(error, SQLAlchemyError) and getattr(error, "orig", None) and (file := file_of(make_url(url))):
        return hindrance(file, error)
    return str(error).partition("\n")[0]


def _dispose(engine: Engine | None) -> None:
    if engine is not None:
        engine.dispose()
