"""What becomes of a request: by h11, which reads by the book, and by a server at a port."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import zip_longest

import h11

from tests.hostile.oddities import Case

AT_ONCE = 64
"""Connections at a time."""
SOURCES = [f"127.0.0.{last}" for last in range(11, 19)]
"""Addresses to come from: one alone would run out of ports."""
SILENCE, PATIENCE = 0.5, 3.0
"""Time in s after which a server that says nothing waits for more; PATIENCE where it should not."""
LONGEST_HEAD = 64 * 1024
ANSWERED, REFUSED, WAITS, ENDS = "answered", "refused", "waits", "ends"
"""A request is answered or refused; or the server waits for more of it, or ends the connection without a word."""
OTHER_BODY = "another body"

Fate = tuple[str, bytes]
"""What happened, with the body of a request that was answered or the status of one that was refused."""

_HEAD = re.compile(rb"HTTP/1\.[01] (\d{3})[^\r\n]*\r\n((?:[^\r\n]+\r\n)*)\r\n")


class ByTheBook:
    """Reads one connection with h11."""

    def __init__(self) -> None:
        self._connection = h11.Connection(h11.SERVER, max_incomplete_event_size=LONGEST_HEAD)
        self._body = b""
        self.fates: list[Fate] = []

    def read(self, case: Case) -> list[Fate]:
        """Return the fates of all requests in the bytes."""
        try:
            for piece in case.pieces:
                self._connection.receive_data(piece)
                if not self._goes_on():
                    return [*self.fates, (ENDS, b"")]
        except h11.RemoteProtocolError as error:
            return [*self.fates, (REFUSED, str(error.error_status_hint).encode())]
        return [*self.fates, (WAITS, b"")]

    def _goes_on(self) -> bool:
        """Take what has come; false when the connection is over."""
        while (event := self._connection.next_event()) is not h11.NEED_DATA:
            if event is h11.PAUSED:
                return False
            if isinstance(event, h11.Data):
                self._body += event.data
            if isinstance(event, h11.EndOfMessage):
                self.fates.append((ANSWERED, self._body))
                self._body = b""
                if not self._answer():
                    return False
        return True

    def _answer(self) -> bool:
        """Answer a request; false when its connection ends with that. After a 200, CONNECT would begin a tunnel."""
        self._connection.send(h11.Response(status_code=404, headers=[(b"Content-Length", b"0")]))
        self._connection.send(h11.EndOfMessage())
        if self._connection.our_state is not h11.DONE or self._connection.their_state is not h11.DONE:
            return False
        self._connection.start_next_cycle()
        return True


async def by_server(port: int, case: Case, *, waits: bool) -> list[Fate]:
    """Send a case over a connection of its own; `waits` when the server should wait for more."""
    loop = asyncio.get_running_loop()
    heard = b""
    ended = False
    with socket.socket() as connection:
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.bind((SOURCES[case.number % len(SOURCES)], 0))
        await loop.sock_connect(connection, ("127.0.0.1", port))
        for piece in case.pieces:
            with suppress(OSError):  # the server has ended the connection; what it said before can still be read
                await loop.sock_sendall(connection, piece)
                await asyncio.sleep(0)
        with suppress(TimeoutError):
            async with asyncio.timeout(SILENCE if waits else PATIENCE):
                while not ended:
                    more = await _hear(connection)
                    heard += more
                    ended = not more
    return [*fates_in(heard), (ENDS if ended else WAITS, b"")]


async def _hear(connection: socket.socket) -> bytes:
    """Return what comes next, nothing when the connection has ended."""
    try:
        return await asyncio.get_running_loop().sock_recv(connection, 65536)
    except ConnectionError:
        return b""


def fates_in(heard: bytes) -> Iterator[Fate]:
    """Take answers apart; RuntimeError when they are no answers."""
    at = 0
    while at < len(heard):
        match = _HEAD.match(heard, at)
        if match is None:
            raise RuntimeError(f"No answer: {heard[at : at + 300]!r}")
        lines = (line.partition(b":") for line in match[2].splitlines())
        fields = {name.lower(): value.strip() for name, _, value in lines}
        at = match.end()
        if match[1][:1] == b"1":
            continue
        if fields.get(b"x-method") != b"HEAD":
            at += int(fields.get(b"content-length", b"0"))
        if match[1] == b"200":
            yield ANSWERED, bytes.fromhex(fields[b"x-body"].decode())
        else:
            yield REFUSED, match[1]


def difference(theirs: list[Fate], ours: list[Fate]) -> tuple[str, str] | None:
    """Return where two readings differ first, None when they do not; what follows a refusal is not compared."""
    for (their_fate, their_body), (our_fate, our_body) in zip_longest(theirs, ours, fillvalue=(ENDS, b"")):
        if their_fate != our_fate:
            return their_fate, our_fate
        if their_fate == REFUSED:
            return None
        if their_body != our_body:
            return their_fate, OTHER_BODY
    return None


Readings = list[tuple[Case, list[Fate], list[Fate]]]


async def read_beside(port: int, cases: Iterable[Case]) -> Readings:
    """Return each case with what h11 and what the server made of it."""
    readings: Readings = []
    coming = iter(cases)

    async def take() -> None:
        for case in coming:
            theirs = ByTheBook().read(case)
            readings.append((case, theirs, await by_server(port, case, waits=theirs[-1][0] == WAITS)))

    await asyncio.gather(*(take() for _ in range(AT_ONCE)))
    return readings
