"""`evce-connector ledger` and `evce-connector commands`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from evce_connector.cli.configured import configured
from evce_connector.cli.options import CONFIG
from evce_connector.cli.printing import JSON, print_json
from evce_connector.host.stores import open_stores


@click.command()
@CONFIG
@JSON
def ledger(path: Path | None, *, as_json: bool) -> None:
    """Print as CSV what was added, renamed, moved, replaced or removed on the site, for re-binding."""
    with open_stores(configured(path), lived_in=True) as stores:
        if as_json:
            print_json([asdict(change) for change in stores.site_ledger.lines()])
            return
        click.echo(stores.site_ledger.csv(), nl=False)


@click.command()
@CONFIG
@click.option("--csv", "as_csv", is_flag=True, help="All lines as CSV, for a spreadsheet.")
@JSON
def commands(path: Path | None, *, as_csv: bool, as_json: bool) -> None:
    """Print the command ledger: what was written, by whom, what the controller answered, until when it holds."""
    with open_stores(configured(path), lived_in=True) as stores:
        if as_json:
            print_json([asdict(line) for line in stores.commands.lines(None)])
            return
        if as_csv:
            click.echo(stores.commands.csv(), nl=False)
            return
        for line in stores.commands.lines():
            until = f", until {line.valid_until}" if line.valid_until else ""
            done = f"{line.outcome}; shows {line.read_back}{until}"
            click.echo(f"{line.at} {line.user}@{line.client} {line.item}: {line.old} -> {line.new}: {done}")
