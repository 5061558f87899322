"""A pytest plugin that turns the features' scenarios into an acceptance run: verdicts, readings, exchanges."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import pytest
from ebo_simulator.clock import Clock
from ebo_simulator.errors import EboError
from evce_acceptance.report.proofs import requirements
from evce_acceptance.results.progress import Progress
from evce_acceptance.results.run import Check, Proof, Run, Verdict
from evce_acceptance.results.verdicts import InconclusiveError, NotApplicableError, WrongItemsError
from evce_acceptance.site.again import command_for
from evce_acceptance.site.controller import ControllerError
from evce_acceptance.site.settings import Site
from evce_acceptance.world import SiteWorld, versions

WORLD = pytest.StashKey[SiteWorld]()
"""Under which pytest's configuration holds the site."""
LEASE, MANUAL, SITE = "lease", "manual", "site"
VERDICTS: dict[type[BaseException], Verdict] = {
    NotApplicableError: Verdict.NOT_APPLICABLE,
    InconclusiveError: Verdict.INCONCLUSIVE,
    AssertionError: Verdict.FAIL,
    EboError: Verdict.ERROR,
    ControllerError: Verdict.ERROR,
}
"""What ends a scenario, and the verdict that it gives; the message is the reason."""
EXAMPLE = "_pytest_bdd_example"
PACKAGES = ("evce-connector", "requests", "zeep", "pytest-bdd")


class Recorder:
    """Chooses the scenarios of a run, gives them their site, and keeps how each ended.

    A site that `lasts` can be asked again when the run has ended.
    """

    def __init__(
        self,
        run: Run,
        clock: Clock,
        tell: Callable[[str], None],
        world: SiteWorld | None = None,
        progress: Progress | None = None,
        *,
        lasts: bool = True,
    ) -> None:
        self.run, self.world, self._lasts = run, world, lasts
        self._clock, self._tell, self._progress = clock, tell, progress or Progress(clock)
        self._ids = {one.id for one in requirements()}
        self._left: dict[str, pytest.Item] = {}

    @property
    def site(self) -> Site | None:
        """The site's file; None in a simulation."""
        return self.world.site if self.world else None

    def pytest_configure(self, config: pytest.Config) -> None:
        """Hand over the site."""
        if self.world:
            config.stash[WORLD] = self.world

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Choose what is tagged for a site, or elsewhere all that needs none; plain tests are no checks."""
        scenarios = [item for item in items if EXAMPLE in getattr(item, "fixturenames", ())]
        if self.world:
            chosen = [item for item in scenarios if item.get_closest_marker(SITE)]
        else:
            chosen = [item for item in scenarios if not _changes_something(item)]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(chosen)])
        items[:] = sorted(chosen, key=_changes_something)
        self._left = {item.nodeid: item for item in items}
        self._progress.begin(len(items))

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Show which check runs now."""
        self._progress.next(self._check(item, Verdict.INCONCLUSIVE, "").scenario)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
        """Keep a check once it has run, or could not be set up."""
        report = yield
        if call.when == "call" or (call.when == "setup" and call.excinfo is not None):
            self._left.pop(item.nodeid, None)
            error = call.excinfo.value if call.excinfo else None
            if not isinstance(error, KeyboardInterrupt | pytest.exit.Exception):
                self._keep(item, error, call.duration)
        return report

    def _keep(self, item: pytest.Item, error: BaseException | None, seconds: float) -> None:
        verdict, reason, items = verdict_of(error)
        check = self._check(item, verdict, reason, items, seconds)
        if self.world and self._lasts:
            check = replace(check, again=command_for(check, self.world.site, self.world.log.exchanges))
        self.run.checks.append(check)
        more = [check.reason] * bool(check.reason) + [f"See it again: {check.again}"] * bool(check.again)
        lines = [f"{check.verdict}: {check.scenario} ({self._progress.end()})", *more]
        self._tell("\n    ".join(lines))

    def _check(
        self, item: pytest.Item, verdict: Verdict, reason: str, items: tuple[str, ...] = (), seconds: float = 0.0
    ) -> Check:
        # here and not above: pytest must see pytest-bdd first, to rewrite its assertions
        from pytest_bdd.scenario import scenario_wrapper_template_registry  # noqa: PLC0415

        scenario = scenario_wrapper_template_registry[getattr(item, "function")]  # noqa: B009 - Item declares none
        name = scenario.name
        example: dict[str, str] = item.callspec.params.get(EXAMPLE, {}) if hasattr(item, "callspec") else {}
        for parameter, value in example.items():
            hidden = self.world is not None and parameter == SITE  # which there is but one of
            name = name.replace("<site> ", "") if hidden else name.replace(f"<{parameter}>", value)
        ids = sorted({mark.name for mark in item.iter_markers()} & self._ids)
        return Check(
            Path(scenario.feature.filename).stem,
            name,
            tuple(ids),
            self._proof(item),
            verdict,
            reason,
            items,
            round(seconds, 3),
        )

    def _proof(self, item: pytest.Item) -> Proof:
        if self.world is None:
            return Proof.SIMULATION
        return Proof.LEASE if item.get_closest_marker(LEASE) else Proof.READ_ONLY

    def begin(self) -> None:
        """Note who runs what against whom."""
        self.run.environment |= {name: version(name) for name in PACKAGES}
        self.run.environment |= {"Python": platform.python_version(), "system": platform.platform()}
        if self.world:
            self.run.environment |= versions(self.world)

    def end(self) -> None:
        """Take over the sheet and the wire log; what did not come to run is inconclusive."""
        reason = "The run ended before it came to this check."
        self.run.checks += [self._check(item, Verdict.INCONCLUSIVE, reason) for item in self._left.values()]
        self.run.ended = stamp(self._clock.now())
        if self.world:
            self.run.exchanges = list(self.world.log.exchanges)
            self.run.lease = self.world.lease.entries if self.world.lease else []
            if interval := vars(self.world.inspection).get("interval"):
                self.run.environment["polling"] = interval.words
            self.run.answers = list(self.world.technician.answers)
            if "checkout" in vars(self.world.inspection):
                cells = self.world.inspection.checkout.cells
                self.run.readings = [cell.reading for cell in cells if cell.reading is not None]


def verdict_of(error: BaseException | None) -> tuple[Verdict, str, tuple[str, ...]]:
    """Give the verdict for how a scenario ended, the reason, and the items that it names."""
    if error is None:
        return Verdict.PASS, "", ()
    items = tuple(sorted(error.findings)) if isinstance(error, WrongItemsError) else ()
    for kind, verdict in VERDICTS.items():
        if isinstance(error, kind):
            return verdict, str(error) or "An expectation does not hold.", items
    return Verdict.ERROR, f"{type(error).__name__}: {error}", ()


def stamp(instant: datetime) -> str:
    """Write an instant as runs keep it."""
    return instant.isoformat(timespec="seconds")


def _changes_something(item: pytest.Item) -> bool:
    """Order what only reads before what writes."""
    return item.get_closest_marker(LEASE) is not None or item.get_closest_marker(MANUAL) is not None
