"""`evce-connector diagnose`."""

from __future__ import annotations

from pathlib import Path

import click

from evce_connector.cli.configured import configured
from evce_connector.cli.options import CONFIG, FILE
from evce_connector.host.diagnose import write_bundle


@click.command()
@CONFIG
@click.option("--output", type=FILE, required=True, help="Zip file to write.")
def diagnose(path: Path | None, output: Path) -> None:
    """Write what a supporter needs to see into a zip file, without secrets."""
    for name in write_bundle(path, configured(path), output):
        click.echo(f"{output}: {name}")
