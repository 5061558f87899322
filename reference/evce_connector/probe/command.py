"""The command `evce-connector probe`: progress, table, files and exit status."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console

from evce_connector.clock import SystemClock
from evce_connector.probe import contact, report
from evce_connector.probe.asking import ProbeError, Target

USABLE, WRONG, NOT_REACHED = 0, 1, 2
"""Exit statuses."""

__all__ = ["Target", "run"]


def run(target: Target, output: Path | None, findings: Path | None, *, keep_names: bool) -> int:
    """Probe a controller, show what was found, write the files; returns the exit status."""
    try:
        found = contact.make(target, SystemClock(), lambda line: click.echo(line, err=True), keep_names=keep_names)
    except ProbeError as error:
        click.echo(f"evce-connector: {error}", err=True)
        return NOT_REACHED
    report.show(Console(), found, target.origin)
    written = found.write(output) if output else []
    if findings:
        written.append(report.write(findings, found, target.origin))
    if output and found.about.removed:
        removed = ", ".join(f"{what} ({count})" for what, count in found.about.removed.items())
        click.echo(f"removed from the capture: {removed}")
    for path in written:
        click.echo(f"written: {path}")
    return USABLE if found.usable else WRONG
