"""The clients of a load test: Enterprise Server, AS-P, PME, operator, and another client of the controller's API.

Run by `python -m load`, which says in the environment where everything is. One event for each operation; a SOAP fault
or an error of an item is a failure, whatever the HTTP status; what clients check of values is an event of its own.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from http.client import HTTPException
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

import requests
from locust import User, constant_pacing, events, task

from load import clock, messages, oracle
from load.driver import EwsDriver
from load.limits import AGE, ARRIVED, CYCLE, STALE, WRONG
from load.moments import Moments
from load.profiles import PROFILES
from load.target import TARGET, Target

GOAL = Target(**json.loads(os.environ[TARGET]))
PROFILE = PROFILES[GOAL.profile]
API_PAGE = 1000
POLL_DURATION = "Interface/PollDuration"
MOMENTS = Moments(Path(GOAL.prefix), os.getpid())


@events.request.add_listener  # type: ignore[untyped-decorator] # locust does not type its hooks
def _note(name: str, response_time: float, **_: object) -> None:
    MOMENTS.note(name, response_time)


@events.quit.add_listener  # type: ignore[untyped-decorator] # as above
def _close(**_: object) -> None:
    MOMENTS.close()


class LoadUser(User):
    """What all clients share: timing, events, and the address of the site."""

    abstract = True
    wait_time = constant_pacing(PROFILE.pause)

    def report(self, kind: str, name: str, milliseconds: float, size: int = 0, trouble: str = "") -> None:
        """Fire the one event of an operation or check."""
        self.environment.events.request.fire(
            request_type=kind,
            name=name,
            response_time=milliseconds,
            response_length=size,
            exception=RuntimeError(trouble) if trouble else None,
            context={},
        )

    def fetch(self, session: requests.Session, kind: str) -> list[dict[str, Any]]:
        """Fetch a list of the controller's API, page by page, as the connector does."""
        objects: list[dict[str, Any]] = []
        total = 1
        while len(objects) < total:
            page: dict[str, Any] = {"items": [], "total": 0}
            started, trouble, size = clock.wall(), "", 0
            try:
                response = session.get(f"{GOAL.api}/{kind}?limit={API_PAGE}&offset={len(objects)}", timeout=30)
                size = len(response.content)
                response.raise_for_status()
                page = response.json()
            except (requests.RequestException, ValueError) as error:
                trouble = str(error)
            self.report("EVCE", f"/{kind}", (clock.wall() - started) * 1000, size, trouble)
            objects += page["items"]
            total = page["total"]
        return objects


class EwsUser(LoadUser):
    """A client of the EWS server with one connection."""

    abstract = True
    version: ClassVar[str] = "1.2"

    def on_start(self) -> None:
        """Log in and look around."""
        self.driver = EwsDriver(GOAL.ews, GOAL.user, GOAL.password)
        self.discover()

    def on_stop(self) -> None:
        """Close the connection."""
        self.driver.close()

    def discover(self) -> None:
        """Find out what to ask later."""

    def call(self, operation: str, body: bytes) -> bytes:
        """Send a request as one event; returns the answer's body, empty after a failure."""
        started, answer, reconnects = clock.wall(), b"", self.driver.reconnects
        try:
            status, answer = self.driver.send(body)
            trouble = messages.trouble_in(status, answer)
        except (OSError, HTTPException) as error:
            trouble = f"{type(error).__name__}: {error}"
        self.report("EWS", operation, (clock.wall() - started) * 1000, len(answer), trouble)
        if self.driver.reconnects > reconnects:
            self.report("EWS", "reconnect", 0)
        return b"" if trouble else answer

    def walk(self, batch: int = 100) -> list[str]:
        """Return the ids of all value items of the site, found folder by folder."""
        found: list[str] = []
        folders = ["Site"]
        while folders:
            below: list[str] = []
            for some in _batches(folders, batch):
                answer = self.call("GetContainerItems", messages.get_container_items(some, self.version))
                containers, values = messages.children_of(answer)
                below += containers
                found += values
            folders = below
        return found


class Reader(EwsUser):
    """Reads all values of the site, over and over, and checks them."""

    abstract = True
    batch: ClassVar[int] = 1000

    def discover(self) -> None:
        """Walk the tree once, build the requests once, and ask the controller what does not change."""
        ids = self.walk()
        self.requests = [messages.get_values(some, self.version) for some in _batches(ids, self.batch)]
        self.cycle_time, self.last_oldest = GOAL.cycle, 0.0
        self.truth: dict[str, str] = {}
        with _api_session() as session:
            for kind in ("zones", "stations", "connectors"):
                self.truth |= oracle.expected(kind, self.fetch(session, kind))

    def read_all(self) -> None:
        """Read everything once."""
        oldest, wrong = 0.0, []
        for body in self.requests:
            sent = clock.shared()
            values = messages.values_of(self.call("GetValues", body))
            oldest = max([oldest, *oracle.ages(values, sent).values()])
            wrong += oracle.differing(values, self.truth)
        self.report("EWS", AGE, oldest * 1000)
        self.report("check", WRONG, 0, trouble="; ".join(wrong[:3]))
        self.judge_age(oldest)

    def judge_age(self, oldest: float) -> None:
        """Judge the age that was found the last time: by now the poll that ended it has told how long it took."""
        values = messages.values_of(self.call("GetValues", messages.get_values([POLL_DURATION], self.version)))
        for value in values:
            self.report("EWS", CYCLE, float(value.text) * 1000)
            self.cycle_time = max(self.cycle_time, float(value.text))
        limit = PROFILE.age_limit(self.cycle_time)
        is_old = self.last_oldest > limit
        trouble = f"a value was {self.last_oldest:.1f} s old; interval + cycle time is {limit:.1f} s" if is_old else ""
        self.report("check", STALE, 0, trouble=trouble)
        self.last_oldest = oldest


