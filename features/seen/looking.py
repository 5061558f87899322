"""All that acceptance looks for by reading, in one go: beside the controller, by EWS alone, at the server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from inspect import isfunction, signature

from ebo_simulator import EboClient, EboError
from ebo_simulator.clock import SystemClock
from evce_acceptance.checks.inspection import Ends, Findings, Inspection
from evce_acceptance.ews.results import Outcome
from evce_acceptance.ews.running import Wanted, run
from evce_acceptance.results.verdicts import InconclusiveError, NotApplicableError, WrongItemsError
from evce_acceptance.site.settings import MEASURED, Claims, Connector, NoControllerError
from evce_acceptance.steps import inspecting

from features.driver.connector import PASSWORD, USER
from features.driver.world import INSPECTED, LATE, World, WorldClock

EVERYTHING = 2_000
"""Requests that a test of the server may send."""
LEVELS = ("site", "zone", "station", "connector")
UNDECIDED = (NoControllerError, InconclusiveError, NotApplicableError)
"""How a step says that it has nothing to say."""


def everything(inspection: Inspection) -> Findings:
    """Take every step of a run that only reads; returns what is found wrong, a sentence by item."""
    found: Findings = {}
    for step in steps():
        try:
            step(inspection)
        except WrongItemsError as error:
            found = error.findings | found
        except EboError as error:
            found.setdefault("the server", str(error))
        except UNDECIDED:
            continue
    return found


def steps() -> Iterator[Callable[[Inspection], None]]:
    """Yield the steps of acceptance that look at a site, each level of objects by itself."""
    for step in vars(inspecting).values():
        if not isfunction(step) or step.__module__ != inspecting.__name__ or step.__name__.startswith("_"):
            continue
        parameters = [*signature(step).parameters]
        if parameters == ["inspection"]:
            yield step
        elif parameters == ["inspection", "level"]:
            yield from (lambda inspection, step=step, level=level: step(inspection, level) for level in LEVELS)


@contextmanager
def inspected(world: World, *, alone: bool, address: str = "") -> Iterator[Inspection]:
    """Inspect a site, with its controller or by EWS alone: its connector, or what answers at an address (HTTP)."""

    def connect(version: str = "1.2", user: str = USER) -> EboClient:
        return EboClient(address, user, PASSWORD, version, strict=False) if address else world.connect(version, user)

    connector = Connector(
        url=address or "http://simulated",
        poll_seconds=MEASURED if alone else world.interval,
        late_seconds=LATE,
        ids_per_request=INSPECTED,
    )
    report = None if alone else world.controller.report
    with closing(Inspection(Ends(connect, report, WorldClock(world), connector, Claims()))) as inspection:
        yield inspection


def off_contract(world: World) -> Findings:
    """Test a site's connector as a server of EWS, over HTTP; returns why, by id and version of checks that fail."""
    ews = world.connector.service.ews
    ews.start()
    wanted = Wanted(ews.address, USER, PASSWORD, requests_per_second=10_000, most=EVERYTHING)
    return {line.name: line.why for line in run(wanted, SystemClock()).of(Outcome.FAIL)}
