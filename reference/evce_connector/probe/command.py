"""The command `evce-connector probe`: progress, table, files and exit status."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.console import Console

from evce_connector.clock import SystemClock
from evce_connector.probe import report, writing
from evce_connector.probe.asking import ProbeError, ProbeLoginError, Target
from evce_connector.probe.dialect import report as dialect_report
from evce_connector.probe.looking import Looked, look
from evce_connector.probe.trail import Trail

USABLE, WRONG, NOT_REACHED = 0, 1, 2
"""Exit statuses."""

__all__ = ["Target", "run"]


def run(
    target: Target,
    output: Path | None,
    findings: Path | None,
    *,
    keep_names: bool,
    answers: Path | None = None,
    dialect: bool = False,
) -> int:
    """Probe a controller, show what was found, write the files; returns the exit status.

    It is judged by the contract; with `dialect` or `answers`, or where it is nothing like the contract, its own dialect
    is sought, first where an earlier probe found it.
    """
    trail, clock, is_dialect = Trail(target, output, findings), SystemClock(), dialect or answers is not None
    try:
        told = trail.answered(answers)
        _say(trail.pace)
        looked = look(target, trail, told, clock, _say, keep_names=keep_names, dialect=is_dialect)
    except (ProbeError, KeyboardInterrupt) as error:
        trail.end(error, _say)
        if isinstance(error, ProbeLoginError) and not is_dialect:
            _say(
                "If it wants a key, a session or another login, start again with --dialect, which looks for that first."
            )
        return NOT_REACHED
    _show(looked)
    left = looked.evidence(told, clock, keep_names=keep_names)
    written = writing.write(output, left.files) if output else []
    if findings:
        written.append(_write_findings(findings, looked))
    if output and left.removed:
        told_of = ", ".join(f"{what} ({count})" for what, count in left.removed.items())
        click.echo(f"removed from the capture: {told_of}")
    for path in written:
        click.echo(f"written: {path}")
    if looked.contact is None:
        return WRONG if looked.dialect is not None and looked.dialect.profile else NOT_REACHED
    return USABLE if looked.contact.usable else WRONG


def _say(line: str) -> None:
    click.echo(line, err=True)


def _show(looked: Looked) -> None:
    if looked.contact is not None:
        report.show(Console(), looked.contact, looked.origin)
    if looked.dialect is not None:
        dialect_report.show(Console(), looked.dialect)


def _write_findings(file: Path, looked: Looked) -> Path:
    data = report.as_data(looked.contact, looked.origin) if looked.contact is not None else {}
    if looked.dialect is not None:
        data["dialect"] = dialect_report.as_data(looked.dialect)
    text = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
    return writing.write(file.parent, {file.name: text}, "--json")[0]
