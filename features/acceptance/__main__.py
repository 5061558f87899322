"""`python -m features.acceptance` runs the features on a site, read-only unless told otherwise, and reports."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from ebo_simulator.errors import EboError
from rich.console import Console

from features.acceptance import running
from features.acceptance.approval import Approval
from features.acceptance.controller import ControllerError
from features.acceptance.deviations import DeviationsError
from features.acceptance.report.bundle import BundleError
from features.acceptance.running import RunError
from features.acceptance.settings import SettingsError
from features.acceptance.simulated import SimulatedSiteError, simulated_site

UNUSABLE = 3
"""Exit status when the run could not begin."""
PIPE_WIDTH = 176
FILE = click.Path(path_type=Path)
BUNDLE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--site", "path", type=FILE, help="The site's file; without it a simulated site is accepted.")
@click.option("--output", type=FOLDER, default=Path("build/sat"), show_default=True, help="Where the report goes.")
@click.option("--plan", "only_plan", is_flag=True, help="List every call that would be made, and make none.")
@click.option("--allow-writes", is_flag=True, help="Write too: shortly, within the site's budget, under a lease.")
@click.option("--approved-by", default="", metavar="NAME", help="Who answers for the writes.")
@click.option("--attended", is_flag=True, help="A technician is there, and does what software cannot do.")
@click.option("--simulation", type=BUNDLE, help="A bundle of --prove-in-simulation, to be put beside the site's.")
@click.option("--prove-in-simulation", is_flag=True, help="Run all features in process instead of on a site.")
@click.option("--diff", "pair", nargs=2, type=BUNDLE, help="Say what changed between two bundles.")
@click.option("--scenario", default="campus-live", show_default=True, help="The scenario of the simulated site.")
@click.option("--lie", nargs=2, metavar="LIE ITEM", help="Let a lying proxy alter an item of the simulated site.")
@click.option("--connectors", default=0, help="Make a simulated site of that size instead.")
def main(  # noqa: PLR0913 - one parameter an option
    path: Path | None,
    output: Path,
    approved_by: str,
    simulation: Path | None,
    scenario: str,
    connectors: int,
    lie: tuple[str, str] | None,
    *,
    only_plan: bool,
    allow_writes: bool,
    attended: bool,
    prove_in_simulation: bool,
    pair: tuple[Path, Path] | None,
) -> None:
    """Say whether an integration is right, without harming the site.

    Exit status: 0 right, 1 wrong, 2 nothing was proven, 3 the run could not begin, 130 interrupted.
    """
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=PIPE_WIDTH)
    if allow_writes and not approved_by.strip():
        raise click.UsageError("Writes need somebody who answers for them: --approved-by NAME.")
    try:
        with ExitStack() as stack:
            if pair:
                sys.exit(running.compare(console, *pair))
            if prove_in_simulation:
                sys.exit(running.simulate(console, output))
            if path is None:
                console.print("No --site given: a simulated site is started.")
                folder = Path(stack.enter_context(TemporaryDirectory(ignore_cleanup_errors=True)))
                path = stack.enter_context(simulated_site(folder, scenario, connectors, lie))
            if only_plan:
                running.list_calls(console, path)
                return
            approval = Approval(approved_by, allow_writes)
            sys.exit(running.accept(console, path, output, approval, simulation, attended=attended))
    except (SettingsError, DeviationsError, BundleError, SimulatedSiteError, RunError) as error:
        console.print(f"[red]{error}[/]", soft_wrap=True)
    except (EboError, ControllerError) as error:
        console.print(f"[red]The site cannot be inspected:[/] {error}", soft_wrap=True)
    sys.exit(UNUSABLE)


if __name__ == "__main__":
    main()
