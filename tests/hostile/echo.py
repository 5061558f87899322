"""The connector's HTTP server around the plainest application, as a child: it tells what it was given."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

from evce_connector.http_server import QuietServer

from load.processes import serve

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def echo(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer every request with 200."""
    length = environ.get("CONTENT_LENGTH") or "65536"
    body = environ["wsgi.input"].read(int(length))
    fields = [("Content-Length", "2"), ("X-Body", body.hex()), ("X-Method", environ["REQUEST_METHOD"])]
    start_response("200 OK", fields)
    return [b"" if environ["REQUEST_METHOD"] == "HEAD" else b"ok"]


def main() -> None:
    """Serve until standard input ends."""
    logging.basicConfig(level=logging.INFO)
    server = QuietServer(("127.0.0.1", 0), echo, numthreads=70)
    server.prepare()
    thread = threading.Thread(target=server.serve)
    thread.start()
    serve({"port": server.bind_addr[1]}, {})
    server.stop()
    thread.join()


if __name__ == "__main__":
    main()
