"""The simulator as one object: a site, its API on a free port, its journal; for tests, demos and the command line."""

from __future__ import annotations

import secrets
import tempfile
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from evce_simulator import scenario as scenarios
from evce_simulator.accounts import Accounts
from evce_simulator.beginning import begin_as
from evce_simulator.certificate import make_certificate
from evce_simulator.clock import Clock, SystemClock, VirtualClock
from evce_simulator.control import CONTROL_PATH, make_control
from evce_simulator.dialect import Dialect
from evce_simulator.dialect import load as load_profile
from evce_simulator.faults import ActiveFault, Faults
from evce_simulator.front import Front
from evce_simulator.journal import Journal
from evce_simulator.lasting_faults import LastingFaults
from evce_simulator.life import Life
from evce_simulator.model import Model
from evce_simulator.records import milliseconds_of
from evce_simulator.routes import BASE_PATH, make_app
from evce_simulator.scenario import Scenario
from evce_simulator.server import Server

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class EvceSimulator:
    """A simulated EV charge controller that serves its REST API while the `with` block runs.

    `scenario` is a name, a .toml file or a Scenario; `port` 0 takes a free one; without a `password` one is made. The
    `clock` is any object with now(), monotonic() and wait(stop, seconds); `speed` runs the site faster than it, and
    `start` sets its wall clock. `live` and `life` say what moves, whatever the scenario says. With `control_port` (0: a
    free one) the control plane and its page are served too. With a `profile`, a shipped one's name or a file, the API
    speaks that dialect; model, faults, journal and control plane stay in the contract's terms. With a `contract_port`
    (0: a free one) the contract's own API is served as well, for those who judge in its terms. With a `capture`, a
    bundle or a capture's file, the site begins as it was recorded, lives on unless `live` is False, and speaks the
    bundle's dialect, or `profile`.

    >>> with EvceSimulator("guide") as simulator:
    ...     simulator.model.set_zone(1, maxCurrent=200)
    ...     simulator.url.startswith("http://127.0.0.1:"), simulator.model.zone(1)["maxCurrent"]
    (True, 200)
    """

    def __init__(  # noqa: PLR0913 - one keyword for each thing that a user may choose
        self,
        scenario: str | Scenario = "guide",
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        login: str = "bms",
        password: str | None = None,
        tls: bool = False,
        clock: Clock | None = None,
        speed: float = 1.0,
        start: datetime | None = None,
        seed: int = 0,
        live: bool | None = None,
        life: Life | None = None,
        control_port: int | None = None,
        control_token: str | None = None,
        profile: str | None = None,
        contract_port: int | None = None,
        capture: str | Path | None = None,
    ) -> None:
        begun = None if capture is None else begin_as(Path(capture), profile)
        dialect = None if profile is None else load_profile(profile)
        chosen = scenarios.load(scenario) if isinstance(scenario, str) else scenario
        if begun is not None:
            chosen, dialect = begun.scenario, begun.profile
        self.notes = begun.notes if begun else []
        """What of a capture could not be taken over, in sentences."""
        chosen = replace(chosen, live=chosen.live if live is None else live, life=life or chosen.life)
        self.clock = VirtualClock(clock or SystemClock(), speed, start or chosen.start)
        self.model = Model(chosen, self.clock, seed)
        self.accounts = Accounts(self.clock, login, password or secrets.token_urlsafe(9))
        self.journal = Journal()
        self.faults = Faults(self.clock, seed)
        self.faults.starts |= {"refused": self._refuse} | LastingFaults(self.model, self.accounts).starts
        self.control_token = control_token or secrets.token_urlsafe(9)
        self._stop = threading.Event()
        self._folder = tempfile.TemporaryDirectory(prefix="evce-simulator-") if tls else None
        certificate = make_certificate(Path(self._folder.name), host) if self._folder else None
        self.ca_file = certificate[0] if certificate else None
        app = make_app(self.model, self.accounts)
        self.contract = Front(app, BASE_PATH, self.clock, self.accounts, self.faults, self.journal, self._stop)
        """The API in the contract's own terms, for calls within the process, whatever is served."""
        self.wsgi: WSGIApplication = self.contract
        if dialect is not None:
            texts = begun.texts if begun else None
            self.wsgi = Dialect(self.contract, dialect, self.accounts, self.clock, texts)
        self._server = Server(self.wsgi, host, port, certificate)
        self._control = None
        if control_port is not None:
            self._control = Server(make_control(self), host, control_port, certificate, threads=4)
        self._plain = None if contract_port is None else Server(self.contract, host, contract_port, certificate)
        self._switch = threading.Lock()
        self._watchers: list[threading.Thread] = []

    @property
    def login(self) -> str:
        """The login that the API admits."""
        return self.accounts.login

    @property
    def password(self) -> str:
        """The password of that login."""
        return self.accounts.password

    @property
    def port(self) -> int:
        """The port of the API, known once it listens."""
        return self._server.port

    @property
    def url(self) -> str:
        """The base address of the API, with /api/v2."""
        return f"{self._server.origin}{BASE_PATH}"

    @property
    def contract_url(self) -> str | None:
        """The base address of the contract's own API beside a dialect, None when it is not served."""
        return f"{self._plain.origin}{BASE_PATH}" if self._plain else None

    @property
    def control_url(self) -> str | None:
        """The address of the control plane, None when it is not served."""
        return f"{self._control.origin}{CONTROL_PATH}" if self._control else None

    @property
    def control_docs_url(self) -> str | None:
        """The address of the page that tells and tries the operations of the control plane, None when not served."""
        return f"{self._control.origin}/docs" if self._control else None

    @property
    def page_url(self) -> str | None:
        """The address of the page, with the token that it needs."""
        return f"{self._control.origin}/#{self.control_token}" if self._control else None

    def start(self) -> Self:
        """Listen; PortInUseError when a port is taken."""
        self._server.start()
        try:
            for server in self._beside():
                server.start()
        except Exception:
            self.stop()
            raise
        return self

    def _beside(self) -> list[Server]:
        """Return what is served beside the API."""
        return [server for server in (self._control, self._plain) if server is not None]

    def stop(self) -> None:
        """Stop listening, end waiting answers, remove the certificate."""
        self._stop.set()
        with self._switch:
            self._server.stop()
        for watcher in self._watchers:
            watcher.join()
        for server in self._beside():
            server.stop()
        if self._folder is not None:
            self._folder.cleanup()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def inject(self, name: str, **choices: Any) -> ActiveFault:  # noqa: ANN401 - see Faults.add
        """Raise a fault of the catalogue, as in `inject("slow", delay=5, calls=3, path="/connectors*")`.

        Choices: calls, seconds, probability, method, path, and the options of the fault's row.
        """
        return self.faults.add(name, **choices)

    def clear_faults(self, name: str | None = None) -> None:
        """End all faults, or those of a name."""
        self.faults.clear(name)

    def save(self) -> dict[str, Any]:
        """Return a snapshot of the site and its clock, for JSON."""
        saved = self.model.save()
        return saved | {"time": self.clock.now().isoformat()}

    def load(self, saved: dict[str, Any]) -> None:
        """Go on from a snapshot: the site, and its wall clock."""
        self.model.load(saved)
        self.clock.jump((self.model.wall - milliseconds_of(self.clock.now())) / 1000)

    def reset(self, seed: int | None = None) -> None:
        """Begin again: the site from its scenario, no faults, an empty journal."""
        self.faults.clear()
        self.accounts.unlock()
        self.journal.clear()
        self.model.reset(seed)

    # --- the fault that needs the server itself

    def _refuse(self, fault: ActiveFault) -> Callable[[], None]:
        """Stop to listen; a fault for a time ends by itself, for no call will come that could end it."""
        with self._switch:
            self._server.stop()
        if fault.ends < float("inf"):
            watcher = threading.Thread(
                target=self._end_in_time, args=(fault,), name="evce-simulator-fault", daemon=True
            )
            self._watchers.append(watcher)
            watcher.start()
        return self._listen_again

    def _end_in_time(self, fault: ActiveFault) -> None:
        while not self.clock.wait(self._stop, max(0.0, fault.ends - self.clock.monotonic())):
            if self.clock.monotonic() >= fault.ends:
                self.faults.end_those_over()
                return

    def _listen_again(self) -> None:
        with self._switch:
            if not self._stop.is_set():
                self._server.start()
