"""What all clients of a load test share: where everything is, events, kept connections, and what a server shows."""

from __future__ import annotations

import json
import os
from http.client import HTTPException
from pathlib import Path
from typing import Any, ClassVar

import requests
from locust import User, constant_pacing, events

from load import clock, messages
from load.discovery import Shown, discover
from load.driver import EwsDriver
from load.moments import Moments
from load.profiles import PROFILES
from load.target import TARGET, Target

GOAL = Target(**json.loads(os.environ[TARGET]))
PROFILE = PROFILES[GOAL.profile]
API_PAGE = 1000
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
    driver: EwsDriver
    shown: Shown

    def on_start(self) -> None:
        """Log in and look around."""
        self.driver = GOAL.driver()
        self.shown = discover(self.call, self.version)
        self.prepare()

    def on_stop(self) -> None:
        """Close the connection."""
        self.driver.close()

    def prepare(self) -> None:
        """Make ready what will be asked, of what the server shows."""

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

    def call_offered(self, operation: str, body: bytes) -> bytes:
        """Send a request of an operation that not every server offers; empty, and no event, where it is not offered."""
        return self.call(operation, body) if self.shown.offers(operation) else b""


def api_session() -> requests.Session:
    """Open a session with the controller's API."""
    session = requests.Session()
    session.trust_env = False
    session.auth = (GOAL.login, GOAL.secret)
    return session
