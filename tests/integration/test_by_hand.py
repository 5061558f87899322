"""Documents of each dialect that were written by hand, with the values typed beside them, decide who is right.

A site that the simulator serves and the connector reads comes back the same when both err alike; these do not.
"""

from __future__ import annotations

import csv
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
from evce_connector.clock import ManualClock
from evce_connector.evce.profile import PROFILES
from evce_connector.site.catalogue import CATALOGUE
from evce_connector.site.datapoint import Level
from evce_connector.site.values import State
from evce_simulator import EvceSimulator
from evce_simulator import scenario as scenarios
from evce_simulator.clock import ManualClock as SiteClock

from tests.support.joined import LOGIN, PASSWORD, connect, settings

BY_HAND = Path(__file__).parent / "by_hand"
START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
DIALECTS = sorted(file.stem for file in PROFILES.glob("*.toml") if file.stem != "v6")
LET_IN = {"access_token": "t-1", "expires_in": 3600, "seconds": 3600}
"""What logins are answered with: a token, or how long the cookie lasts."""


def documents(dialect: str) -> dict[str, Any]:
    """Return what a controller answers to each path."""
    found: dict[str, Any] = json.loads((BY_HAND / f"{dialect}.json").read_text(encoding="utf-8"))
    return found


def typed() -> dict[str, str]:
    """Return what was typed for each item, by its id."""
    with (BY_HAND / "values.csv").open(encoding="utf-8", newline="") as rows:
        return {row["item"]: row["value"] for row in csv.DictReader(rows)}


@contextmanager
def answering(answers: dict[str, Any]) -> Iterator[str]:
    """Answer with documents, whatever is asked for beside the path; yields the address."""

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            document = answers.get(self.path.partition("?")[0])
            self._send(404 if document is None else 200, document)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self._send(200, LET_IN)

        def _send(self, status: int, document: object) -> None:
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Set-Cookie", "session=s-1")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        server.daemon_threads = False  # so that its end waits for what still answers
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def test_every_data_point_has_a_typed_value() -> None:
    points = {key.rpartition("/")[2] for key in typed()}
    assert points == {point.name for point in CATALOGUE if point.level not in (Level.INTERFACE, Level.CURTAILMENT)}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_documents_written_by_hand_give_the_values_that_were_typed_beside_them(dialect: str, tmp_path: Path) -> None:
    with answering(documents(dialect)) as url:
        service = connect(settings(tmp_path, url, evce={"profile": dialect}), ManualClock(START))
        try:
            service.set_up()
            service.poll()
            service.step()
            items = [item for folder in service.items.tree.root.walk() for item in folder.values]
            found = {item.key: item for item in items if not item.key.startswith("Interface/")}
        finally:
            service.stop()
    assert {key: said(item.value) for key, item in found.items()} == typed()
    uncertain = {key for key, item in found.items() if item.state is not State.GOOD}
    assert uncertain == {"Zones/5/ZoneValidity"}  # a zone without reduction


def said(value: object) -> str:
    """Return a value as it is typed in the table: numbers to six places."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat()
    return str(round(value, 6)) if isinstance(value, float) else str(value)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_simulator_serves_the_same_site_as_the_documents_written_by_hand(dialect: str) -> None:
    site, clock = scenarios.load(str(BY_HAND / "site.toml")), SiteClock(START)
    with EvceSimulator(site, login=LOGIN, password=PASSWORD, clock=clock, profile=dialect) as simulator:
        session = logged_in(simulator.url, dialect)
        for path, document in documents(dialect).items():
            assert alike(session.get(f"{simulator.url}{path}", timeout=20).json()) == alike(document), path
        session.close()


def logged_in(url: str, dialect: str) -> requests.Session:
    """Return what a controller that speaks a dialect lets in."""
    session = requests.Session()
    if dialect == "areas":
        login = {"grant_type": "password", "username": LOGIN, "password": PASSWORD}
        token = session.post(f"{url}/oauth/token", data=login, timeout=20).json()["access_token"]
        session.headers["Authorization"] = f"Bearer {token}"
    elif dialect == "links":
        assert session.post(f"{url}/session", json={"user": LOGIN, "secret": PASSWORD}, timeout=20).ok
    else:
        session.headers["X-API-Key"] = PASSWORD
    return session


def alike(document: Any, seen: dict[str, int] | None = None) -> Any:  # noqa: ANN401 - JSON
    """Return a document with its texts as ids counted in their order, numbers to six places and instants without ms."""
    seen = {} if seen is None else seen
    if isinstance(document, dict):
        return {
            key: seen.setdefault(value, len(seen)) if key in ("uid", "href") else alike(value, seen)
            for key, value in sorted(document.items())
        }
    if isinstance(document, list):
        return [alike(one, seen) for one in document]
    if isinstance(document, float):
        return round(document, 6)
    return document.replace(".000Z", "Z") if isinstance(document, str) else document
