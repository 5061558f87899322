"""`evce-acceptance run` runs the features on a site, read-only unless told otherwise, and reports."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from evce_acceptance import running
from evce_acceptance.commands.begin import (
    BUNDLE,
    CONNECTORS,
    DIALECT,
    FOLDER,
    SCENARIO,
    SITE,
    make_console,
    sentences,
    site_of,
)
from evce_acceptance.commands.first_look import told_by_options, written
from evce_acceptance.site.approval import Approval
from evce_acceptance.site.first_look import FirstLook


@click.command()
@SITE
@told_by_options
@click.option("--output", type=FOLDER, default=Path("build/sat"), show_default=True, help="Where the report goes.")
@click.option("--allow-writes", is_flag=True, help="Write too: shortly, within the site's budget, under a lease.")
@click.option("--approved-by", default="", metavar="NAME", help="Who answers for the writes.")
@click.option("--attended", is_flag=True, help="A technician is there, and does what software cannot do.")
@click.option("--simulation", type=BUNDLE, help="A bundle of --prove-in-simulation, to be put beside the site's.")
@click.option("--baseline", type=BUNDLE, help="An earlier run's bundle: the exit status is 1 only for what got worse.")
@click.option("--prove-in-simulation", is_flag=True, help="Run all features in process instead of on a site.")
@SCENARIO
@click.option("--lie", nargs=2, metavar="LIE ITEM", help="Let a lying proxy alter an item of the simulated site.")
@CONNECTORS
@DIALECT
def run(  # noqa: PLR0913 - one parameter an option
    path: Path | None,
    output: Path,
    approved_by: str,
    simulation: Path | None,
    scenario: str,
    connectors: int,
    lie: tuple[str, str] | None,
    dialect: str,
    *,
    baseline: Path | None,
    first_look: FirstLook | None,
    allow_writes: bool,
    attended: bool,
    prove_in_simulation: bool,
) -> None:
    """Say whether an integration is right, without harming the site.

    Without a controller (--ews and --user alone) it judges what EWS tells by itself, and says what that leaves open.

    Exit status: 0 right, 1 wrong, 2 nothing was proven, 3 the run could not begin, 130 interrupted.
    """
    console = make_console()
    if first_look and (path or allow_writes):
        raise click.UsageError("A first look reads, and has no file: writes need --site, whose file limits their harm.")
    if allow_writes and not approved_by.strip():
        raise click.UsageError("Writes need somebody who answers for them: --approved-by NAME.")
    with sentences(console):
        if prove_in_simulation:
            sys.exit(running.simulate(console, output))
        named = site_of(console, path, scenario, connectors, lie, dialect)
        with written(first_look) if first_look else named as site:
            approval = Approval(approved_by, allow_writes)
            lasts = first_look is not None or path is not None
            sys.exit(
                running.accept(
                    console, site, output, approval, simulation, attended=attended, baseline=baseline, lasts=lasts
                )
            )
