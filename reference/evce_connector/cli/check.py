"""`evce-connector check`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from evce_connector.cli.options import CONFIG
from evce_connector.host import check as checks


@click.command()
@CONFIG
def check(path: Path | None) -> None:
    """Say what is wrong with a configuration; exit status 1 when something is."""
    findings = checks.check(path)
    for finding in findings:
        mark, colour = {"good": ("ok", "green"), "warning": ("warning", "yellow")}.get(finding.kind, ("wrong", "red"))
        click.echo(f"{click.style(mark, fg=colour)}: {finding.text}")
    if any(finding.kind == "error" for finding in findings):
        sys.exit(1)
