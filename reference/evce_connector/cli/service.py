"""`evce-connector run`, and what commands ask of the one that runs: `setup` and `reload`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from evce_connector.cli import options
from evce_connector.cli.configured import configured, next_start
from evce_connector.cli.options import CONFIG
from evce_connector.clock import SystemClock
from evce_connector.config import Configuration, ConfigurationError
from evce_connector.config.required import not_set
from evce_connector.config.start import default_file
from evce_connector.host.loaded import Loading
from evce_connector.host.requests import PRUNE, RELOAD, REQUEST, REQUEST_LOOK, RUN
from evce_connector.host.running import Running
from evce_connector.host.service import ConnectorService
from evce_connector.host.service_manager import ServiceManager
from evce_connector.host.set_up_asked import LONGEST, SetUpAsked
from evce_connector.host.stores import Stores, open_stores
from evce_connector.persistence.database import DatabaseError
from evce_connector.persistence.owner import Owner, read_owner
from evce_connector.persistence.runs import Outcome
from evce_connector.processors.interface_alarm import short

_UNSEEN = (
    "No connector that runs is to be seen in the database: one that cannot write there does it when it can again "
    "(its log and StorageState say why), else the next start does."
)
"""What becomes of something that is asked for, where no connector has written that it lives."""
_NO_SET_UP = (
    "processor_configurations: no active one has the class EvceSetupProcessor, so that no set-up can be asked for. "
    "Make one active, on the page Configurations or in the file."
)
_NOT_YET = (
    f"The connector has not ended set-up within {LONGEST:.0f} s. It goes on: its log, SetupState and the page "
    "Configurations say how far it is."
)


@click.command()
@CONFIG
def run(path: Path | None) -> None:
    """Run the connector until it is stopped (Ctrl-C), or another one has taken its database."""
    if path is None and (found := default_file()) is not None:
        click.echo(f"Configuration {found}")
    clock = SystemClock()
    running = Running(Loading(path, os.environ), _say_where, clock, ServiceManager(os.environ, clock))
    with options.stopped_by_signals(running.stop, running.reload):
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
@click.option("--no-wait", is_flag=True, help="Only ask, and do not wait for what comes of it.")
def set_up(path: Path | None, *, prune: bool, no_wait: bool) -> None:
    """Ask the running connector to run EvceSetupProcessor now, and say what came of it.

    Exit status 1 when the site was not set up.
    """
    configuration, clock, word = configured(path), SystemClock(), PRUNE if prune else RUN
    with open_stores(configuration, lived_in=True) as stores:
        owner = _seen(stores)
        if owner is None or no_wait:
            _leave(stores, configuration, REQUEST, word)
            when = f"A running connector does it within {REQUEST_LOOK:.0f} s, else at its next start."
            click.echo(f"Set-up is asked for. {_UNSEEN if owner is None else when}")
            return
        asked = SetUpAsked.now(stores, configuration, owner, clock)
        if not asked.names:
            raise ConfigurationError([_NO_SET_UP])
        _leave(stores, configuration, REQUEST, word)
        click.echo("Set-up is asked for; waiting for the connector that runs.")
        run = asked.wait(clock)
        if run is None:
            click.echo(_NOT_YET)
            sys.exit(1)
        for sentence in asked.told(run):
            click.echo(sentence)
    if run.outcome is not Outcome.SUCCEEDED:
        sys.exit(1)


@click.command("reload")
@CONFIG
def reload(path: Path | None) -> None:
    """Ask the running connector to read its configuration again; a new storage.url takes a restart."""
    configuration = next_start(path)
    with open_stores(configuration) as stores:
        _leave(stores, configuration, RELOAD, RUN)
        seen = _seen(stores)
    when = f"A running connector starts anew with it within {REQUEST_LOOK:.0f} s, and logs it."
    right = not_set(configuration.lacking) if configuration.lacking else "The configuration is right."
    click.echo(f"{right} {when if seen else _UNSEEN}")


def _seen(stores: Stores) -> Owner | None:
    """Return the connector that runs on the database; None when none is to be seen there."""
    owner = read_owner(stores.engine)
    return owner if owner is not None and not owner.has_ended() else None


def _leave(stores: Stores, configuration: Configuration, what: str, word: str) -> None:
    """Leave a word for the running connector in its database; DatabaseError when the database takes nothing."""
    try:
        stores.snapshots.keep_fact(what, word)
    except SQLAlchemyError as error:
        why = f"{short(error)}, so that the running connector cannot be asked by it"
        raise DatabaseError(configuration.storage.url, why) from error
