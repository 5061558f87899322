"""A real site in the place of a simulated one: what the steps of features tagged @site ask of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path

from ebo_simulator import EboClient, Folder, Point
from ebo_simulator.clock import Clock
from evce_acceptance.checks.checkout import wrong_values
from evce_acceptance.checks.inspection import Ends, Findings, Inspection, say_nothing
from evce_acceptance.manual.technician import Technician
from evce_acceptance.site.approval import Approval, ReadOnlyError
from evce_acceptance.site.controller import SiteController
from evce_acceptance.site.endpoint import ews_client
from evce_acceptance.site.objects import Json
from evce_acceptance.site.settings import NoControllerError, load
from evce_acceptance.site.wire import Pace, WireLog
from evce_acceptance.writes.lease import Lease
from evce_acceptance.writes.restoring import Parties
from evce_acceptance.writes.writing import Writing

Progress = Callable[[str], None]


class SiteOperation:
    """What Building Operation would see of the site, as the inspection has read it."""

    def __init__(self, inspection: Inspection) -> None:
        self._inspection = inspection

    def points(self, name: str) -> dict[str, Point]:
        """Return every data point of a name, by the path of its folder."""
        return self._inspection.points(name)

    def folder(self, path: str) -> Folder:
        """Return a folder of the tree; an EboError when there is none."""
        return self._inspection.workstation.tree.folder(path)

    def everything(self) -> list[Point]:
        """Return every item of the guide's tree."""
        return [point for _, folder in self._inspection.matched.folders.items() for point in folder.points]


class SiteWorld:
    """One site for a whole run: paced, logged, and closed at the end. Nothing is asked of it before a step does.

    `path` is the site's file, which the watchdog of writes reads too; `journal` is where leases are kept.
    """

    def __init__(
        self,
        path: Path,
        journal: Path,
        approval: Approval,
        technician: Technician,
        clock: Clock,
        progress: Progress,
        tell: Progress = say_nothing,
    ) -> None:
        self.site, self.clock, self.approval, self.technician = load(path), clock, approval, technician
        site = self.site
        self.log = WireLog(site.secrets)
        self.pace = Pace(site.limits.requests_per_second, clock)
        self.controller = SiteController(site.controller, self.pace, self.log, clock) if site.controller else None
        report = self.controller.report if self.controller else None
        ends = Ends(self._connect, report, clock, site.connector, site.claims, progress, tell, self._watch_every)
        self.inspection = Inspection(ends)
        self.operation = SiteOperation(self.inspection)
        self.lease = self._lease(path, journal) if site.controller else None
        self._entered = ExitStack()

    @property
    def _watch_every(self) -> float:
        """Seconds between looks at what moves: half the requests that the site allows."""
        return 2 / self.site.limits.requests_per_second

    def _lease(self, path: Path, journal: Path) -> Lease:
        parties = Parties.of(self.site, self.approval, self.pace, self.log, self.clock)
        return Lease(self.site, path, self.approval, journal, parties)

    def _connect(self, version: str = "", user: str = "") -> EboClient:
        return ews_client(self.site.connector, self.pace, self.log, self.clock, version=version, user=user)

    def objects(self, level: str) -> dict[str, Json]:
        """Return the controller's objects of a level by the path of their folder."""
        return self.inspection.objects(level)

    def wrong_values(self, name: str, _: str) -> Findings:
        """Return what the point-to-point sheet says of a data point; its formula is that of datapoints.csv."""
        return wrong_values(self.inspection.judged(name))

    @cached_property
    def writing(self) -> Writing:
        """What may be written; ReadOnlyError as long as nobody has approved of it.

        NoControllerError where nobody told of a controller: what was written could not be proven, nor taken back.
        """
        if self.lease is None:
            raise NoControllerError
        if not self.approval.given:
            raise ReadOnlyError("Nobody approved of writes. Allow them with --allow-writes --approved-by NAME.")
        if self.site.budget.reduction_lowers is None:
            self.lease.budget.lowers = self.technician.reduction_lowers()
        return Writing(self.inspection, self._entered.enter_context(self.lease))

    def close(self) -> None:
        """Take back what is left of leases, and close all connections."""
        self._entered.close()
        self.inspection.close()
        if self.controller:
            self.controller.close()


def versions(world: SiteWorld) -> dict[str, str]:
    """Return who answers at both ends, as they say themselves."""
    system = world.controller.system() if world.controller else {}
    information = world.inspection.client.get_web_service_information()
    server = information.system
    controller = f"{system.get('name', '')} {system.get('version', '')}".strip()
    return {
        "controller": f"{controller}, API {system.get('apiVersion', '')}"
        if system
        else "not asked: judged by EWS alone",
        "connector": f"{server.name} {server.version} ({server.id})" if server else "",
        "EWS": f"{information.version}, {len(information.operations)} operations",
    }
