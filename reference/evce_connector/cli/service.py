"""`evce-connector run`, and what commands ask of the one that runs: `setup` and `reload`."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from evce_connector import config
from evce_connector.cli import options
from evce_connector.cli.options import CONFIG
from evce_connector.host.running import Running
from evce_connector.host.service import ConnectorService
from evce_connector.host.stores import open_stores
from evce_connector.host.worker import PRUNE, RELOAD, REQUEST, REQUEST_LOOK, RUN


@click.command()
@CONFIG
def run(path: Path) -> None:
    """Run the connector until it is stopped (Ctrl-C), or another one has taken its database."""
    running = Running(partial(config.load, path), _say_where)
    options.stop_on_signals(running.stop, running.reload)
    running.run()


def _say_where(service: ConnectorService) -> None:
    click.echo(f"EWS server at {service.ews.address}, charge controller {service.configuration.evce.base_url}")


@click.command("setup")
@CONFIG
@click.option("--prune", is_flag=True, help="Also remove at once what is gone from the controller.")
def set_up(path: Path, *, prune: bool) -> None:
    """Ask the running connector to run EvceSetupProcessor now."""
    with open_stores(config.load(path)) as stores:
        stores.snapshots.keep_fact(REQUEST, PRUNE if prune else RUN)
    click.echo(f"Set-up is asked for; a running connector does it within {REQUEST_LOOK:.0f} s, else at its next start.")


@click.command("reload")
@CONFIG
def reload(path: Path) -> None:
    """Ask the running connector to read its configuration again; a new storage.url takes a restart."""
    with open_stores(config.load(path)) as stores:
        stores.snapshots.keep_fact(RELOAD, RUN)
    click.echo(
        f"The configuration is right. A running connector starts anew with it within {REQUEST_LOOK:.0f} s, and logs it."
    )
