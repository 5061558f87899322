"""`evce-acceptance watch` and `resume`: a day or a week beside operation, and what only that shows."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click
from ebo_simulator import EboError
from ebo_simulator.clock import Clock, SystemClock
from evce_acceptance.cli import INTERRUPTED, JSON, UNUSABLE
from evce_acceptance.site.settings import SettingsError, Site, load
from evce_acceptance.site.wire import Pace
from evce_acceptance.watch.findings import Finding, judged, named
from evce_acceptance.watch.looks import Journal, JournalError, Look, Plan, iso
from evce_acceptance.watch.report import Report
from evce_acceptance.watch.samples import Offline, boundaries, missed
from evce_acceptance.watch.watching import NoLog, Watch
from evce_acceptance.writes.budget import BudgetError, local_zone
from evce_acceptance.writes.signals import ended_by_sigterm
from rich.console import Console
from rich.status import Status

HOUR = 3600
SAMPLED_WITHIN = timedelta(minutes=2)
"""After a boundary its samples may still be written: the newest is not asked for before."""
AROUND = timedelta(seconds=5)
"""So long before and after a boundary somebody looks, to know what was Offline when samples were taken."""
LONGEST = 24.0 * 366
"""Hours that a watch may last."""
NOT_READ = "no history was read: it was interrupted"
UNREAD = "Histories could not be read, so that nothing is said of their samples; `resume` reads them again"
UNFIT = (SettingsError, BudgetError, JournalError)
"""What keeps a watch from beginning, in a sentence."""
_FOLDER = click.Path(file_okay=False, path_type=Path)


class _Finite(click.FloatRange):
    """A number of a range, and no nan, which is in none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:  # noqa: ANN401
        """Read it; an error of the command line says what is wrong with it."""
        number: float = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value!r} is no number.", param, ctx)
        return number


_HOURS, _SECONDS = _Finite(0, LONGEST), _Finite(1, 3600)


@click.command()
@click.option("--site", "path", type=click.Path(path_type=Path), required=True, help="The site's file.")
@click.option("--hours", type=_HOURS, default=24.0, show_default=True, help="How long to watch.")
@click.option("--every", type=_SECONDS, default=60.0, show_default=True, help="Seconds between looks.")
@click.option("--output", type=_FOLDER, default=Path("build/watch"), show_default=True, help="Where the watch is kept.")
@JSON
def watch(path: Path, hours: float, every: float, output: Path, *, as_json: bool) -> None:
    """Watch a connector beside its operation, and report what only time shows; it only reads.

    Missed and doubled samples, silences, values that went Offline, restarts, items gone and new, clocks that drift or
    are apart, a change of hour, alarms that never clear. Ctrl-C ends a watch with a report of what was seen; `resume`
    goes on with it.

    Exit status: 0 nothing is wrong, 1 something is, 2 nothing was proven, 3 it could not begin, 130 interrupted.
    """
    console, clock = Console(highlight=False, stderr=as_json), SystemClock()
    try:
        plan = Plan(str(path.resolve()), iso(clock.now()), hours, every)
        site = _usable(path)
        Journal(output).begin(plan)
    except UNFIT as error:
        _refuse(console, error)
    sys.exit(_Days(console, clock, site, output).watched(as_json=as_json))


@click.command()
@click.argument("folder", type=_FOLDER)
@JSON
def resume(folder: Path, *, as_json: bool) -> None:
    """Go on with the watch in FOLDER until its hours are over, counted from its beginning; then report.

    The time in between is told as not watched; samples that the histories lack of it are told and not judged.

    Exit status: as of `watch`.
    """
    console = Console(highlight=False, stderr=as_json)
    try:
        plan, _ = Journal(folder).read()
        site = _usable(Path(plan.site))
    except UNFIT as error:
        _refuse(console, error)
    sys.exit(_Days(console, SystemClock(), site, folder).watched(as_json=as_json))


def _usable(path: Path) -> Site:
    """Read a site's file, and see that its time zone is known: at the end of a week it would be too late."""
    site = load(path)
    local_zone(site.budget.time_zone)
    return site


def _refuse(console: Console, error: Exception) -> None:
    console.print(str(error), markup=False, soft_wrap=True)
    sys.exit(UNUSABLE)


