"""What an answer costs on this machine just now, by the least of servers: what a connector takes more is its own.

On a machine with other work each process waits for its turn, and a bound in seconds would judge that work. The server
is a process of its own that does as much for an answer as a connector does; whoever measures a connector asks it as
well, over a fresh connection each time. It tells how long its core was at it: a slow core is slow for a connector too.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

from load import clock
from load.processes import Child, serve
from tests.support.stopwatch import ran_and_waited, slowness, worked

_LINE = 32
PATIENCE = 8.0
"""Time in s after which nobody waits for it any more."""
TIMES = 2.0
"""How often the slowest of its answers is added to what a connector may take: of many turns each has its worst one."""


class Yardstick:
    """Asks the server, and keeps the slowest answer in s."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.begin()

    def begin(self) -> None:
        """Forget what was measured."""
        self.slowest, self._worked = 0.0, list[float]()

    def ask(self) -> None:
        """Ask once."""
        started = clock.wall()
        with socket.create_connection(("127.0.0.1", self._port), PATIENCE) as connection:
            connection.sendall(b"?")
            self._worked.append(float(connection.recv(_LINE)))
        self.slowest = max(self.slowest, clock.wall() - started)

    @property
    def slowness(self) -> float:
        """How many times as long as on such a core the same work took, never less than once."""
        return slowness(self._worked)

    def allowed(self, seconds: float) -> float:
        """Return what a connector may take that may take so many s on such a core and a machine without other work."""
        return allowed(seconds, self.slowest, self.slowness)


def allowed(seconds: float, slowest: float, slowness: float) -> float:
    """Return what a connector may take, in s, given the slowest answer of the least of servers and its slowness."""
    return seconds * slowness + TIMES * slowest


ALONE = 1.7
"""The stretch of a connector on two cores beside the crowd and the clients of a test alone: they are no other work."""


class Cores:
    """How many times as long as on a machine without other work a process that is never idle takes, from now on.

    What is seldom busy, as the least of servers is, gets a core at once; a connector that a crowd keeps busy has to
    share one with all else that is busy. The kernel (Linux) tells how long its threads ran, and waited for a core.
    """

    def __init__(self, process: int) -> None:
        self._process = process
        self._before = _ran_and_waited(process)

    def stretch(self) -> float:
        """Return 1 when it had a core whenever it wanted one, 2 when it waited as long as it ran."""
        ran, waited = (now - before for now, before in zip(_ran_and_waited(self._process), self._before, strict=True))
        return 1.0 + waited / ran if ran > 0 else 1.0


def _ran_and_waited(process: int) -> tuple[float, float]:
    """Return for how many s all threads of a process have run, and waited for a core."""
    threads = [f"{process}/task/{folder.name}" for folder in Path(f"/proc/{process}/task").glob("*")]
    times = [ran_and_waited(thread) for thread in threads]
    return sum(ran for ran, _ in times), sum(waited for _, waited in times)


@contextmanager
def yardstick() -> Iterator[Yardstick]:
    """Run the server as a process as long as the block lasts."""
    with Child("tests.hostile.yardstick") as child:
        yield Yardstick(child.ready["port"])


class _Answer(StreamRequestHandler):
    def handle(self) -> None:
        self.rfile.read(1)
        self.wfile.write(f"{worked():.6f}".encode())  # a poll of a hundred ids takes as much, or somewhat less


def main() -> None:
    """Answer whoever asks, until standard input ends."""
    with ThreadingTCPServer(("127.0.0.1", 0), _Answer) as server:
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        serve({"port": server.server_address[1]}, {})
        server.shutdown()


if __name__ == "__main__":
    main()
