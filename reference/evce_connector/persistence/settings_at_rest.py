"""Reads the saved settings before the database is opened for good: nothing is made, changed or brought up to date.

What is wrong with a database, or whose it is, is said by who opens it; here it only has no settings.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy import Engine, create_engine, inspect, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from evce_connector import storage_url
from evce_connector.persistence.hindrance import unread_by_us
from evce_connector.persistence.left_log import LeftLog
from evce_connector.persistence.looking import open_to_look
from evce_connector.persistence.names import name_site, named
from evce_connector.persistence.patience import RUNNING, give_deadlines
from evce_connector.persistence.place import file_of, is_empty
from evce_connector.persistence.settings import TABLE, Settings, SettingsError, Version
from evce_connector.persistence.versions import revisions
from evce_connector.persistence.whose import Whose, alone_in, looked_into


@dataclass(frozen=True)
class Saved:
    """What a database has of settings: the newest version, and the one with which a connector last served.

    `ran` is the number of that, 0 when it was without any version; None when it is not known, as of older connectors.
    `before` is None also where it is the newest.
    """

    newest: Version | None = None
    before: Version | None = None
    ran: int | None = None


def saved_at(url: str, site: str = "") -> Saved:
    """Return what a database holds; nothing where there is none, or no database of ours.

    `site` is the schema of a PostgreSQL. SettingsError when the database does not tell.
    """
    try:
        file = file_of(make_url(url))
        if file is not None:
            return _in_file(file)
        return _on_server(url, site) if url.startswith("postgresql") else Saved()
    except (SQLAlchemyError, ImportError, ValueError, SettingsError) as error:
        cause = str(getattr(error, "orig", None) or error).partition("\n")[0]
        for password in storage_url.passwords(url):
            cause = cause.replace(password, "***")
        raise SettingsError(f"What is saved in {named(url, site)} is not used: {cause.rstrip('.')}.") from error


def _in_file(file: Path) -> Saved:
    if not file.is_file() or is_empty(file):
        return Saved()
    left = LeftLog(file)
    strange = left.is_of_another_file() or left.is_behind()
    content = alone_in(file) if strange else looked_into(file)
    if content is None:
        raise SettingsError(unread_by_us(file) or "nothing in it can be read")
    if content.whose(revisions()) is not Whose.OURS or TABLE not in content.tables:
        return Saved()
    return _read(
        create_engine("sqlite://", creator=partial(open_to_look, file, without_log=strange), poolclass=NullPool)
    )


def _on_server(url: str, site: str) -> Saved:
    engine = create_engine(url, poolclass=NullPool)
    name_site(engine, site)
    deadlines = give_deadlines(engine, RUNNING)
    if engine.dialect.driver == "psycopg":
        from evce_connector.persistence.postgresql import use_deadlines  # noqa: PLC0415 - the driver comes by an extra

        use_deadlines(engine, deadlines, site)
    return _read(engine) if inspect(engine).has_table(TABLE) else Saved()


def _read(engine: Engine) -> Saved:
    store = Settings(engine)
    try:
        ran = store.ran()
        versions = store.versions() if ran else store.versions(1)
        return Saved(next(iter(versions), None), next((one for one in versions[1:] if one.number == ran), None), ran)
    finally:
        engine.dispose()
