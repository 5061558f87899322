"""The command `evce-connector`. What a subcommand needs is imported when it is called, not before."""

from __future__ import annotations

import sys

import click

from evce_connector.cli.group import Commands
from evce_connector.errors import ConnectorError


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="evce-connector")
def cli() -> None:
    """Join an EV charge controller to a building management system over EWS."""


def main() -> None:
    """Run the command; our own errors are sentences, not tracebacks."""
    try:
        cli()
    except ConnectorError as error:
        for line in str(error).splitlines():
            click.echo(f"evce-connector: {line}", err=True)
        sys.exit(1)
    except OSError as error:  # a path that cannot be read or written, wherever somebody named it
        if isinstance(error, BrokenPipeError):
            raise  # click ends quietly when the reader of a pipe has gone
        where = f"{error.filename}: " if error.filename else ""
        what_to_do = "Give another path, or look at its rights."
        click.echo(f"evce-connector: {where}{error.strerror or error}. {what_to_do}", err=True)
        sys.exit(1)
