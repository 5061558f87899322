"""One acceptance run from its first request to its bundle."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from ebo_simulator.clock import SystemClock
from evce_acceptance import fixtures
from evce_acceptance.cli import INTERRUPTED
from evce_acceptance.folders import PACKAGE, SPECIFICATION
from evce_acceptance.manual.technician import Technician
from evce_acceptance.plugin import Recorder, stamp
from evce_acceptance.report import bundle, home
from evce_acceptance.report.baseline import compared
from evce_acceptance.results import deviations
from evce_acceptance.results.progress import Progress
from evce_acceptance.results.run import Run, Verdict
from evce_acceptance.results.untested import untested, verdict_in_words
from evce_acceptance.site.approval import Approval
from evce_acceptance.site.controller import SiteController
from evce_acceptance.site.settings import load
from evce_acceptance.site.wire import Pace, WireLog
from evce_acceptance.world import SiteWorld
from evce_acceptance.writes.plan import PlannedCall, plan, told_together
from rich.console import Console
from rich.status import Status
from rich.table import Table

COLOURS = {Verdict.PASS: "green", Verdict.FAIL: "bold red", Verdict.UNEXPECTED_PASS: "red", Verdict.ERROR: "bold red"}
JOURNAL = "leases.jsonl"
"""The file of leases, beside the reports: what an earlier run left open is found there."""
OF_ANY_SITE = [
    str(PACKAGE / "scenarios.py"),
    *("-c", str(PACKAGE / "pytest.ini"), "--rootdir", str(PACKAGE), "--confcutdir", str(PACKAGE)),
]
ALL = [
    *(str(PACKAGE.parent), "--target", "in-process"),
    *("-p", "no:terminal", "-o", "addopts=--import-mode=importlib"),  # the recorder speaks for pytest
    *("-p", "no:randomly", "-p", "no:cacheprovider", "--capture=no"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),  # what is imported already holds no tests
]


class RunError(Exception):
    """A run could not be made, for reasons of ours; the message holds pytest's word for it."""


def accept(
    console: Console,
    path: Path,
    output: Path,
    approval: Approval,
    simulation: Path | None,
    *,
    attended: bool,
    baseline: Path | None = None,
    lasts: bool = True,
) -> int:
    """Inspect a site and write its bundle; returns the exit status, which with a baseline tells what got worse.

    A site that does not outlast the run (`lasts`) is nothing that a failure could be seen at again.

    SettingsError and DeviationsError when a file of the site cannot be used, RunError when pytest could not run the
    features, BundleError when the bundle cannot be written, or the baseline cannot be read.
    """
    then = bundle.read(baseline) if baseline else None
    site, clock = load(path), SystemClock()
    known = deviations.load(site.deviations) if site.deviations else []
    run = Run(site.name, stamp(clock.now()), settings=site.model_dump(mode="json"), approved_by=approval.name)
    output.mkdir(parents=True, exist_ok=True)
    with console.status("beginning") as status, ExitStack() as stack:
        technician = Technician(
            clock, partial(console.print, markup=False), _reader(console, status) if attended else None
        )
        progress = Progress(clock, status.update)
        told = partial(console.print, markup=False, soft_wrap=True)
        world = SiteWorld(path, output / JOURNAL, approval, technician, clock, progress.detail, told)
        stack.callback(world.close)
        recorder = Recorder(run, clock, partial(say, console), world, progress, lasts=lasts)
        interrupted = _recorded(recorder, OF_ANY_SITE, fixtures)
    run.checks = deviations.apply(run.checks, known)
    exit_status = hand_over(console, run, output, simulation)
    if world.controller and site.controller:
        _take_home(console, run, world.controller.seen, output, site.controller.reduction_percent)
    if then is not None:
        exit_status = _tell_what_got_worse(console, run, then)
    return INTERRUPTED if interrupted else exit_status