@dataclass
class _Days:
    """A watch from where its journal ends to its report."""

    console: Console
    clock: Clock
    site: Site
    folder: Path
    _unkept: list[Look] = field(default_factory=list)
    """Looks that the disk did not take; they are written with the next."""

    def watched(self, *, as_json: bool) -> int:
        """Look until the hours are over or somebody interrupts, and report; returns the exit status."""
        journal = Journal(self.folder)
        plan, looks = journal.read()
        pace = Pace(self.site.limits.requests_per_second, self.clock)
        running = Watch(self.site, self.clock, pace, NoLog(), journal.known())
        interrupted = False
        try:
            with self.console.status(f"looking at {self.site.connector.url}") as status, ended_by_sigterm():
                try:
                    self._look_on(running, plan, looks, status)
                except KeyboardInterrupt:
                    interrupted = True
                try:
                    report = self._report(running, plan, looks, status)
                except KeyboardInterrupt:
                    interrupted = True
                    report = Report(self.site.name, plan, looks, self._judged(plan, looks), NOT_READ)
        finally:
            running.close()
        self._tell(report, as_json=as_json, interrupted=interrupted)
        return INTERRUPTED if interrupted else report.exit_status

    def _look_on(self, running: Watch, plan: Plan, looks: list[Look], status: Status) -> None:
        end = datetime.fromisoformat(plan.started) + timedelta(hours=plan.hours)
        while not looks or self.clock.now() < end:
            begun = self.clock.monotonic()
            before = running.known
            looks.append(running.look())
            left = (end - self.clock.now()).total_seconds()
            trouble = self._noted(looks[-1], running.known if running.known != before else None)
            status.update(_so_far(looks, left) + trouble)
            self.clock.wait(min(begun + plan.every - self.clock.monotonic(), left, self._until_boundary()))

    def _until_boundary(self) -> float:
        """Return how many s there are until shortly before the next boundary of samples, or shortly after this one."""
        now, minutes = self.clock.now(), self.site.claims.history_minutes
        near = boundaries(now - AROUND, now + timedelta(minutes=minutes) + AROUND, minutes)
        moments = [moment for at in near for moment in (at - AROUND, at + AROUND) if moment > now]
        return (min(moments) - now).total_seconds()

    def _noted(self, look: Look, known: set[str] | None) -> str:
        """Write a look to the journal, and the items if others are known; returns what to say if the disk takes none.

        The watch goes on without; what was not kept is written with the next look.
        """
        self._unkept.append(look)
        try:
            Journal(self.folder).note(self._unkept)
            self._unkept = []
            if known is not None:
                Journal(self.folder).know(known)
        except OSError as error:
            return f"; not kept: {error.strerror}"
        return ""

    def _report(self, running: Watch, plan: Plan, looks: list[Look], status: Status) -> Report:
        findings = self._judged(plan, looks)
        start, end = datetime.fromisoformat(plan.started), self._there(looks) - SAMPLED_WITHIN
        histories: int | str = "no history was read: none is claimed"
        if self.site.claims.history:
            histories = "no history was read: no sample was due yet"
            if any(boundaries(start, end, self.site.claims.history_minutes)):
                histories = self._histories(running, (start, end), Offline(looks), findings, status)
        return Report(self.site.name, plan, looks, findings, histories)

    def _judged(self, plan: Plan, looks: list[Look]) -> list[Finding]:
        return judged(looks, plan.every, local_zone(self.site.budget.time_zone))

    def _there(self, looks: list[Look]) -> datetime:
        """Return the earlier one of the times of day here and at the server: it has no sample of what is to come."""
        skews = [look.skew for look in looks if look.skew is not None]
        return self.clock.now() + timedelta(seconds=min(0.0, skews[-1]) if skews else 0.0)

    def _histories(
        self, running: Watch, span: tuple[datetime, datetime], offline: Offline, findings: list[Finding], status: Status
    ) -> int | str:
        """Judge the samples of all histories; returns how many histories they are, or why none can be read."""
        try:
            instants = running.histories(
                *span, lambda number, of: status.update(f"reading histories: {number} of {of}")
            )
        except EboError as error:
            findings.append(Finding(f"{UNREAD}: {error}", *span))
            return "no history could be read"
        findings += missed(instants, *span, self.site.claims.history_minutes, offline)
        if running.unread:
            why = next(iter(running.unread.values()))
            findings.append(Finding(f"{UNREAD}: {named([*running.unread])}: {why}", *span))
        return len(instants)

    def _tell(self, report: Report, *, as_json: bool, interrupted: bool) -> None:
        written = self._written(report)
        if as_json:
            click.echo(report.to_json())
            return
        for one in [*report.told, *report.wrong]:
            line = f"{iso(one.start)} to {iso(one.end)}: {one.what}"
            self.console.print(line, style="red" if one.wrong else "", markup=False, soft_wrap=True)
        counts = f"{len(report.looks)} looks, {len(report.answered)} answered; {len(report.wrong)} findings."
        if self._unkept:
            counts += f" The disk did not take {len(self._unkept)} looks: `resume` will not know them."
        self.console.print(f"{counts} {written}", markup=False, soft_wrap=True)
        if interrupted:
            self.console.print(f"Go on with: evce-acceptance resume {self.folder}", markup=False, soft_wrap=True)

    def _written(self, report: Report) -> str:
        if not report.looks:
            return "Nothing to report yet."
        try:
            return f"Report: {report.write(self.folder)}"
        except OSError as error:
            return f"The report cannot be written to {self.folder}: {error.strerror}."


def _so_far(looks: list[Look], left: float) -> str:
    silent = sum(1 for look in looks if look.trouble)
    return f"{len(looks)} looks, {silent} not answered; {max(0.0, left) / HOUR:.1f} h left"
