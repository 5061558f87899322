"""`evce-connector release`."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from evce_connector import config
from evce_connector.cli.options import CONFIG
from evce_connector.clock import SystemClock
from evce_connector.evce import profile as profiles
from evce_connector.evce.client import EvceClient
from evce_connector.host.options import evce_options
from evce_connector.host.stores import open_stores
from evce_connector.writes.release import release


@click.command("release")
@CONFIG
def release_all(path: Path) -> None:
    """Clear every reduction on the charge controller; exit status 1 when one is left."""
    configuration = config.load(path)
    profile = profiles.load(configuration.evce.profile)
    with (
        open_stores(configuration) as stores,
        EvceClient(evce_options(configuration.evce), profile) as client,
    ):
        released = []
        for zone in release(client, stores.commands, SystemClock()):
            click.echo(zone.text)
            released.append(zone.success)
        with suppress(SQLAlchemyError):  # each zone has said what its line came to
            stores.commands.flush()
    if not released:
        click.echo("No zone has a reduction.")
    if not all(released):
        sys.exit(1)
