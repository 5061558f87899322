"""uvicorn's protocol, except for tunnels, trailers and bounds: what one client sends costs no more than it may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

MOST_FIELDS = 200
"""Fields that a head may have: each takes many times its bytes."""
MOST_AHEAD = 16
"""Requests that wait for the answer to the one before them; each takes some KB, however short it is."""
_NO_PROXY = (400, "Bad Request", "This server is no proxy.")
_NO_HTTP = (400, "Bad Request", "The request is no HTTP/1.1.")
_MANY_FIELDS = (431, "Request Header Fields Too Large", f"The request has more than {MOST_FIELDS} header fields.")
_MANY_AHEAD = (429, "Too Many Requests", f"More than {MOST_AHEAD} requests wait on this connection; take the answers.")


class Parser(HttpToolsProtocol):
    """Parses the requests of a connection. `is_within` tells whether one has begun and is not whole yet.

    A request that offers to upgrade (Java's HttpClient offers h2c with its first one) is read as if it did not: the
    parser itself would take its body, and all that follows, for the other protocol. Where what comes is no request, the
    requests before it are answered first, each by its own answer.
    """

    is_within = False
    _has_head = False
    _running: RequestResponseCycle | None = None
    _refusal: tuple[int, str, str] | None = None

    @property
    def owes_answer(self) -> bool:
        """Whether there is a request, at least its head, that has no answer yet."""
        return self.cycle is not None and not self.cycle.response_complete

    def data_received(self, data: bytes) -> None:
        """Parse what has come."""
        self._unset_keepalive_if_required()
        while data and self._refusal is None:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as upgrade:
                data = self._without_offer() + data[upgrade.args[0] :]
            except httptools.HttpParserError:
                self._refuse(_NO_HTTP)
            else:
                return

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the request that is being answered, which others may have followed, that its client is gone."""
        if self._running is not None:
            self._running.disconnected = True
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """Take note that a request begins; ValueError, which ends the parsing, when too many wait already."""
        if len(self.pipeline) >= MOST_AHEAD:
            self._stop_parsing(_MANY_AHEAD)
        self.is_within, self._has_head = True, False
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a field of the head; a trailer is none: it logs nobody in and says nothing of the body.

        ValueError, which ends the parsing, when there are too many fields.
        """
        if self._has_head:
            return
        if len(self.headers) >= MOST_FIELDS:
            self._stop_parsing(_MANY_FIELDS)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Hand on a head; one that offers an upgrade is parsed again."""
        self._has_head = True
        if not self.parser.should_upgrade():
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Hand on that a request is whole."""
        if not self.parser.should_upgrade():
            self.is_within = False
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """Go on with the next request, or say why there is none."""
        if self._refusal is None or self.pipeline:
            super().on_response_complete()
        else:
            self.app_state["connection"].refuse(*self._refusal)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Callable[..., Any]) -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, app)

    def _stop_parsing(self, why: tuple[int, str, str]) -> None:
        self._refuse(why)
        raise ValueError(why[2])  # the parser stops, and tells of an error that is refused already

    def _refuse(self, why: tuple[int, str, str]) -> None:
        """End the connection with a sentence, after the answers to all whole requests."""
        if self._refusal is not None:
            return
        self._refusal = why
        if self.pipeline and self.is_within and self.pipeline[0][0] is self.cycle and self.cycle.more_body:
            self.pipeline.popleft()  # its body is what is wrong
        is_answering = self._running is not None and not self._running.response_complete
        if not is_answering or (self._running is self.cycle and self.cycle.more_body):
            self.app_state["connection"].refuse(*why)

    def _without_offer(self) -> bytes:
        """Return the head without the offer, for a parser of its own."""
        method = self.parser.get_method()
        if method == b"CONNECT":
            self._refuse(_NO_PROXY)
            return b""
        lines = [b"%s %s HTTP/%s" % (method, self.url, self.parser.get_http_version().encode())]
        lines += [b"%s: %s" % field for field in self.headers if field[0] != b"upgrade"]
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn has it for its first parser
        return b"\r\n".join((*lines, b"", b""))