class EnterpriseServer(Reader):
    """Building Operation's Enterprise Server: all values, alarms, a log, and a subscription to some values."""

    fixed_count = PROFILE.users.get("EnterpriseServer", 0)
    weight = fixed_count

    def discover(self) -> None:
        """Also subscribe, and begin with the alarms as they are."""
        super().discover()
        self.last_update = messages.first_text(
            self.call("GetAlarmEvents", messages.request("GetAlarmEvents")), "LastUpdate"
        )
        zone = [f"Zones/1/{name}" for name in ("ZoneActiveEnergy", "ZoneSetPointCurrent(A)")]
        self.subscription = messages.first_text(self.call("Subscribe", messages.subscribe(zone)), "SubscriptionId")
        self.notification = ""

    @task
    def cycle(self) -> None:
        """Read everything; ask for alarms since the last time, notifications, and a log."""
        self.read_all()
        answer = self.call("GetUpdatedAlarmEvents", messages.get_updated_alarm_events(self.last_update))
        self.last_update = messages.first_text(answer, "LastUpdate") or self.last_update
        body = messages.by_subscription("GetNotification", self.subscription, self.notification)
        answer = self.call("GetNotification", body)
        self.notification = messages.first_text(answer, "NotificationId") or self.notification
        self.call("Renew", messages.by_subscription("Renew", self.subscription))
        log = "Zones/1/OverallConsumptionLogs/ZoneActiveEnergy-Readings"
        self.call("GetHistory", messages.get_history(log))


class AutomationServer(Reader):
    """An AS-P: EWS 1.1, batches of 100."""

    fixed_count = PROFILE.users.get("AutomationServer", 0)
    weight = fixed_count
    version: ClassVar[str] = "1.1"
    batch: ClassVar[int] = 100

    @task
    def cycle(self) -> None:
        """Read everything."""
        self.read_all()


class Pme(EwsUser):
    """Power Monitoring Expert: alarms and logs."""

    fixed_count = PROFILE.users.get("Pme", 0)
    weight = fixed_count

    @task
    def look(self) -> None:
        """Read the alarms and the logs of the first zone."""
        self.call("GetAlarmEvents", messages.request("GetAlarmEvents"))
        self.call("GetAlarmHistory", messages.request("GetAlarmHistory"))
        for point in ("ZoneActiveEnergy", "ZoneOverallActivePowerTotal"):
            self.call("GetHistory", messages.get_history(f"Zones/1/OverallConsumptionLogs/{point}-Readings"))


class Operator(EwsUser):
    """Writes reductions of a zone of its own, and takes a connector of its own out of and into service."""

    fixed_count = PROFILE.users.get("Operator", 0)
    weight = fixed_count
    numbers = count()

    def discover(self) -> None:
        """Choose a zone and a station from the end; begin with no reduction, and with the connector in service."""
        worker = getattr(self.environment.runner, "worker_index", 0)  # the operators of two workers must not meet
        number = (next(self.numbers) + worker) % len(PROFILE.operated)
        self.zone = PROFILE.zones - number
        self.station = PROFILE.operated[number]
        self.available = True
        self.reduction = 0
        self.session = _api_session()

    def on_stop(self) -> None:
        """Close both connections."""
        self.session.close()
        super().on_stop()

    @task
    def write(self) -> None:
        """Write both, and see at the controller that the reduction has arrived."""
        self.reduction = (self.reduction + 5) % 50
        self.available = not self.available
        zone = {f"Zones/{self.zone}/ZoneReduction": str(self.reduction)}
        if self.call("SetValues", messages.set_values(zone)):
            self.check_arrival()
        connector = f"Stations/{self.station}/Connectors/1/ConnectorAvailability"
        self.call("SetValues", messages.set_values({connector: str(self.available)}))

    def check_arrival(self) -> None:
        """Compare the controller's own reduction with the one just written."""
        try:
            found = oracle.reduction_of(self.session.get(f"{GOAL.api}/zones/{self.zone}", timeout=30).json())
            arrived = found == self.reduction
            trouble = "" if arrived else f"zone {self.zone} has a reduction of {found}, {self.reduction} was written"
        except (requests.RequestException, ValueError, KeyError) as error:
            trouble = str(error)
        self.report("check", ARRIVED, 0, trouble=trouble)


class ApiClient(LoadUser):
    """Another client of the controller's API, which reads as the connector polls."""

    fixed_count = PROFILE.users.get("ApiClient", 0)
    weight = fixed_count

    def on_start(self) -> None:
        """Open a session."""
        self.session = _api_session()

    def on_stop(self) -> None:
        """Close it."""
        self.session.close()

    @task
    def poll(self) -> None:
        """Fetch the three lists."""
        for kind in ("zones", "stations", "connectors"):
            self.fetch(self.session, kind)


def _api_session() -> requests.Session:
    """Open a session with the controller's API."""
    session = requests.Session()
    session.trust_env = False
    session.auth = (GOAL.login, GOAL.secret)
    return session


def _batches(ids: Sequence[str], size: int) -> list[Sequence[str]]:
    return [ids[start : start + size] for start in range(0, len(ids), size)]
