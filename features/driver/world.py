"""One site with its three parties: charge controller, connector, Building Operation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from ebo_simulator import EboClient
from evce_acceptance.checks.inspection import Ends, Findings, Inspection
from evce_acceptance.guide.cells import is_same
from evce_acceptance.guide.datapoints import named
from evce_acceptance.guide.oracle import Oracle
from evce_acceptance.site import settings
from evce_acceptance.site.objects import Json
from evce_simulator import Scenario

from features.driver.building_operation import BuildingOperation, make_client
from features.driver.clocks import SteppedClock, ThreadedClock, Watcher
from features.driver.connector import USER, Connector, Disk
from features.driver.controller import CONTRACT, Controller

HTTP, IN_PROCESS, POSTGRESQL = "http", "in-process", "postgresql"
TARGETS = (IN_PROCESS, HTTP, POSTGRESQL)
"""How the parties speak, and where the connector keeps its data: in an SQLite file but for the last, in process."""

INSPECTED = 1000
"""Items that an inspector of a simulated site asks for at a time."""
LATE = 1.0
"""Seconds that a poll of a simulated site may take."""
QUARTER, AWAKE = 900.0, 10.0
"""Seconds of a quarter of an hour, and those of its end that a connector sees which sleeps in between."""


class WorldClock:
    """A clock for who inspects a simulated site: time passes for everyone while he waits."""

    def __init__(self, world: World) -> None:
        self._world = world

    def now(self) -> datetime:
        """Tell the time of day, in UTC."""
        return self._world.clock.now()

    def monotonic(self) -> float:
        """Tell the seconds since the world began."""
        return self._world.clock.monotonic()

    def wait(self, seconds: float) -> None:
        """Let the seconds pass."""
        self._world.pass_time(max(0.0, seconds))


class World:
    """Everything that a scenario speaks of; closed after it."""

    def __init__(
        self, target: str, site: str | Scenario, folder: Path, database: str = "", *, profile: str = CONTRACT
    ) -> None:
        over_http = target == HTTP
        self.clock = ThreadedClock() if over_http else SteppedClock()
        self.controller = Controller(site, self.clock, over_http=over_http, profile=profile)
        self.controller.start()
        self.connector = Connector(self.controller, self.clock, folder, database)
        self._operations: dict[str, BuildingOperation] = {}
        self.subscriptions: list[str] = []

    @property
    def operation(self) -> BuildingOperation:
        """Building Operation on an Enterprise Server."""
        return self.operation_like("es")

    def operation_like(self, product: str) -> BuildingOperation:
        """Connect a workstation that behaves like a product."""
        if product not in self._operations:
            self._operations[product] = BuildingOperation(self.connector, product)
        return self._operations[product]

    def log_in(self, **login: str) -> BuildingOperation:
        """Connect a further workstation with a login or an address of its own."""
        self._operations[str(login)] = BuildingOperation(self.connector, **login)
        return self._operations[str(login)]

    def inspection(self) -> Inspection:
        """Let an inspector look at it who knows nothing but both addresses."""
        connector = settings.Connector(
            url="http://simulated", poll_seconds=self.interval, late_seconds=LATE, ids_per_request=INSPECTED
        )
        clock = WorldClock(self)
        return Inspection(Ends(self.connect, self.controller.report, clock, connector, settings.Claims()))

    def connect(self, version: str = "1.2", user: str = USER) -> EboClient:
        """Make an EWS client of the connector."""
        return make_client(self.connector, version, user)

    def start(self) -> None:
        """Start the connector: it sets up and polls."""
        self.connector.start()

    def set_up(self) -> None:
        """Run the set-up processor; Building Operation browses anew afterwards."""
        self.connector.set_up()
        self.browse_again()

    def browse_again(self) -> None:
        """Let Building Operation notice folders that are new, gone or renamed."""
        for operation in self._operations.values():
            operation.forget_tree()

    def pass_time(self, seconds: float) -> None:
        """Let time pass for everyone."""
        self.connector.runner.advance(seconds)

    @contextmanager
    def looked_at(self, watcher: Watcher) -> Iterator[None]:
        """Let somebody look at the site while a poll waits for its answer: in process there is no other thread."""
        if not isinstance(self.clock, SteppedClock):
            yield
            return
        self.clock.watcher = watcher
        try:
            yield
        finally:
            self.clock.watcher = None

    def poll(self, times: int = 1) -> None:
        """Let time pass until so many more polls have begun and are done."""
        for _ in range(times):
            before = len(self.controller.poll_starts())
            self.pass_time(self.interval)
            assert len(self.controller.poll_starts()) > before, "the connector let an interval pass without a poll"

    def set_clock_of_connector(self, seconds: float) -> None:
        """Set the connector's wall clock that much forward or back; the charge controller's, which follows, stays."""
        self.clock.jump(seconds)
        self.controller.simulator.clock.jump(-seconds)

    def pass_quarters(self, count: int) -> None:
        """Let quarter-hours pass, counted from now, of which the connector sees the last ten seconds alone.

        It polls and logs then as ever. So a day takes no longer than an hour of polls.
        """
        for _ in range(count):
            self.clock.advance(QUARTER - AWAKE)
            self.pass_time(AWAKE)

    def pass_time_after_last_poll(self, seconds: float) -> None:
        """Let time pass until the last good poll is that old."""
        self.pass_time(self.controller.poll_starts()[-1] + seconds - self.clock.monotonic())

    @property
    def oracle(self) -> Oracle:
        """What the controller reports at this moment, and what follows from it."""
        return Oracle(self.controller.report())

    def objects(self, level: str) -> dict[str, Json]:
        """Return the controller's objects of a level by the path of their folder."""
        return self.oracle.objects(level)

    def wrong_values(self, name: str, formula: str) -> Findings:
        """Compare every data point of a name with what a formula gives now; nothing moves meanwhile."""
        oracle, points = self.oracle, self.operation.points(name)
        wrong = {}
        for path, thing in oracle.objects(named(name).level).items():
            point, expected = points[path], oracle.value(formula, thing)
            if not is_same(point.type, point.value, expected):
                wrong[point.path] = f"shows {point.value}, not {expected}"
        return wrong

    @property
    def interval(self) -> float:
        """Seconds from poll to poll, as configured."""
        return float(self.connector.service.configuration.status.interval_seconds)

    def disconnect(self) -> None:
        """Log Building Operation out."""
        for operation in self._operations.values():
            operation.close()
        self._operations.clear()

    def stop_connector(self) -> None:
        """Stop the connector; Building Operation loses it."""
        self.disconnect()
        self.connector.stop()

    def cut_power(self, disk: Disk | None = None) -> None:
        """Let the connector's machine lose its power, now or when its files were like this; the building loses it."""
        kept = self.connector.on_disk() if disk is None else disk
        self.disconnect()
        self.connector.cut_power(kept)

    def close(self) -> None:
        """End all parties."""
        self.disconnect()
        self.controller.close()
        self.connector.stop()


def note(world: World) -> dict[str, Any]:
    """Return what helps to understand a failure: the last requests and what set-up said."""
    return {
        "requests to the charge controller": world.controller.journal.entries()[-12:],
        "prompts": world.connector.prompts,
    }
