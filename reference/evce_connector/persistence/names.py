"""What a database is called in sentences."""

from __future__ import annotations

from sqlalchemy import Engine

from evce_connector import storage_url

_OPTION = "evce_site"


def name_site(engine: Engine, site: str) -> None:
    """Note whose tables an engine means, where several sites share a database."""
    engine.update_execution_options(**{_OPTION: site})


def site_of(engine: Engine) -> str:
    """Return the site whose tables an engine means; empty where nobody shares the database."""
    return str(engine.get_execution_options().get(_OPTION, ""))


def named(url: str, site: str) -> str:
    """Return what a database is called for a person, without its password."""
    shown = storage_url.shown(url)
    return f"{shown} (site {site})" if site else shown


def name_of(engine: Engine) -> str:
    """Return the same of an engine."""
    return named(engine.url.render_as_string(hide_password=True), site_of(engine))
