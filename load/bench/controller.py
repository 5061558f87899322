"""A controller that costs next to nothing: pages made beforehand, served from memory. Run as a child."""

from __future__ import annotations

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar

from load.bench.recorded import LOGGING_IN, Headers, make_recorded
from load.bench.sites import VARIANTS, Pages, make_pages
from load.processes import serve

BASE = "/api/v2"


class Handler(BaseHTTPRequestHandler):
    """Answers with the page of the present variant."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # headers and body in one packet
    disable_nagle_algorithm = True
    pages: ClassVar[Pages] = {}
    others: ClassVar[Pages] = {}
    """What is shown from the next poll on, in turns with `pages`."""
    more: ClassVar[Headers] = {}
    """Headers that some answers have besides."""

    def do_GET(self) -> None:
        """Send a page; a poll begins with /system."""
        if self.path.endswith("/system") and self.others:
            Handler.pages, Handler.others = self.others, self.pages
        self._send(self.path.removeprefix(BASE))

    def do_POST(self) -> None:
        """Let everybody in."""
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._send(LOGGING_IN + self.path.removeprefix(BASE))

    def _send(self, key: str) -> None:
        body = self.pages.get(key, b"{}")
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in self.more.get(key, {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Log nothing."""


def main() -> None:
    """Serve the pages of a site with as many connectors as the argument says, in a dialect if there is a second one."""
    connectors, dialect = int(sys.argv[1]), "".join(sys.argv[2:3])
    variants, Handler.more = make_recorded(dialect, connectors) if dialect else (make_pages(connectors), {})

    def show(variant: str) -> list[str]:
        Handler.pages, Handler.others = variants[variant], {}
        return sorted(path for path in Handler.pages if not path.startswith(LOGGING_IN))

    def take_turns() -> int:
        Handler.pages, Handler.others = variants[VARIANTS[0]], variants[VARIANTS[1]]
        return 0

    show(VARIANTS[0])
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    serve({"url": f"http://127.0.0.1:{server.server_port}{BASE}"}, {"show": show, "take_turns": take_turns})
    server.shutdown()
    server.server_close()


if __name__ == "__main__":
    main()
