"""The charge controller of a feature: the simulator, as a technician in front of it would see and change it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import requests
from evce_acceptance.guide.oracle import Oracle
from evce_connector.clock import ManualClock
from evce_simulator import EvceSimulator, Scenario
from evce_simulator.journal import Entry
from evce_simulator.server import CutConnectionError

from features.driver.wsgi import WsgiAdapter

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

LOGIN, PASSWORD = "bms", "Charge-22"
IN_PROCESS_URL = "http://controller.invalid/api/v2"
LISTS = {"zone": "zones", "station": "stations", "connector": "connectors"}


CONTRACT = "v6"
"""The profile that spells the contract."""


class Controller:
    """A site behind its API; over HTTP on a free port of this machine, else called in the same thread.

    With a `profile` the API speaks a dialect, and what the site reports is asked for in the contract's own terms.
    """

    def __init__(self, site: str | Scenario, clock: ManualClock, *, over_http: bool, profile: str = CONTRACT) -> None:
        self.clock = clock
        self.over_http = over_http
        self.profile = profile
        spoken = None if profile == CONTRACT else profile
        self.simulator = EvceSimulator(site, login=LOGIN, password=PASSWORD, clock=clock, profile=spoken)
        self.model, self.journal = self.simulator.model, self.simulator.journal
        self.adapter = WsgiAdapter(self._answer)
        self._refuses = False
        self._heard = 0
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Connection"] = "close"  # a kept one may be closed by the server just as it is used again
        self._session.auth = (LOGIN, PASSWORD)
        if not over_http:
            self._session.mount("http://", self.adapter)
        if spoken:
            self._session.mount("http://", WsgiAdapter(self.simulator.contract))

    @property
    def url(self) -> str:
        """The base address to be typed into the connector's configuration."""
        return self.simulator.url if self.over_http else IN_PROCESS_URL

    def start(self) -> None:
        """Answer from now on."""
        if self.over_http:
            self.simulator.start()

    def vanish(self) -> None:
        """Answer no more: whoever calls has the connection cut."""
        self.simulator.inject("reset")

    def come_back(self) -> None:
        """Answer again."""
        self.simulator.clear_faults("reset")

    def do_instead(self, method: str, other: Callable[..., object]) -> None:
        """Let it do something else where its model has a method of that name: a controller that misbehaves."""
        setattr(self.model, method, other)

    def raise_fault(self, name: str, **choices: Any) -> None:  # noqa: ANN401 - as the simulator's own
        """Raise a fault of the catalogue; without a socket the driver itself refuses connections."""
        self._heard = len(self.journal)
        self._refuses = name == "refused" and not self.over_http
        self.simulator.inject(name, **choices)

    def heard(self) -> list[Entry]:
        """Return the requests that came since a fault was raised last."""
        return self.journal.entries()[self._heard :]

    def try_password(self, password: str) -> int:
        """Ask who answers with a password, as whoever knows the address may; returns the status."""
        return self._session.get(f"{self.url}/system", auth=(LOGIN, password), timeout=10).status_code

    def clear_faults(self, name: str | None = None) -> None:
        """End all faults, or those of a name."""
        self._refuses = self._refuses and name not in (None, "refused")
        self.simulator.clear_faults(name)

    def slow_down(self, seconds: float) -> None:
        """Take so many seconds for each answer, and begin the journal anew."""
        self.simulator.inject("slow", delay=seconds)
        self.journal.clear()

    def close(self) -> None:
        """Leave nothing behind; answers that are under way are given at once."""
        self._session.close()
        self.simulator.stop()

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a call within the process, with a cut connection as the caller's socket would tell it."""
        if self._refuses:
            raise ConnectionRefusedError("connection refused")
        try:
            return self.simulator.wsgi(environ, start_response)
        except CutConnectionError as cut:
            raise ConnectionResetError("connection reset by peer") from cut

    def report(self) -> dict[str, list[dict[str, Any]]]:
        """Return what the API says of the site at this moment, list by list."""
        return {name: self._items(f"/{name}") for name in LISTS.values()}

    @property
    def known(self) -> Oracle:
        """What the site is, whatever the API says of it."""
        return Oracle({name: getattr(self.model, name)() for name in LISTS.values()})

    def _items(self, path: str) -> list[dict[str, Any]]:
        answer = self._session.get(self.url + path, timeout=10)
        answer.raise_for_status()
        return list(answer.json()["items"])

    def find(self, kind: str, name: str) -> dict[str, Any]:
        """Return a zone by name, a station by OCPP identifier, a connector as "<OCPP identifier>/<number>"."""
        if kind == "connector":
            station, _, number = name.rpartition("/")
            home = self.find("station", station)["id"]
            return next(one for one in self.model.connectors(station=home) if one["logicalConnector"] == int(number))
        key, objects = {
            "zone": ("name", self.model.zones()),
            "station": ("ocppIdentifier", self.model.stations()),
        }[kind]
        return next(one for one in objects if one[key] == name)

    def change(self, kind: str, name: str, /, **fields: object) -> None:
        """Set fields of a zone, station or connector."""
        change = {"zone": self.model.set_zone, "station": self.model.set_station, "connector": self.model.set_connector}
        change[kind](self.find(kind, name)["id"], **fields)

    def show_as_is(self) -> None:
        """Report every object as the site has it, without the oddities that were set beside it."""
        for kind, name in LISTS.items():
            for one in getattr(self.model, name)():
                self.model.release(kind, one["id"])

    def add(self, kind: str, /, **fields: object) -> None:
        """Add an object with the next free id; what is not given is as on a plain object of the kind."""
        self._add(kind, 1, fields)

    def add_plain(self, kind: str, count: int) -> None:
        """Add so many plain objects of a kind."""
        self._add(kind, count, {})

    def _add(self, kind: str, count: int, fields: dict[str, object]) -> None:
        objects = {"zone": self.model.zones, "station": self.model.stations, "connector": self.model.connectors}[kind]()
        free = max(one["id"] for one in objects) + 1
        for number in range(free, free + count):
            self.model.add(kind, **PLAIN[kind] | {"id": number} | fields)

    def remove_station(self, name: str) -> None:
        """Remove a station with its connectors."""
        self.model.remove_station(self.find("station", name)["id"])

    def poll_starts(self) -> list[float]:
        """Return when the zones were asked for, in s of the clock: once a poll, and once a set-up."""
        return [entry.monotonic for entry in self.journal.entries("GET", "/zones")]

    def asked_for(self) -> list[str]:
        """Return what was asked for, in order."""
        return [entry.path.removeprefix("/") for entry in self.journal.entries()]


PLAIN: dict[str, dict[str, Any]] = {
    "zone": {"name": "New zone", "type": "STATIC", "maxCurrent": 63, "setPointCurrent": 63, "setPointPower": 43},
    "station": {
        "friendlyName": "New station",
        "ocppIdentifier": "NEW-1",
        "serialNumber": "SN1",
        "model": "Column 22",
        "version": "1.0.0",
        "ipAddress": "192.168.0.200",
    },
    "connector": {"logicalConnector": 2, "maxCurrent": 32, "setPointCurrent": 32, "setPointPower": 22},
}
