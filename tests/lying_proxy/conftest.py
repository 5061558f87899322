"""A real connector on a simulated controller, once for all tests, and a lying proxy in front of it for each."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import requests
from ebo_simulator import EboClient, Workstation
from evce_connector.clock import ManualClock
from evce_connector.ews.server import EwsServer
from evce_simulator.certificate import make_certificate
from lying_proxy import Lie, LyingProxy
from requests.auth import HTTPDigestAuth

from tests.lying_proxy.bench import PASSWORD, SAMPLES, USER, Connect, OneAnswer, Post, Site, Tell
from tests.support.joined import JoinedSite


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve the guide's site, with some samples in its logs."""
    clock, folder = ManualClock(), tmp_path_factory.mktemp("site")
    with JoinedSite(folder, clock) as joined:
        service = joined.service
        service.set_up()
        for _ in range(SAMPLES):
            service.poll()
            service.log()
            clock.advance(900)
        service.poll()
        service.ews.start()
        certificate, key = make_certificate(folder)
        paged = EwsServer(
            service.items.tree,
            replace(
                service.ews.settings,
                address="https://127.0.0.1:0/EcoStruxure/DataExchange",
                page_size=2,
                certificate=str(certificate),
                private_key=str(key),
            ),
            clock,
            stores=service.stores.of_ews(),
        )
        with paged:
            yield Site(joined.simulator, service, clock, paged.address, certificate)


@pytest.fixture
def proxy(site: Site) -> Iterator[LyingProxy]:
    with LyingProxy(site.url) as running:
        yield running


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Give workstations at addresses; they are closed in the end."""
    clients = []

    def make(url: str, ca: Path | None = None) -> Workstation:
        clients.append(EboClient(url, USER, PASSWORD, ca=ca))
        return Workstation(clients[-1])

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def honest(site: Site, connect: Connect) -> Workstation:
    """Look at the connector itself."""
    return connect(site.url)


@pytest.fixture
def lied_to(proxy: LyingProxy, connect: Connect) -> Workstation:
    """Look at the connector through the proxy."""
    return connect(proxy.url)


@pytest.fixture
def post() -> Iterator[Post]:
    """Send a body to an address, with a login."""
    with requests.Session() as session:

        def send(url: str, body: str, password: str = PASSWORD, **headers: str) -> requests.Response:
            session.auth = HTTPDigestAuth(USER, password)
            kinds = {"Content-Type": "application/soap+xml; charset=utf-8", **headers}
            return session.post(url, body.encode(), headers=kinds, timeout=20)

        yield send


@pytest.fixture
def tell(proxy: LyingProxy) -> Tell:
    """Let the proxy tell a lie from now on."""

    def tell_(name: str, item: str, **options: object) -> None:
        proxy.tell(Lie(name, item, **options))

    return tell_


class _Noting(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.server.noted.update(self.headers.items())  # type: ignore[attr-defined]
        self.rfile.read(int(self.headers["Content-Length"]))
        body = self.server.answer.encode()  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Type", "application/soap+xml; action=GetValuesOut")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def capture() -> Iterator[OneAnswer]:
    """Serve a place that notes what it is sent."""
    noted = OneAnswer()
    with HTTPServer(("127.0.0.1", 0), _Noting) as server:
        server.noted, server.answer = noted.headers, noted.answer  # type: ignore[attr-defined]
        noted.url = f"http://127.0.0.1:{server.server_port}/"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield noted
        server.shutdown()
        thread.join()
