"""The command `evce-connector probe`: progress, table, files and exit status."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import click
from rich.console import Console

from evce_connector.clock import SystemClock
from evce_connector.probe import contact, report, writing
from evce_connector.probe.asking import ProbeError, ProbeLoginError, Target, UnlikeContractError
from evce_connector.probe.contact import Contact
from evce_connector.probe.dialect import evidence, search
from evce_connector.probe.dialect import report as dialect_report
from evce_connector.probe.dialect.search import Found
from evce_connector.probe.finding import INEXPRESSIBLE
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
    trail = Trail(target, output, findings)
    try:
        told = trail.answered(answers)
        _say(trail.pace)
        found = None if dialect or answers else _contact(target, trail, keep_names=keep_names)
        is_sought = found is None or _is_dialect(found)
        spoken = search.find(target, SystemClock(), _say, told, trail.begin, trail.places) if is_sought else None
    except (ProbeError, KeyboardInterrupt) as error:
        trail.end(error, _say)
        if isinstance(error, ProbeLoginError) and not (dialect or answers):
            _say(
                "If it wants a key, a session or another login, start again with --dialect, which looks for that first."
            )
        return NOT_REACHED
    files: dict[str, str | bytes] = {}
    removed: Mapping[str, int] = {}
    if found is not None:
        report.show(Console(), found, target.origin)
        files, removed = found.files, found.about.removed
    if spoken is not None:
        dialect_report.show(Console(), spoken)
        left = evidence.leave(spoken, told, target, SystemClock().now(), keep_names=keep_names)
        files, removed = {**files, **left.files}, left.removed or removed
    written = writing.write(output, files) if output else []
    if findings:
        written.append(_write_findings(findings, found, spoken, target.origin))
    if output and removed:
        click.echo(f"removed from the capture: {', '.join(f'{what} ({count})' for what, count in removed.items())}")
    for path in written:
        click.echo(f"written: {path}")
    if spoken is not None and found is None:
        return WRONG if spoken.profile else NOT_REACHED
    return USABLE if found is not None and found.usable else WRONG


def _say(line: str) -> None:
    click.echo(line, err=True)


def _contact(target: Target, trail: Trail, *, keep_names: bool) -> Contact | None:
    """Judge a controller by the contract; None where it is nothing like it."""
    try:
        return contact.make(target, SystemClock(), _say, keep_names=keep_names, begin=trail.begin)
    except UnlikeContractError as error:
        _say(f"{error} A dialect is sought.")
        return None


def _is_dialect(found: Contact) -> bool:
    """Tell whether something is wrong that no spelling would mend."""
    return any(finding.advice == INEXPRESSIBLE for finding in found.findings)


def _write_findings(file: Path, found: Contact | None, spoken: Found | None, origin: str) -> Path:
    data = report.as_data(found, origin) if found is not None else {}
    if spoken is not None:
        data["dialect"] = dialect_report.as_data(spoken)
    text = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
    return writing.write(file.parent, {file.name: text}, "--json")[0]
