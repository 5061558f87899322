"""`python -m features.acceptance` runs the features on a site, read-only unless told otherwise, and reports."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import pytest
from ebo_simulator.clock import SystemClock
from ebo_simulator.errors import EboError
from rich.console import Console

from features.acceptance import deviations, settings
from features.acceptance.controller import ControllerError
from features.acceptance.recorder import Recorder, stamp
from features.acceptance.report import bundle, diff, diff_view
from features.acceptance.results import Run, Verdict
from features.acceptance.simulated import SimulatedSiteError, simulated_site
from features.acceptance.world import SiteWorld

FEATURES = Path(__file__).parents[1]
COLOURS = {Verdict.PASS: "green", Verdict.FAIL: "bold red", Verdict.UNEXPECTED_PASS: "red", Verdict.ERROR: "bold red"}
UNUSABLE = 3
"""Exit status when the run could not begin."""
QUIET = [
    *("-p", "no:terminal", "-o", "addopts=--import-mode=importlib"),  # the recorder speaks for pytest
    *("-p", "no:randomly", "-p", "no:cacheprovider"),
    *("--timeout", "0"),  # a site takes its time
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),  # what is imported already holds no tests
]


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--site", "path", type=click.Path(path_type=Path), help="The site's file; without it a simulated site.")
@click.option(
    "--output", type=click.Path(file_okay=False, path_type=Path), default=Path("build/sat"), show_default=True
)
@click.option("--scenario", default="campus-live", show_default=True, help="Of the simulated site.")
@click.option("--connectors", default=0, help="Make a simulated site of that size instead.")
@click.option(
    "--simulation", type=click.Path(exists=True, path_type=Path), help="A bundle made by --prove-in-simulation."
)
@click.option("--prove-in-simulation", is_flag=True, help="Run all features in process instead of on a site.")
@click.option("--diff", "pair", nargs=2, type=click.Path(exists=True, path_type=Path), help="Compare two bundles.")
def main(
    path: Path | None,
    output: Path,
    scenario: str,
    connectors: int,
    simulation: Path | None,
    *,
    prove_in_simulation: bool,
    pair: tuple[Path, Path] | None,
) -> None:
    """Say whether an integration is right, without harming the site.

    Exit status: 0 right, 1 wrong, 2 nothing was proven, 3 the run could not begin.
    """
    console = Console(highlight=False)
    try:
        if pair:
            sys.exit(compare(console, *pair))
        with ExitStack() as stack:
            if prove_in_simulation:
                sys.exit(simulate(console, output))
            if path is None:
                console.print("No --site given: a simulated site is started.")
                folder = Path(stack.enter_context(TemporaryDirectory(ignore_cleanup_errors=True)))
                path = stack.enter_context(simulated_site(folder, scenario, connectors))
            sys.exit(accept(console, path, output, simulation))
    except (settings.SettingsError, deviations.DeviationsError, bundle.BundleError, SimulatedSiteError) as error:
        console.print(f"[red]{error}[/]")
        sys.exit(UNUSABLE)
    except (EboError, ControllerError) as error:
        console.print(f"[red]The site cannot be inspected:[/] {error}")
        sys.exit(UNUSABLE)


def accept(console: Console, path: Path, output: Path, simulation: Path | None) -> int:
    """Inspect a site and write its bundle; returns the exit status."""
    site, clock = settings.load(path), SystemClock()
    known = deviations.load(site.deviations) if site.deviations else []
    run = Run(site.name, stamp(clock.now()), settings=site.model_dump(mode="json"))
    with console.status("beginning") as status:
        world = SiteWorld(site, clock, status.update)
        try:
            recorder = Recorder(run, clock, lambda line: say(console, line), world)
            recorder.begin()
            pytest.main([str(FEATURES), "--target", "site", *QUIET], plugins=[recorder])
            recorder.end()
        finally:
            world.close()
    run.checks = deviations.apply(run.checks, known)
    return hand_over(console, run, output, simulation)


def simulate(console: Console, output: Path) -> int:
    """Run all features in process and write a bundle of what they prove; returns the exit status."""
    clock = SystemClock()
    run = Run("simulation", stamp(clock.now()))
    recorder = Recorder(run, clock, lambda line: say(console, line))
    recorder.begin()
    pytest.main([str(FEATURES), "--target", "in-process", *QUIET], plugins=[recorder])
    recorder.end()
    return hand_over(console, run, output, None)


def hand_over(console: Console, run: Run, output: Path, simulation: Path | None) -> int:
    """Write the bundle and say how it went."""
    output.mkdir(parents=True, exist_ok=True)
    written = bundle.write(run, output, simulation=bundle.read(simulation) if simulation else None)
    counts = {verdict: sum(check.verdict is verdict for check in run.checks) for verdict in Verdict}
    console.print(", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count) or "no checks")
    say(console, f"{run.verdict}: {run.site}")
    console.print(f"Report: {written}", soft_wrap=True)
    return run.exit_status


def compare(console: Console, old: Path, new: Path) -> int:
    """Show what changed between two bundles; the exit status is 1 when anything did."""
    difference = diff.between(old, new)
    console.print(diff_view.text(difference))
    return 0 if difference.same else 1


def say(console: Console, line: str) -> None:
    """Print a verdict in its colour."""
    verdict, _, rest = line.partition(": ")
    colour = COLOURS.get(Verdict(verdict), "yellow")
    console.print(f"[{colour}]{verdict}[/]", end=": ")
    console.print(rest, markup=False)


if __name__ == "__main__":
    main()
