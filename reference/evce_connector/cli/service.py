"""`evce-connector run`, and what commands ask of the one that runs: `setup` and `reload`."""

from __future__ import annotations

import os
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from evce_connector.cli import options
from evce_connector.cli.options import CONFIG
from evce_connector.config.start import default_file
from evce_connector.host.loaded import Loading
from evce_connector.host.requests import PRUNE, RELOAD, REQUEST, REQUEST_LOOK, RUN
from evce_connector.host.running import Running
from evce_connector.host.service import ConnectorService
from evce_connector.host.stores import open_stores
from evce_connector.persistence.database import DatabaseError
from evce_connector.processors.interface_alarm import short


@click.command()
@options.CONFIG_OR_DEFAULT
def run(path: Path | None) -> None:
    """Run the connector until it is stopped (Ctrl-C), or another one has taken its database."""
    if path is None and (found := default_file()) is not None:
        click.echo(f"Configuration {found}")
    running = Running(Loading(path, os.environ), _say_where)
    options.stop_on_signals(running.stop, running.reload)
    running.run()


def _say_where(service: ConnectorService) -> None:
    click.echo(f"EWS server at {service.ews.address}, charge controller {service.configuration.evce.base_url}")
    if service.portal and service.portal.welcome:
        click.echo(service.portal.welcome)


@click.command("setup")
@CONFIG
@click.option("--prune", is_flag=True, help="Also remove at once what is gone from the controller.")
def set_up(path: Path, *, prune: bool) -> None:
    """Ask the running connector to run EvceSetupProcessor now."""
    _ask(path, REQUEST, PRUNE if prune else RUN)
    click.echo(f"Set-up is asked for; a running connector does it within {REQUEST_LOOK:.0f} s, else at its next start.")


@click.command("reload")
@CONFIG
def reload(path: Path) -> None:
    """Ask the running connector to read its configuration again; a new storage.url takes a restart."""
    _ask(path, RELOAD, RUN)
    click.echo(
        f"The configuration is right. A running connector starts anew with it within {REQUEST_LOOK:.0f} s, and logs it."
    )


def _ask(path: Path, what: str, word: str) -> None:
    """Leave a word for the running connector in its database; DatabaseError when that takes nothing."""
    configuration = Loading(path, os.environ).at_start().configuration
    with open_stores(configuration) as stores:
        try:
            stores.snapshots.keep_fact(what, word)
        except SQLAlchemyError as error:
            why = f"{short(error)}, so that the running connector cannot be asked by it"
            raise DatabaseError(configuration.storage.url, why) from error
