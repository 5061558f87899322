"""The controllers of a fleet as one child that costs next to nothing: pages made beforehand, a path for each site.

All sites look alike. At each site every connector has other readings and another state with each poll, which is the
most that there can be to do.
"""

from __future__ import annotations

import signal
import sys
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import ClassVar

from load import clock
from load.bench.controller import BASE
from load.bench.sites import VARIANTS, Pages, make_pages
from load.processes import serve


class Controllers:
    """What all sites show, and when each was asked for a poll (s of `load.clock.shared`)."""

    def __init__(self, connectors: int) -> None:
        variants = make_pages(connectors)
        self._in_turns = variants[VARIANTS[0]], variants[VARIANTS[1]]
        self._asked: defaultdict[str, list[float]] = defaultdict(list)
        self._count: defaultdict[str, int] = defaultdict(int)
        self._lock = Lock()

    def page(self, path: str) -> bytes:
        """Return what a site answers to `/SITE/api/v2/...`; a poll begins with /system."""
        site, _, rest = path.lstrip("/").partition("/")
        key = f"/{rest}".removeprefix(BASE)
        with self._lock:
            if key.endswith("/system"):
                self._asked[site].append(clock.shared())
                self._count[site] += 1
            pages: Pages = self._in_turns[self._count[site] % 2]
        return pages.get(key, b"{}")

    def begin(self) -> float:
        """Forget when sites were asked, and return the present instant."""
        with self._lock:
            self._asked.clear()
        return clock.shared()

    def asked(self) -> dict[str, list[float]]:
        """Return by site when each poll began since then."""
        with self._lock:
            return {site: list(moments) for site, moments in self._asked.items()}


class Handler(BaseHTTPRequestHandler):
    """Answers for the controllers of all sites, and lets everybody in."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # headers and body in one packet
    disable_nagle_algorithm = True
    controllers: ClassVar[Controllers]

    def do_GET(self) -> None:
        """Send a page."""
        body = self.controllers.page(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Log nothing."""


def main() -> None:
    """Serve sites with as many connectors each as the argument says."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started it ends it, when all that asks it has ended
    Handler.controllers = controllers = Controllers(int(sys.argv[1]))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    ready = {"url": f"http://127.0.0.1:{server.server_port}", "base": BASE}
    serve(ready, {"begin": controllers.begin, "asked": controllers.asked})
    server.shutdown()
    server.server_close()


if __name__ == "__main__":
    main()
