"""What an application sees of HTTP: a request's head, its whole body, and the response; no socket, no loop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a request. `headers` have lower-case names; one that came several times is joined by commas.

    `path` is decoded, `query` as it came; `client` is the address it came from, `host` and `port` where it arrived
    (empty and 0 where the request came without a socket).
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    client: str
    host: str = ""
    port: int = 0

    def header(self, name: str) -> str:
        """Return the value of a header by its lower-case name, empty when it is absent."""
        return self.headers.get(name, "")


@dataclass(frozen=True, slots=True)
class Response:
    """An answer. `delay` is how long the server keeps it back, in s; `closes` ends the connection after it."""

    status: int
    body: bytes
    content_type: str = "text/plain; charset=utf-8"
    headers: Headers = ()
    delay: float = 0.0
    closes: bool = False


def sentence(status: int, text: str, headers: Headers = (), *, delay: float = 0.0, closes: bool = False) -> Response:
    """Return an answer for people: one sentence."""
    return Response(status, f"{text}\n".encode(), headers=headers, delay=delay, closes=closes)


class Cost(Enum):
    """What an answer costs, and so where it is made."""

    QUICK = "from memory, below a millisecond or so: at once, in the server's own loop"
    USUAL = "may wait for a database or another machine: on a thread of the pool"
    LARGE = "takes much memory while it is made: on a thread of the pool, one at a time"


class Admitted(Protocol):
    """A request whose head was accepted: its user is known, its body may be read."""

    def cost(self, body: bytes) -> Cost:
        """Say what the answer will cost, by a glance at the body."""
        ...

    def answer(self, body: bytes) -> Response:
        """Answer the whole request; never raises."""
        ...

    def too_long(self) -> Response:
        """Answer instead, when the body is longer than the application takes."""
        ...

    def overloaded(self, why: str) -> Response:
        """Answer instead, when the server has no room for the request now; `why` is a sentence."""
        ...


class Application(Protocol):
    """What a server serves."""

    max_body: int
    """Bytes that the body of a request may have."""

    def admit(self, head: Head) -> Admitted | Response:
        """Accept a request by its head, or answer it at once; never waits. A refused request's body is thrown away."""
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """What a client may take of a server: times in s, sizes in bytes, and how many of a thing at a time.

    A head must be whole within `head_time`, a body within `body_time` and not slower than `least_rate` (bytes/s) after
    `rate_after`; a client must take 64 KiB of an answer within `taking_time`. A silent connection is kept for
    `silence`, one that has never logged in for `silence_of_strangers`. Of connections without a login an address has at
    most `strangers`; the oldest makes room for the next. `large_answers` bytes may wait for their clients in all.
    """

    head_time: float = 10.0
    body_time: float = 30.0
    rate_after: float = 5.0
    least_rate: int = 1000
    taking_time: float = 10.0
    silence: float = 120.0
    silence_of_strangers: float = 60.0
    head: int = 64 * 1024
    connections: int = 1000
    strangers: int = 64
    threads: int = 10
    waiting: int = 100
    large_answers: int = 96 * 1024 * 1024
    stopping: float = 2.0
