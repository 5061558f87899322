"""uvicorn's protocol, except for tunnels: clients that offer another protocol are heard in this one."""

from __future__ import annotations

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_NO_PROXY = "This server is no proxy."


class Parser(HttpToolsProtocol):
    """Parses the requests of a connection. `is_within` tells whether one has begun and is not whole yet.

    A request that offers to upgrade (Java's HttpClient offers h2c with its first one) is read as if it did not: the
    parser itself would take its body, and all that follows, for the other protocol.
    """

    is_within = False
    _has_head = False

    def data_received(self, data: bytes) -> None:
        """Parse what has come."""
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._stay(data[upgrade.args[0] :])
        except httptools.HttpParserError:
            self.send_400_response("The request is no HTTP/1.1.")

    def on_message_begin(self) -> None:
        """Take note that a request begins."""
        self.is_within, self._has_head = True, False
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a field of the head; a trailer is none: it logs nobody in and says nothing of the body."""
        if not self._has_head:
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

    def _stay(self, rest: bytes) -> None:
        """Parse a head again without the offer, and what follows it."""
        method = self.parser.get_method()
        if method == b"CONNECT":
            self.send_400_response(_NO_PROXY)
            return
        lines = [b"%s %s HTTP/%s" % (method, self.url, self.parser.get_http_version().encode())]
        lines += [b"%s: %s" % field for field in self.headers if field[0] != b"upgrade"]
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn has it for its first parser
        self.data_received(b"\r\n".join((*lines, b"", b"")) + rest)
