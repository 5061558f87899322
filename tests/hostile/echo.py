"""The connector's HTTP server around the plainest application, as a child: it tells what it was given."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from evce_connector.http_server.messages import Cost, Head, Response, sentence
from evce_connector.http_server.server import HttpServer

from load.processes import serve


class Echo:
    """Admits every request."""

    max_body = 1024 * 1024

    def admit(self, head: Head) -> EchoRequest:
        """Answer it later."""
        return EchoRequest(head)


@dataclass(frozen=True)
class EchoRequest:
    """Tells the body and the method."""

    head: Head

    def cost(self, body: bytes) -> Cost:
        """Answer at once."""
        del body
        return Cost.QUICK

    def answer(self, body: bytes) -> Response:
        """Tell them in the head, where an answer to HEAD has them too."""
        return Response(200, b"ok", headers=(("X-Body", body.hex()), ("X-Method", self.head.method)))

    def too_long(self) -> Response:
        """Say so."""
        return sentence(413, "Too long.")

    def overloaded(self, why: str) -> Response:
        """Say so."""
        return sentence(503, why)


def main() -> None:
    """Serve until standard input ends."""
    logging.basicConfig(level=logging.INFO)
    server = HttpServer(Echo(), "127.0.0.1", 0, name="echo")
    server.start()
    serve({"port": server.port}, {})
    server.stop()


if __name__ == "__main__":
    main()
