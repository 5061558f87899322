"""What an answer costs on this machine just now, by the least of servers: what a connector takes more is its own.

On a machine with other work each process waits for its turn, and a bound in seconds would judge that work. The server
is a process of its own that works as long for an answer as a connector does; whoever measures a connector asks it as
well, over a fresh connection each time.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

from load import clock
from load.processes import Child, serve

PATIENCE = 8.0
"""Time in s after which nobody waits for it any more."""
WORK = 0.005
"""Seconds of a core that an answer takes: those of a poll of a hundred ids, and somewhat more."""
TIMES = 2.0
"""How often the slowest of its answers is added to what a connector may take: of many turns each has its worst one."""


class Yardstick:
    """Asks the server, and keeps the slowest answer in s."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.slowest = 0.0

    def ask(self) -> None:
        """Ask once."""
        started = clock.wall()
        with socket.create_connection(("127.0.0.1", self._port), PATIENCE) as connection:
            connection.sendall(b"?")
            connection.recv(1)
        self.slowest = max(self.slowest, clock.wall() - started)

    def allowed(self, seconds: float) -> float:
        """Return what a connector may take that may take so many s on a machine without other work."""
        return allowed(seconds, self.slowest)


def allowed(seconds: float, slowest: float) -> float:
    """Return what a connector may take, given the slowest answer of the least of servers meanwhile; in s."""
    return seconds + TIMES * slowest


@contextmanager
def yardstick() -> Iterator[Yardstick]:
    """Run the server as a process as long as the block lasts."""
    with Child("tests.hostile.yardstick") as child:
        yield Yardstick(child.ready["port"])


class _Answer(StreamRequestHandler):
    def handle(self) -> None:
        asked, began = self.rfile.read(1), time.thread_time()
        while time.thread_time() - began < WORK:
            pass
        self.wfile.write(asked)


def main() -> None:
    """Answer whoever asks, until standard input ends."""
    with ThreadingTCPServer(("127.0.0.1", 0), _Answer) as server:
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        serve({"port": server.server_address[1]}, {})
        server.shutdown()


if __name__ == "__main__":
    main()
