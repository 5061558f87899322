"""Reads the saved settings before the database is opened for good: nothing is made, changed or brought up to date.

What is wrong with a database, or whose it is, is said by who opens it; here it only has no settings.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from sqlalchemy import Engine, create_engine, inspect, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from evce_connector import storage_url
from evce_connector.persistence.left_log import LeftLog
from evce_connector.persistence.looking import open_to_look
from evce_connector.persistence.names import name_site, named
from evce_connector.persistence.patience import RUNNING, give_deadlines
from evce_connector.persistence.place import file_of, is_empty
from evce_connector.persistence.settings import TABLE, Settings, SettingsError, Version
from evce_connector.persistence.versions import revisions
from evce_connector.persistence.whose import Whose, looked_into


def saved_at(url: str, site: str = "") -> Version | None:
    """Return the newest version that a database holds; None where there is none, or no database of ours.

    `site` is the schema of a PostgreSQL. SettingsError when the database does not tell.
    """
    try:
        file = file_of(make_url(url))
        if file is not None:
            return _in_file(file)
        return _on_server(url, site) if url.startswith("postgresql") else None
    except (SQLAlchemyError, ImportError, ValueError, SettingsError) as error:
        cause = str(getattr(error, "orig", None) or error).partition("\n")[0]
        for password in storage_url.passwords(url):
            cause = cause.replace(password, "***")
        raise SettingsError(f"What is saved in {named(url, site)} is not used: {cause.rstrip('.')}.") from error


def _in_file(file: Path) -> Version | None:
    if not file.is_file() or is_empty(file):
        return None
    content = looked_into(file)
    if content is None:
        raise SettingsError("nothing in it can be read")
    if content.whose(revisions()) is not Whose.OURS or TABLE not in content.tables:
        return None
    alone = LeftLog(file).is_of_another_file()
    return _newest(
        create_engine("sqlite://", creator=partial(open_to_look, file, without_log=alone), poolclass=NullPool)
    )


def _on_server(url: str, site: str) -> Version | None:
    engine = create_engine(url, poolclass=NullPool)
    name_site(engine, site)
    deadlines = give_deadlines(engine, RUNNING)
    if engine.dialect.driver == "psycopg":
        from evce_connector.persistence.postgresql import use_deadlines  # noqa: PLC0415 - the driver comes by an extra

        use_deadlines(engine, deadlines, site)
    return _newest(engine) if inspect(engine).has_table(TABLE) else None


def _newest(engine: Engine) -> Version | None:
    try:
        return Settings(engine).current()
    finally:
        engine.dispose()
