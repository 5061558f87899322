"""Pages of generated sites in a dialect: what the connector asks the simulator for, and is answered, recorded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import requests
from evce_connector.clock import ManualClock
from evce_connector.evce import profile as profiles
from evce_connector.evce.client import EvceClient, EvceOptions
from evce_simulator import EvceSimulator
from evce_simulator.scenario import Scenario

from load.bench.sites import Pages, make_pages

LOGIN = "bench"
_PATIENCE = 120.0
LOGGING_IN = "POST "
"""What stands before the path of an answer to a login."""


_KEPT = ("Link", "Set-Cookie")
"""Headers without which lists do not go on, and nobody is let in."""

Headers = dict[str, dict[str, str]]
"""Headers of answers, by path and query."""


def make_recorded(dialect: str, connectors: int) -> tuple[dict[str, Pages], Headers]:
    """Return all variants of a site in a dialect, bodies by path and query, and the headers that they all have.

    Those of logins begin with `POST `.
    """
    headers: Headers = {}
    variants = {variant: _recorded(dialect, pages, headers) for variant, pages in make_pages(connectors).items()}
    return variants, headers


def _recorded(dialect: str, contract: Pages, headers: Headers) -> Pages:
    """Serve a site that the contract's pages show in a dialect, and keep what one fetch is answered."""
    site = Scenario("bench")
    for path, body in contract.items():
        if path != "/system":
            site.tables.setdefault(path.partition("?")[0].strip("/"), []).extend(json.loads(body)["items"])
    pages: Pages = {}
    with (
        EvceSimulator(site, login=LOGIN, password=LOGIN, profile=dialect) as simulator,
        _keeping(simulator.url, pages, headers) as url,
        EvceClient(EvceOptions(url, LOGIN, LOGIN), profiles.load(dialect), ManualClock()) as client,
    ):
        client.fetch()  # by a clock that stands still, for a simulator takes longer than a poll may
    return pages


@contextmanager
def _keeping(target: str, pages: Pages, kept: Headers) -> Iterator[str]:
    """Hand requests on to a controller, and keep what it answers; yields the address."""

    class Between(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def do_GET(self) -> None:
            self._hand_on(self.path)

        def do_POST(self) -> None:
            self._hand_on(LOGGING_IN + self.path)

        def _hand_on(self, key: str) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {
                name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection")
            }
            answer = requests.request(self.command, target + self.path, data=sent, headers=headers, timeout=_PATIENCE)
            pages[key] = answer.content
            kept[key] = {name: answer.headers[name] for name in _KEPT if name in answer.headers}
            self.send_response(answer.status_code)
            for name, value in kept[key].items():
                self.send_header(name, value)
            self.send_header("Content-Type", answer.headers["Content-Type"])
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Between) as server:
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
