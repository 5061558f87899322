"""The revision of a database's tables: a new one gets them, an older one is brought up to date, a newer one is refused.

Each revision is a file of `migrations/versions`, named by its number. The number of the last one that was run stands in
the database, in the table that Alembic keeps; when it fits, a start costs one look at it.
"""

from __future__ import annotations

import logging
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, MetaData, String, Table, delete, func, insert, inspect, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.schema import Column, CreateSchema, PrimaryKeyConstraint

from evce_connector import owner_only
from evce_connector.errors import ConnectorError
from evce_connector.persistence import (
    adopted,
    commands,
    history,
    ledger,
    numbers,
    owner,
    portal_users,
    refused_writes,
    runs,
    settings,
    snapshots,
    subscriptions,
    system_events,
    unfinished,
)
from evce_connector.persistence import alarm_log as alarms
from evce_connector.persistence.names import name_of, site_of
from evce_connector.persistence.patience import within
from evce_connector.persistence.reading_only import why_reading_only
from evce_connector.persistence.schema import metadata
from evce_connector.persistence.whose import (
    APPLICATION,
    REVISIONS,
    AnothersError,
    Content,
    TablesMissingError,
    Whose,
    content_of,
)

if TYPE_CHECKING:
    from alembic.config import Config

LOGGER = logging.getLogger("evce_connector")
FOLDER = Path(__file__).with_name("migrations")
"""Where the revisions are."""
TABLE_MODULES = (
    adopted,
    alarms,
    commands,
    history,
    ledger,
    numbers,
    owner,
    portal_users,
    refused_writes,
    runs,
    settings,
    snapshots,
    subscriptions,
    system_events,
)
"""Every module that declares tables: they are complete once these are imported."""
_TIME = 3600.0
"""Seconds that a change of the tables may take: what is kept of ten years is copied by some."""
_TURN = 30.0
"""Seconds that one waits on PostgreSQL for others who change tables."""
_LOCK = 0x45564345
"""What PostgreSQL knows a change of our tables by: any number that is always the same."""
_VERSION = Table(
    REVISIONS,
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)


class NewerDatabaseError(ConnectorError):
    """A later version of the connector has changed the tables."""

    def __init__(self, database: str, found: str, newest: str) -> None:
        super().__init__(
            f"The database {database} belongs to a newer version of the connector: its tables are of revision {found}, "
            f"this version knows up to {newest}. Install the newer version again, or give storage.url the copy that "
            f"was made beside the database when it was brought up to date."
        )


class MigrationError(ConnectorError):
    """An older database could not be brought up to date; it is as it was."""

    def __init__(self, database: str, newest: str, cause: str) -> None:
        super().__init__(
            f"The database {database} cannot be brought to revision {newest} of its tables: {cause}. It is as it was "
            f"before; the former version of the connector can go on with it."
        )


def bring_up_to_date(engine: Engine, now: datetime, folder: Path = FOLDER) -> None:
    """Make the tables of a new database, or run the revisions that an older one lacks after a copy of it was made.

    `now` (UTC) names the copy; `folder` is where the revisions are. NewerDatabaseError when a later version changed the
    tables, AnothersError when they are another program's, TablesMissingError when some were dropped,
    MigrationError when the copy or a revision failed.
    """
    known = revisions(folder)
    with engine.connect() as connection:
        if _is_right(connection, name_of(engine), known):
            _mark(connection)
            return
    with _alone(engine) as connection:
        if _is_right(connection, name_of(engine), known):  # another process may have done it meanwhile
            return
        content = _content(connection)
        if content.whose(known) is Whose.NOBODYS:
            _make(connection, known[-1])
        elif content.has_lost_revision(known):
            _enter_revision(connection, known[-1])
            LOGGER.warning("The revision of the tables of %s was gone, and is entered again.", name_of(engine))
        else:
            _migrate(engine, connection, now, folder)


def revisions(folder: Path = FOLDER) -> list[str]:
    """Return the numbers of all revisions, oldest first."""
    return sorted(path.name[1:5] for path in (folder / "versions").glob("r*.py"))


def revision(connection: Connection) -> str | None:
    """Return the revision of a database's tables; None when it holds none, as those of 0.1.0 and new ones do."""
    if not inspect(connection).has_table(_VERSION.name):
        return None
    found: str | None = connection.scalar(select(_VERSION.c.version_num))
    return found


def _content(connection: Connection) -> Content:
    """Look at what a database holds; of PostgreSQL only at what is ours, since others may have tables beside."""
    if connection.dialect.name == "sqlite":
        driver: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
        return content_of(driver)
    tables = frozenset(inspect(connection).get_table_names()) & {*metadata.tables.keys(), _VERSION.name}
    found = revision(connection)
    looked_at = tables if found is None else ()  # the columns tell then which tables these are
    columns = ((table, column["name"]) for table in looked_at for column in inspect(connection).get_columns(table))
    return Content(tables, found, columns=frozenset(columns))


