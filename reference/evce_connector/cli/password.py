"""`evce-connector password`: the way back in to the pages for who may read the connector's files."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from evce_connector.cli.configured import configured
from evce_connector.cli.options import CONFIG
from evce_connector.clock import SystemClock
from evce_connector.host.stores import open_stores
from evce_connector.persistence.database import DatabaseError
from evce_connector.persistence.portal_users import Act, PortalUser, Role
from evce_connector.portal.passwords import FIRST_USER, Passwords, make_password
from evce_connector.processors.interface_alarm import short


@click.command("password")
@CONFIG
@click.option("--user", default=FIRST_USER, show_default=True, help="User of the pages; one that is not there is made.")
def reset_password(path: Path | None, user: str) -> None:
    """Make a new password for a user of the pages, who has to change it; other users stay as they are."""
    configuration = configured(path)
    password, now = make_password(), SystemClock().now()
    hashed = Passwords().hash(password)
    with open_stores(configuration) as stores:
        users = stores.portal_users
        try:
            if users.get(user):
                users.set_password(user, hashed, now, must_change=True)
            else:
                users.add(PortalUser(user, Role.ADMIN, hashed, must_change=True, since=now))
        except SQLAlchemyError as error:
            raise DatabaseError(configuration.storage.url, short(error)) from error
        stores.portal_audit.add(Act(now, "command line", "", "Gave a new password", user))
    click.echo(f"{user} logs in to the pages with {password} and has to choose another; it is shown this once.")
