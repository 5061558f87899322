"""`evce-acceptance shadow` compares two connectors of one site for hours, and reports what differs."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from ebo_simulator.clock import SystemClock
from evce_acceptance.cli import JSON, UNUSABLE
from evce_acceptance.shadow.shadow import Progress, Shadow
from evce_acceptance.site.settings import SettingsError, load_pair
from evce_acceptance.site.wire import Pace
from rich.console import Console

HOUR = 3600


@click.command()
@click.option("--pair", "path", type=click.Path(path_type=Path), required=True, help="File with [left] and [right].")
@click.option("--hours", default=1.0, show_default=True, help="How long to compare.")
@click.option("--every", default=60.0, show_default=True, help="Seconds from look to look.")
@click.option("--output", type=click.Path(path_type=Path), default=Path("build/shadow"), show_default=True)
@JSON
def shadow(path: Path, hours: float, every: float, output: Path, *, as_json: bool) -> None:
    """Compare trees, names, types, descriptions, units, values, states, alarms and histories of two EWS endpoints.

    It only reads.

    Exit status: 0 they agree, 1 something differs at the end, 3 the comparison could not begin.
    """
    console, clock = Console(highlight=False, stderr=as_json), SystemClock()
    try:
        pair = load_pair(path)
    except SettingsError as error:
        console.print(str(error), markup=False, soft_wrap=True)
        sys.exit(UNUSABLE)

    with console.status("browsing both trees") as status:

        def tell(progress: Progress) -> None:
            status.update(
                f"{progress.looks} looks at {progress.items} items: {progress.lasting} differ, {progress.healed} did; "
                f"{progress.seconds_left / 60:.0f} min left"
            )

        with Shadow(pair.left, pair.right, clock, Pace(pair.limits.requests_per_second, clock)) as running:
            try:
                report = running.run(hours * HOUR, every, tell)
            except KeyboardInterrupt:
                report = running.report()
    written = report.write(output)
    if as_json:
        click.echo(report.to_json())
        sys.exit(0 if report.agrees else 1)
    for one in report.lasting:
        line = f"{one.item}, {one.aspect}: {one.left} / {one.right} from {one.first} to {one.last}"
        console.print(line, markup=False, soft_wrap=True)
    console.print(f"{len(report.lasting)} differences. Report: {written[1]}", markup=False, soft_wrap=True)
    sys.exit(0 if report.agrees else 1)
