"""`evce-connector ledger` and `evce-connector commands`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from evce_connector.cli.configured import configured
from evce_connector.cli.options import CONFIG
from evce_connector.cli.printing import JSON, print_json
from evce_connector.host.stores import open_stores
from evce_connector.persistence.commands import Command, csv_of
from evce_connector.persistence.refused_writes import all_lines

SHOWN = 1000
"""Newest lines that are printed where not all are asked for, and as many refusals."""


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
    """Print the command ledger: what was written, by whom, what the controller answered, until when it holds.

    Among its lines are the last writes that were refused at once: of unknown items, of readers, of no value of a type.
    """
    with open_stores(configured(path), lived_in=True) as stores:
        limit = None if as_json or as_csv else SHOWN
        lines = all_lines(stores.commands, stores.refused_writes, limit, limit)
    if as_json:
        print_json([asdict(line) for line in lines])
    elif as_csv:
        click.echo(csv_of(lines), nl=False)
    else:
        click.echo("".join(f"{_in_words(line)}\n" for line in lines), nl=False)


def _in_words(line: Command) -> str:
    if not line.user:  # no write, but how many were left out
        return f"{line.at} {line.outcome}"
    until = f", until {line.valid_until}" if line.valid_until else ""
    shows = f"; shows {line.read_back}{until}" if line.read_back else until
    return f"{line.at} {line.user}@{line.client} {line.item}: {line.values('->')}: {line.outcome}{shows}"
