"""A flood of requests that are refused, as a child: without a login, over kept connections, at a steady rate."""

from __future__ import annotations

import asyncio
import re
import threading
from collections import Counter
from urllib.parse import urlsplit

from load import clock
from load.messages import get_values
from load.processes import serve

CONNECTIONS = 20
STEP = 0.005
"""Time in s between two bursts."""
_AHEAD = 25
"""Requests of a connection that may wait for their answers."""
_STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) ")
_LINE = len("HTTP/1.1 401")
"""Bytes of a status line that may come apart from the rest of it."""


class Asker(asyncio.Protocol):
    """One connection: counts the answers by their status, and the requests that still wait."""

    def __init__(self, statuses: Counter[str]) -> None:
        self._statuses = statuses
        self._transport: asyncio.Transport | None = None
        self._rest = b""
        self.waiting = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def ask(self, request: bytes) -> None:
        """Send a request, unless too many wait or the connection has ended."""
        if self._transport is not None and self.waiting < _AHEAD:
            self.waiting += 1
            self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Count the answers that begin in the data."""
        received = self._rest + data
        begun = list(_STATUS.finditer(received))
        self._statuses.update(match[1].decode() for match in begun)
        self.waiting -= len(begun)
        self._rest = received[begun[-1].end() if begun else 0 :][-_LINE:]

    def connection_lost(self, exc: Exception | None) -> None:
        """Send nothing more."""
        del exc
        self._transport = None


class Flood:
    """Asks so many times a second from `begin` to `end`."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._statuses: Counter[str] = Counter()
        self._lost = 0
        self._started = 0.0
        self._thread: threading.Thread | None = None

    def begin(self, address: str, rate: float) -> int:
        """Ask from now on."""
        parts = urlsplit(address)
        body = get_values(["Site/StationsNb"])
        head = (
            f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: application/soap+xml\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        where = (parts.hostname or "", parts.port or 80)
        work = self._ask_always(where, head.encode() + body, rate)
        self._thread = threading.Thread(target=asyncio.run, args=(work,), daemon=True)
        self._thread.start()
        return 0

    async def _ask_always(self, where: tuple[str, int], request: bytes, rate: float) -> None:
        loop = asyncio.get_running_loop()
        askers = [(await loop.create_connection(lambda: Asker(self._statuses), *where))[1] for _ in range(CONNECTIONS)]
        self._started, asked = clock.wall(), 0
        while not self._stop.is_set():
            due = int((clock.wall() - self._started) * rate)
            for number in range(asked, due):
                askers[number % CONNECTIONS].ask(request)
            asked = due
            await asyncio.sleep(STEP)

    def end(self) -> dict[str, float]:
        """Stop; returns the answers in a second, by status."""
        seconds = clock.wall() - self._started
        statuses = dict(self._statuses)
        self._stop.set()
        if self._thread:
            self._thread.join()
        return {status: count / seconds for status, count in statuses.items()}


def main() -> None:
    """Be a flood when it is told to."""
    flood = Flood()
    serve({}, {"begin": flood.begin, "end": flood.end})
    flood.end()


if __name__ == "__main__":
    main()
