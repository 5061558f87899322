"""One client's connection: the bounds that uvicorn does not set to heads, bodies and silence, around its protocol."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from enum import Enum, auto
from typing import Any, cast

from evce_connector.http_server.messages import Limits

_END = b"\r\n\r\n"
_TOO_LONG = (431, "Request Header Fields Too Large", "The head of the request is longer than this server takes.")
_TOO_SLOW = (408, "Request Timeout", "The request did not arrive in time.")
_BESIDE_BODY = 64 * 1024
"""Bytes that a body in chunks may take on the wire beside its own, for sizes of chunks and trailers."""
_MOST_AHEAD = 1024 * 1024
"""Bytes that a client may send of its next requests before it has the answer to the present one."""


class Phase(Enum):
    """Where a connection stands in its present request."""

    SILENT = auto()
    HEAD = auto()
    """The head has begun."""
    WHOLE_HEAD = auto()
    """The head is there, and is being understood."""
    BODY = auto()
    ANSWER = auto()
    """The request is whole; the server works on it, or sends the answer."""
    SENDING = auto()
    """The answer is there, and the client owes to take it."""
    CLOSING = auto()
    """What is written is still sent."""


class Connection(asyncio.Protocol):
    """Watches a connection for a protocol that parses its requests; all of it runs in the server's loop.

    `deadline` (s of the loop's clock) is when the client must have gone on; None while the server itself works.
    `is_known` once a request of it has logged in.
    """

    def __init__(self, client: socket.socket, limits: Limits, now: Callable[[], float]) -> None:
        self.address: str = client.getpeername()[0]
        self.is_known = False
        self.handshake: asyncio.Task[None] | None = None
        """The task that agrees on TLS, or hands the socket to the loop, until that is done."""
        self.on_lost: Callable[[Connection], None] = _nothing
        self._limits = limits
        self._now = now
        self._parser: Any = None
        self._transport: asyncio.Transport | None = None
        self._phase = Phase.SILENT
        self._begun = now()
        self.deadline: float | None = self._begun + limits.head_time
        self._received = 0
        self._most = 0
        self._tail = b""
        self._ahead = 0
        self._is_half_closed = False

    @property
    def waits_for_request(self) -> bool:
        """Whether the client owes a request, or the rest of one."""
        return self._phase in (Phase.SILENT, Phase.HEAD, Phase.BODY)

    @property
    def is_made(self) -> bool:
        """Whether the loop has taken the connection over."""
        return self._transport is not None

    def parse_with(self, parser: asyncio.Protocol) -> Connection:
        """Hand what comes in to a protocol; returns this connection, for the loop to call."""
        self._parser = parser
        return self

    # What the loop calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for the first request."""
        self._transport = cast("asyncio.Transport", transport)  # of a stream, whatever the loop's own class is
        self._parser.connection_made(transport)
        self._is_silent()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._parser.connection_lost(exc)
        self.deadline = None
        self.on_lost(self)

    def data_received(self, data: bytes) -> None:
        """Take note of how far the request is, and hand the bytes on."""
        if self._phase is Phase.CLOSING:
            return
        if self._phase is Phase.SILENT:
            data = data.lstrip(b"\r\n")  # empty lines between requests are nothing (RFC 9112, section 2.2)
            if not data:
                return
            self._begin()
        if self._phase is Phase.HEAD and not self._is_bounded(data):
            self.refuse(*_TOO_LONG)
            return
        if self._phase is Phase.BODY:
            self._received += len(data)
            self._tail = data[-3:]
            if self._received > self._most:
                self.refuse(413, "Content Too Large", "The body of the request is longer than this server takes.")
                return
        if self._phase in (Phase.ANSWER, Phase.SENDING):
            self._tail = (self._tail + data[-3:])[-3:]
            self._ahead += len(data)
            if self._ahead > _MOST_AHEAD:
                self.abort()
                return
        self._parser.data_received(data)

    def eof_received(self) -> bool:
        """Let the connection end when the client has closed its side; what it asked before is answered first.

        TLS knows no half of a connection.
        """
        self._parser.eof_received()
        is_plain = self._transport is not None and self._transport.get_extra_info("sslcontext") is None
        self._is_half_closed = is_plain and self._parser.owes_answer and not self._parser.is_within
        return self._is_half_closed

    def pause_writing(self) -> None:
        """Hand on that the client does not take what is sent."""
        self._parser.pause_writing()

    def resume_writing(self) -> None:
        """Hand on that the client takes more."""
        self._parser.resume_writing()

    # What the server calls as a request goes on

    def expects_body(self, most: int) -> None:
        """Wait for a body that takes at most so many bytes on the wire, and may be there already."""
        self._phase, self._begun = Phase.BODY, self._now()
        self._received, self._most = 0, most + _BESIDE_BODY
        self.deadline = self._begun + self._limits.body_time

    def has_request(self) -> None:
        """Take note that the request is whole: the client owes nothing."""
        self._phase, self.deadline = Phase.ANSWER, None

    def hands_over(self) -> None:
        """Wait for the client to take what is sent."""
        self._phase, self.deadline = Phase.SENDING, self._now() + self._limits.taking_time

    def has_answered(self) -> None:
        """Wait for the next request, of which a part may be here already; the answer is out."""
        self._ahead = 0
        if self._transport is None or self._transport.is_closing():
            self.close()
        elif self._parser.owes_answer:  # the head of the next one is whole, and what follows is its body
            self._phase, self.deadline = Phase.WHOLE_HEAD, self._now() + self._limits.head_time
        elif self._is_half_closed:
            self.close()
        elif self._parser.is_within:
            self._begin(self._tail)
        else:
            self._is_silent()

    def look(self, now: float) -> bool:
        """Close the connection when its client is too slow; true when it was."""
        too_slow = self.deadline is not None and now > self.deadline
        if self._phase is Phase.BODY and now - self._begun > self._limits.rate_after:
            too_slow = too_slow or self._received < self._limits.least_rate * (now - self._begun)
        if too_slow and self._phase is Phase.SILENT:
            self.close()
        elif too_slow and self._phase in (Phase.SENDING, Phase.CLOSING):
            self.abort()
        elif too_slow:
            self.refuse(*_TOO_SLOW)
        return too_slow

    def refuse(self, status: int, phrase: str, text: str) -> None:
        """Say in a sentence why the connection ends, and end it."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(last_answer(status, phrase, text))
        self.close()

    def close(self) -> None:
        """End the connection; what is written is still sent, as long as the client takes it in time."""
        if self._phase is not Phase.CLOSING:
            self._phase, self.deadline = Phase.CLOSING, self._now() + self._limits.taking_time
        if self.handshake is not None:
            self.handshake.cancel()
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """End the connection; what the client has not taken is lost."""
        self.deadline = None
        if self.handshake is not None:
            self.handshake.cancel()
        if self._transport is not None:
            self._transport.abort()

    def _is_silent(self) -> None:
        limits = self._limits
        self._phase = Phase.SILENT
        self.deadline = self._now() + (limits.silence if self.is_known else limits.silence_of_strangers)

    def _begin(self, tail: bytes = b"") -> None:
        """Begin with a request's head, of which a part that ends in `tail` may be here already."""
        self._phase, self._received, self._tail = Phase.HEAD, len(tail), tail
        self.deadline = self._now() + self._limits.head_time

    def _is_bounded(self, data: bytes) -> bool:
        """Look for the end of the head; false when it is too far away."""
        seen = self._tail + data if self._tail else data
        end = seen.find(_END)
        # The last bytes may belong to the end of the head, which counts no more than the rest of that end.
        length = self._received - len(self._tail) + (len(seen) - len(_END) + 1 if end < 0 else end)
        if end >= 0:
            self._phase = Phase.WHOLE_HEAD
        self._received += len(data)
        self._tail = seen[-3:]
        return length <= self._limits.head


def last_answer(status: int, phrase: str, text: str) -> bytes:
    """Write an answer of one sentence that ends its connection, for where no request was understood."""
    head = f"HTTP/1.1 {status} {phrase}\r\nContent-Type: text/plain; charset=utf-8\r\n"
    return f"{head}Content-Length: {len(text) + 1}\r\nConnection: close\r\n\r\n{text}\n".encode()


def _nothing(_: Connection) -> None:
    """Nobody wants to hear that a connection is lost."""
