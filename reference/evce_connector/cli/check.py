"""`evce-connector check`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from evce_connector.cli.options import CONFIG
from evce_connector.cli.printing import JSON, print_json, print_table
from evce_connector.errors import ConnectorError
from evce_connector.host import check as checks
from evce_connector.host.findings import Finding
from evce_connector.host.trial import Shown, polled

_MARKS = {"good": ("ok", "green"), "warning": ("warning", "yellow"), "error": ("wrong", "red")}


@click.command()
@CONFIG
@click.option(
    "--poll", is_flag=True, help="Also read the site once, and print its data points; nothing is served or kept."
)
@JSON
def check(path: Path | None, *, poll: bool, as_json: bool) -> None:
    """Say what is wrong with a configuration; exit status 1 when something is."""
    findings = checks.check(path)
    points = _polled(path, findings) if poll else []
    if as_json:
        said = {"findings": [{"kind": finding.kind, "text": finding.text} for finding in findings]}
        print_json(said | ({"data_points": [point._asdict() for point in points]} if poll else {}))
    else:
        for finding in findings:
            mark, colour = _MARKS[finding.kind]
            click.echo(f"{click.style(mark, fg=colour)}: {finding.text}")
        if points:
            print_table(("Item", "Value", "Unit", "State"), points)
    if any(finding.kind == "error" for finding in findings):
        sys.exit(1)


def _polled(path: Path | None, findings: list[Finding]) -> Sequence[Shown]:
    """Read the site once as the connector would; what keeps it from that is one more finding."""
    try:
        return polled(checks.to_check(path).configuration)
    except ConnectorError as error:
        for sentence in str(error).splitlines():
            if all(finding.text != sentence for finding in findings):
                findings.append(Finding("error", f"The site cannot be read: {sentence}"))
        return []
