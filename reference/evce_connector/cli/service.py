"""`evce-connector run`, and what commands ask of the one that runs: `setup` and `reload`."""

from __future__ import annotations

import os
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from evce_connector.cli import options
from evce_connector.cli.configured import configured, next_start
from evce_connector.cli.options import CONFIG
from evce_connector.config import Configuration
from evce_connector.config.required import not_set
from evce_connector.config.start import default_file
from evce_connector.host.loaded import Loading
from evce_connector.host.requests import PRUNE, RELOAD, REQUEST, REQUEST_LOOK, RUN
from evce_connector.host.running import Running
from evce_connector.host.service import ConnectorService
from evce_connector.host.stores import open_stores
from evce_connector.persistence.database import DatabaseError
from evce_connector.persistence.owner import read_owner
from evce_connector.processors.interface_alarm import short

_UNSEEN = (
    "No connector that runs is to be seen in the database: one that cannot write there does it when it can again "
    "(its log and StorageState say why), else the next start does."
)
"""What becomes of something that is asked for, where no connector has written that it lives."""


@click.command()
@CONFIG
def run(path: Path | None) -> None:
    """Run the connector until it is stopped (Ctrl-C), or another one has taken its database."""
    if path is None and (found := default_file()) is not None:
        click.echo(f"Configuration {found}")
    running = Running(Loading(path, os.environ), _say_where)
    options.stop_on_signals(running.stop, running.reload)
    running.run()


def _say_where(service: ConnectorService) -> None:
    if service.configuration.lacking:
        click.echo(service.ews.trouble())
    else:
        click.echo(f"EWS server at {service.ews.address}, charge controller {service.configuration.evce.base_url}")
    if service.portal and service.portal.welcome:
        click.echo(service.portal.welcome)


@click.command("setup")
@CONFIG
@click.option("--prune", is_flag=True, help="Also remove at once what is gone from the controller.")
def set_up(path: Path | None, *, prune: bool) -> None:
    """Ask the running connector to run EvceSetupProcessor now."""
    seen = _ask(configured(path), REQUEST, PRUNE if prune else RUN)
    when = f"A running connector does it within {REQUEST_LOOK:.0f} s, else at its next start."
    click.echo(f"Set-up is asked for. {when if seen else _UNSEEN}")


@click.command("reload")
@CONFIG
def reload(path: Path | None) -> None:
    """Ask the running connector to read its configuration again; a new storage.url takes a restart."""
    configuration = next_start(path)
    seen = _ask(configuration, RELOAD, RUN)
    when = f"A running connector starts anew with it within {REQUEST_LOOK:.0f} s, and logs it."
    right = not_set(configuration.lacking) if configuration.lacking else "The configuration is right."
    click.echo(f"{right} {when if seen else _UNSEEN}")


def _ask(configuration: Configuration, what: str, word: str) -> bool:
    """Leave a word for the running connector in its database, and tell whether one is to be seen there.

    DatabaseError when the database takes nothing.
    """
    with open_stores(configuration) as stores:
        try:
            stores.snapshots.keep_fact(what, word)
            owner = read_owner(stores.engine)
        except SQLAlchemyError as error:
            why = f"{short(error)}, so that the running connector cannot be asked by it"
            raise DatabaseError(configuration.storage.url, why) from error
    return owner is not None and not owner.has_ended()
