"""`evce-connector run` and `evce-connector setup`."""

from __future__ import annotations

import threading
from pathlib import Path

import click

from evce_connector import config
from evce_connector.cli import options
from evce_connector.cli.options import CONFIG
from evce_connector.host.journal import logging_to
from evce_connector.host.service import ConnectorService
from evce_connector.host.stores import open_stores
from evce_connector.host.worker import PRUNE, REQUEST, REQUEST_LOOK, RUN


@click.command()
@CONFIG
def run(path: Path) -> None:
    """Run the connector until it is stopped (Ctrl-C), or another one has taken its database."""
    configuration = config.load(path)
    stop = threading.Event()
    options.stop_on_signals(stop)
    with logging_to(configuration), ConnectorService(configuration) as service:
        click.echo(f"EWS server at {service.ews.address}, charge controller {service.configuration.evce.base_url}")
        while not stop.wait(0.5):  # in pieces, so that Ctrl-C gets through on Windows
            if service.ownership.lost:
                raise service.ownership.lost


@click.command("setup")
@CONFIG
@click.option("--prune", is_flag=True, help="Also remove at once what is gone from the controller.")
def set_up(path: Path, *, prune: bool) -> None:
    """Ask the running connector to run EvceSetupProcessor now."""
    with open_stores(config.load(path)) as stores:
        stores.snapshots.keep_fact(REQUEST, PRUNE if prune else RUN)
    click.echo(f"Set-up is asked for; a running connector does it within {REQUEST_LOOK:.0f} s, else at its next start.")
