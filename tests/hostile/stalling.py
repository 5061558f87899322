"""Clients that hold a server up, as a child: hundreds of connections of one kind, made anew when they are closed."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from load.driver import EwsDriver
from load.messages import get_values, id_list, request
from load.processes import serve

EACH = 3.0
"""Time in s between two bytes of a client that drips."""
AGAIN = 1.0
"""Time in s, on the average, after which a client comes again whose connection was closed."""
PATIENCE = 5.0
"""Time in s that a client waits for its connection."""
FEW_BYTES = 4096
"""Bytes that a client's machine takes of an answer that nobody reads."""
_HANDSHAKE = bytes.fromhex("1603010200010001fc0303")
"""The first bytes of a ClientHello of 512 bytes."""


@dataclass(frozen=True)
class Kind:
    """What a client of a kind says at once, what it says each EACH s, and whether it then leaves at once."""

    says: bytes = b""
    drips: bytes = b""
    leaves: bool = False
    asks: bool = False
    """Whether it logs in and asks for a large answer, of which it takes nothing."""


_HEAD = b"POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/soap+xml\r\n"
KINDS = {
    "send half a head, then a byte each 3 s": Kind(_HEAD + b"X-Long: a", b"a"),
    "send a head and no body": Kind(_HEAD + b"Content-Length: 1000\r\n\r\n"),
    "send a head and a body that drips": Kind(_HEAD + b"Content-Length: 1000\r\n\r\n<", b" "),
    "send a chunked body that drips": Kind(_HEAD + b"Transfer-Encoding: chunked\r\n\r\nf0\r\n<", b" "),
    "say nothing": Kind(),
    "never finish the handshake": Kind(_HANDSHAKE),
    "connect and leave": Kind(leaves=True),
    "ask for much and take nothing": Kind(asks=True),
    "send garbage": Kind(random.Random(1).randbytes(300)),  # noqa: S311 - a seed, no secret
}


def large_requests(address: str, user: str, password: str, ids: Sequence[str]) -> Iterator[bytes]:
    """Return an endless iterator of requests with a login, each for all the ids."""
    with EwsDriver(address, user, password) as driver:
        driver.send(get_values(ids[:1]))
        login, path = driver._login, driver.path  # the login of one challenge serves many connections
    body = request("GetItems", id_list("GetItemsIds", ids))
    while True:
        yield (
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/soap+xml\r\n"
            f"Content-Length: {len(body)}\r\nAuthorization: {login.header()}\r\n\r\n"
        ).encode() + body


class Crowd:
    """Clients of a kind, from several addresses of this machine in turn."""

    def __init__(self) -> None:
        self._server = ("", 0)
        self._kind = Kind()
        self._sources: list[str] = []
        self._count = 0
        self._first: Callable[[], bytes] = bytes
        self._seen = {"opened": 0, "refused": 0, "ended": 0}
        self._holding: set[int] = set()
        self._tried: set[int] = set()
        self._all_tried = threading.Event()

    def come(
        self, kind: str, count: int, address: str, sources: list[str], login: tuple[str, str], ids: list[str]
    ) -> int:
        """Let so many clients come; returns how many have a connection when every one has tried."""
        parts = urlsplit(address)
        self._server = (parts.hostname or "", parts.port or 80)
        self._kind, self._count, self._sources = KINDS[kind], count, sources
        if self._kind.asks:
            self._first = large_requests(address, *login, ids).__next__
        else:
            says = self._kind.says.replace(b"%s", parts.path.encode() or b"/")
            self._first = lambda: says
        threading.Thread(target=lambda: asyncio.run(self.live()), daemon=True).start()
        self._all_tried.wait()
        return len(self._holding)

    async def live(self) -> None:
        """Let all clients hold the server up until this is cancelled."""
        await asyncio.gather(*(self._client(number) for number in range(self._count)))

    async def _client(self, number: int) -> None:
        while True:
            with socket.socket() as connection:
                connection.setblocking(False)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, FEW_BYTES)
                connection.bind((self._sources[number % len(self._sources)], 0))
                with contextlib.suppress(OSError):
                    await self._hold(number, connection)
                self._holding.discard(number)
                self._has_tried(number)
            await asyncio.sleep(AGAIN * random.uniform(0.5, 1.5))  # noqa: S311 - no secret

    def _has_tried(self, number: int) -> None:
        self._tried.add(number)
        if len(self._tried) == self._count:
            self._all_tried.set()

    async def _hold(self, number: int, connection: socket.socket) -> None:
        """Hold a connection until the server ends it."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(PATIENCE):
                await loop.sock_connect(connection, self._server)
        except OSError:
            self._seen["refused"] += 1
            raise
        self._seen["opened"] += 1
        self._holding.add(number)
        self._has_tried(number)
        if self._kind.leaves:
            return
        await loop.sock_sendall(connection, self._first())
        await (self._take_nothing(connection) if self._kind.asks else self._drip(connection))
        self._seen["ended"] += 1

    async def _drip(self, connection: socket.socket) -> None:
        """Say a little now and then until the server ends the connection."""
        loop = asyncio.get_running_loop()
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(EACH):
                    if not await loop.sock_recv(connection, FEW_BYTES):
                        return
                    continue
            await loop.sock_sendall(connection, self._kind.drips)

    async def _take_nothing(self, connection: socket.socket) -> None:
        """Wait until the connection is reset; an ordinary end stands behind the answer and is not seen."""
        while not connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):  # noqa: ASYNC110 - the system has no event
            await asyncio.sleep(EACH)

    def seen(self) -> dict[str, int]:
        """Return how often connections were opened, refused and ended by the server, and how many are held now."""
        return {**self._seen, "held": len(self._holding)}


def raise_file_limit() -> None:
    """Let this process open as many files as it may."""
    import resource  # noqa: PLC0415 - Windows has none, and no such limit

    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def main() -> None:
    """Be a crowd that comes when it is told to."""
    raise_file_limit()
    crowd = Crowd()
    serve({}, {"come": crowd.come, "seen": crowd.seen})


if __name__ == "__main__":
    main()