def _tell_what_got_worse(console: Console, run: Run, then: Run) -> int:
    """Say in what a run is worse than an earlier one; returns the exit status."""
    found = compared(run, then)
    lines = [f"Worse than {then.started}: {line}" for line in found.worse]
    lines += [f"Passed on {then.started}, not tested now: {line}" for line in found.untested]
    for line in lines or [f"Nothing is worse than {then.started}."]:
        console.print(line, markup=False, soft_wrap=True)
    return found.exit_status


def _take_home(console: Console, run: Run, seen: Mapping[str, Any], output: Path, reduction_percent: str) -> None:
    """Write what the controller answered, without names, if it answered at all; say what was removed."""
    if not seen:
        return
    written, removed = home.write(run, seen, output, bundle.name_of(run), reduction_percent)
    console.print(f"To take home, without {', '.join(removed)}: {written}", soft_wrap=True)


def _reader(console: Console, status: Status) -> Callable[[], str]:
    """Let a technician type while nothing moves on the screen."""

    def read() -> str:
        status.stop()
        try:
            return console.input("> ")
        finally:
            status.start()

    return read


def simulate(console: Console, output: Path) -> int:
    """Run all features in process and write a bundle of what they prove; returns the exit status.

    RunError when they are not there, because this is no checkout of the project, or when pytest could not run them.
    """
    if SPECIFICATION.is_relative_to(PACKAGE):
        raise RunError("All features are run on simulators from a checkout of the project; here are those of a site.")
    clock = SystemClock()
    run = Run("simulation", stamp(clock.now()))
    interrupted = _recorded(Recorder(run, clock, partial(say, console)), ALL)
    output.mkdir(parents=True, exist_ok=True)
    exit_status = hand_over(console, run, output, None)
    return INTERRUPTED if interrupted else exit_status


def _recorded(recorder: Recorder, arguments: list[str], *plugins: object) -> bool:
    """Run the features; returns whether somebody interrupted them."""
    recorder.begin()
    status = pytest.main(arguments, plugins=[recorder, *plugins])
    recorder.end()
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED):
        raise RunError(f"pytest could not run the features: {pytest.ExitCode(status).name}.")
    return status == pytest.ExitCode.INTERRUPTED


def hand_over(console: Console, run: Run, output: Path, simulation: Path | None) -> int:
    """Write the bundle and say how it went; returns the exit status."""
    written = bundle.write(run, output, simulation=bundle.read(simulation) if simulation else None)
    counts = {verdict: sum(check.verdict is verdict for check in run.checks) for verdict in Verdict}
    console.print(", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count) or "no checks")
    say(console, f"{run.verdict}: {run.site}")
    if run.verdict is Verdict.PASS and untested(run.checks):
        console.print(verdict_in_words(run), style="yellow", markup=False, soft_wrap=True)
    console.print(f"Report: {written}", soft_wrap=True)
    return run.exit_status


def planned(path: Path) -> list[PlannedCall]:
    """Return every call that a run would make; only the controller's lists are read, NoControllerError without one."""
    site, clock = load(path), SystemClock()
    controller = SiteController(site.told_controller, Pace(site.limits.requests_per_second, clock), WireLog(), clock)
    with closing(controller):
        return plan(site, controller.report(), controller.now())


def list_calls(console: Console, calls: Sequence[PlannedCall]) -> None:
    """Print calls as a table, refusals of one kind in one line."""
    table = Table("party", "call", "target", "value", "until", "why", "taken back by")
    for call in told_together(calls):
        operation = call.operation or "(refused)"
        table.add_row(call.party, operation, call.target, call.value, call.validity, call.why, call.restored_by)
    console.print(table)


def say(console: Console, line: str) -> None:
    """Print a verdict in its colour."""
    verdict, _, rest = line.partition(": ")
    colour = COLOURS.get(Verdict(verdict), "yellow")
    console.print(f"[{colour}]{verdict}[/]", end=": ")
    console.print(rest, markup=False, soft_wrap=True)
