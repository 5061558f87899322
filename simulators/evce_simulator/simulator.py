"""The simulator as one object: a site, its API on a free port, its journal; for tests, demos and the command line."""

from __future__ import annotations

import secrets
import tempfile
import threading
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from evce_simulator import scenario as scenarios
from evce_simulator.accounts import Accounts
from evce_simulator.certificate import make_certificate
from evce_simulator.clock import Clock, SystemClock, VirtualClock
from evce_simulator.journal import Journal
from evce_simulator.model import Model
from evce_simulator.routes import BASE_PATH, make_app
from evce_simulator.scenario import Scenario
from evce_simulator.server import Server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class EvceSimulator:
    """A simulated EV charge controller that serves its REST API while the `with` block runs.

    `scenario` is a name, a .toml file or a Scenario; `port` 0 takes a free one; without a `password` one is made. The
    `clock` is any object with now(), monotonic() and wait(stop, seconds); `speed` runs the site faster than it.
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
    ) -> None:
        chosen = scenarios.load(scenario) if isinstance(scenario, str) else scenario
        self.clock = VirtualClock(clock or SystemClock(), speed, start or chosen.start)
        self.model = Model(chosen, self.clock, seed)
        self.accounts = Accounts(self.clock, login, password or secrets.token_urlsafe(9))
        self.journal = Journal()
        self.ca_file: Path | None = None
        self._stop = threading.Event()
        self._folder = tempfile.TemporaryDirectory(prefix="evce-simulator-") if tls else None
        certificate = None
        if self._folder is not None:
            certificate = make_certificate(Path(self._folder.name), host)
            self.ca_file = certificate[0]
        self._app = make_app(self.model, self.accounts)
        self._server = Server(self.answer, host, port, certificate)

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

    def start(self) -> Self:
        """Listen; PortInUseError when the port is taken."""
        self._server.start()
        return self

    def stop(self) -> None:
        """Stop listening, end waiting answers, remove the certificate."""
        self._stop.set()
        self._server.stop()
        if self._folder is not None:
            self._folder.cleanup()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (WSGI) and note it in the journal."""
        began, monotonic = self.clock.now(), self.clock.monotonic()
        seen: list[str] = []

        def note_status(status: str, headers: list[tuple[str, str]], _trouble: object = None, /) -> object:
            seen.append(status)
            return start_response(status, headers)

        body = self._app(environ, note_status)  # type: ignore[arg-type]
        self.journal.add(
            time=began,
            monotonic=monotonic,
            method=environ["REQUEST_METHOD"],
            path=environ["PATH_INFO"].removeprefix(BASE_PATH),
            query=environ.get("QUERY_STRING", ""),
            status=int(seen[0].split()[0]) if seen else 0,
            seconds=self.clock.monotonic() - monotonic,
        )
        return body