def _is_right(connection: Connection, database: str, known: list[str]) -> bool:
    """Tell whether all tables are there in their newest revision; raises when it is not for us to bring them to it."""
    content = _content(connection)
    whose = content.whose(known)
    if whose is Whose.NEWER:
        raise NewerDatabaseError(database, str(content.revision), known[-1])
    if whose is Whose.ANOTHERS:
        raise AnothersError(database, content)
    lost = content.has_lost_revision(known)
    if whose is Whose.NOBODYS or not (lost or content.revision == known[-1]):
        return False
    if missing := content.missing():
        raise TablesMissingError(f"the revision of its tables is gone, and {missing}" if lost else missing)
    return not lost


def _mark(connection: Connection) -> None:
    """Put our number into the head of a SQLite file that was made before there was one."""
    if connection.dialect.name != "sqlite" or why_reading_only(connection):
        return
    if not connection.exec_driver_sql("PRAGMA application_id").scalar_one():
        with suppress(SQLAlchemyError):  # the next start tries again
            _put_number(connection)


def _put_number(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION}")


def upgrade(connection: Connection, folder: Path = FOLDER) -> None:
    """Run the revisions that a database lacks, in the transaction that is open."""
    from alembic import command  # noqa: PLC0415 - a start that has nothing to do shall not wait for Alembic

    command.upgrade(alembic_config(connection, folder), "head")


def alembic_config(connection: Connection, folder: Path) -> Config:
    """Return what Alembic must know: where the revisions are, how new ones are named, and the connection."""
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("file_template", "r%%(rev)s_%%(slug)s")
    return config


def _make(connection: Connection, newest: str) -> None:
    """Make all tables at once as they are declared; a test holds that revisions lead to the same."""
    metadata.create_all(connection)
    _enter_revision(connection, newest)
    _put_number(connection)


def _enter_revision(connection: Connection, newest: str) -> None:
    """Say that the tables are those of the newest revision."""
    _VERSION.create(connection, checkfirst=True)
    connection.execute(delete(_VERSION))
    connection.execute(insert(_VERSION).values(version_num=newest))


def _migrate(engine: Engine, connection: Connection, now: datetime, folder: Path) -> None:
    newest = revisions(folder)[-1]
    copy = None
    try:
        copy = _copy(engine, connection, newest, now)
        upgrade(connection, folder)
        _put_number(connection)
        _check_references(connection)
    except Exception as error:
        if copy:
            copy.unlink()  # the database is as it was: a service that is started again and again would fill the disk
        raise MigrationError(name_of(engine), newest, str(error).partition("\n")[0]) from error
    kept = f" A copy of how it was is {copy}." if copy else ""
    LOGGER.warning("The database %s was brought to revision %s of its tables.%s", name_of(engine), newest, kept)


def _copy(engine: Engine, connection: Connection, newest: str, now: datetime) -> Path | None:
    """Copy an SQLite file beside itself; None for other databases, which have back-ups of their own.

    What a kill left of earlier ones goes: nobody else is copying, for that takes the transaction that is open here.
    """
    if engine.dialect.name != "sqlite":
        return None
    attached = connection.exec_driver_sql("PRAGMA database_list").all()
    file = Path(next(row.file for row in attached if row.name == "main"))
    copy = file.with_name(f"{file.stem}.before-{newest}.{now.astimezone(UTC):%Y%m%dT%H%M%SZ}{file.suffix}")
    part = copy.with_name(f"{copy.name}{unfinished.ENDING}")
    for left in unfinished.begun(file.parent, f"{file.stem}.before-", f"[0-9]*T[0-9]*Z{escape(file.suffix)}"):
        left.unlink(missing_ok=True)
    try:
        owner_only.make(part)
        # A connection of its own, so that what is committed is copied, and with it what is still in the WAL.
        with engine.connect() as other, closing(sqlite3.connect(part)) as target:
            other.connection.driver_connection.backup(target)  # type: ignore[union-attr]
            owner.forget_in_copy(target)
        shutil.copymode(file, part)
        part.replace(copy)
    finally:
        unfinished.remove(part)
    return copy


def _check_references(connection: Connection) -> None:
    """Refuse a revision after which rows point at rows that are not there; other databases look by themselves."""
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise ValueError(f"{len(broken)} rows of {broken[0][0]} would lose what they belong to")


def _make_schema(connection: Connection, site: str) -> None:
    """Make the schema of a site, unless it is there: then nobody needs the right to make one."""
    if site and not inspect(connection).has_schema(site):
        connection.execute(CreateSchema(site))


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """Open a transaction beside which nobody else changes tables; what is done in it is kept as a whole or not."""
    with within(_TIME), engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            # SQLite alters a table by putting another in its place, which must not count as losing its rows.
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        elif engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {1000 * _TURN:.0f}")
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK, func.hashtext(site_of(engine)))))
            _make_schema(connection, site_of(engine))
        try:
            yield connection
            connection.commit()
        finally:
            connection.rollback()
            if engine.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA foreign_keys=ON")
