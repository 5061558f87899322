"""A plain application behind a real server, and a client that says exactly what a test wants."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest
from evce_connector.http_server.messages import Cost, Head, Limits, Response, sentence
from evce_connector.http_server.server import HttpServer

DEADLINE = 20.0


@dataclass
class Echo:
    """Answers with the body that it got; who sends no `authorization` is refused."""

    max_body: int = 1000
    cost: Cost = Cost.QUICK
    answer: Callable[[bytes], bytes] = bytes
    delay: float = 0.0
    heads: list[Head] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    def admit(self, head: Head) -> Response | EchoRequest:
        self.heads.append(head)
        if not head.header("authorization"):
            return sentence(401, "Log in.", delay=self.delay)
        return EchoRequest(self)


@dataclass
class EchoRequest:
    application: Echo

    def cost(self, _: bytes) -> Cost:
        return self.application.cost

    def answer(self, body: bytes) -> Response:
        self.application.bodies.append(body)
        return Response(200, self.application.answer(body))

    def too_long(self) -> Response:
        return sentence(413, "Too long.")

    def overloaded(self, why: str) -> Response:
        return sentence(503, why)


class Talk:
    """A connection on which a test says what it likes."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=DEADLINE)
        self._received = b""

    def say(self, data: bytes) -> None:
        self.socket.sendall(data)

    def post(self, body: bytes = b"", *headers: bytes, login: bool = True) -> None:
        lines = [b"POST / HTTP/1.1", b"Host: a", b"Content-Length: %d" % len(body), *headers]
        lines += [b"Authorization: me"] if login else []
        self.say(b"\r\n".join((*lines, b"", body)))

    def hear(self) -> tuple[int, bytes]:
        """Read one answer: its status and body; status 0 when the connection ends instead."""
        while b"\r\n\r\n" not in self._received:
            if not self._more():
                return 0, self._received
        head, _, rest = self._received.partition(b"\r\n\r\n")
        fields = {name.lower(): value for name, _, value in (line.partition(b": ") for line in head.split(b"\r\n"))}
        length = int(fields[b"content-length"])
        while len(rest) < length:
            if not self._more():
                return 0, self._received
            rest = self._received.partition(b"\r\n\r\n")[2]
        self._received = rest[length:]
        return int(head.split()[1]), rest[:length]

    def is_over(self) -> bool:
        """Wait for the end of the connection; false when the server still keeps it after the deadline."""
        try:
            while self._more():
                pass
        except TimeoutError:
            return False
        return True

    def _more(self) -> bool:
        try:
            piece = self.socket.recv(65536)
        except ConnectionError:
            return False
        self._received += piece
        return bool(piece)


@dataclass
class Served:
    """A running server, and its clients."""

    server: HttpServer
    application: Echo
    stack: ExitStack

    def talk(self) -> Talk:
        talk = Talk(self.server.port)
        self.stack.callback(talk.socket.close)
        return talk


@pytest.fixture
def serve() -> Iterator[Callable[..., Served]]:
    """Start a server with some application and limits; in the end nothing of it is left."""
    before = set(threading.enumerate())
    with ExitStack() as stack:

        def start(application: Echo | None = None, **limits: float) -> Served:
            chosen = application or Echo()
            server = HttpServer(chosen, "127.0.0.1", 0, name="echo", limits=Limits(**limits))  # type: ignore[arg-type]
            server.start()
            stack.callback(server.stop)
            return Served(server, chosen, stack)

        yield start
    assert set(threading.enumerate()) <= before
