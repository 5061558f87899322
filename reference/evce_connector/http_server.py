"""cheroot as the connector's servers want it: no socket left behind, and no noise about clients that break off."""

from __future__ import annotations

import logging
import socket
from typing import TYPE_CHECKING, Any

from cheroot.server import HTTPConnection
from cheroot.wsgi import Server

from evce_connector.http_request import FamiliarGateway, FamiliarRequest, KnownHead
from evce_connector.http_stream import ClientStream
from evce_connector.http_tls import shake_hands

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_log = logging.getLogger("evce_connector")
_NEXT = 0.002
"""Time in s that a thread waits for a connection's next request."""
_PATIENCE = 10.0
"""Time in s that a thread waits for a client that has begun to say something, or that does not take its answer."""
_KEPT = 120
"""Time in s after which a silent connection is closed: longer than the pause between two polls of any client."""
_MOST_KEPT = 200
"""Silent connections that are kept at a time; beyond them an answer is the last one of its connection."""
_LONGEST_HEAD = 64 * 1024
"""Bytes that the head of a request may have; cheroot alone sets no limit."""


class QuietConnection(HTTPConnection):
    """A connection that stays with its thread between quick requests, and forgets what nobody wants to hear any more.

    cheroot gives a kept connection back to the thread that watches all of them after each answer, and from there to a
    worker again: two changes of threads, which cost a client that asks at once two thirds of its requests a second.
    """

    RequestHandlerClass = FamiliarRequest

    def __init__(self, server: Server, socket_: socket.socket, _: object) -> None:
        self.stream = ClientStream(socket_, _PATIENCE)
        self.known: KnownHead | None = None
        self.has_spoken = False
        self._agreed = False
        super().__init__(server, socket_, lambda *_: self.stream)

    def communicate(self) -> bool:
        """Answer requests as long as the next one follows at once and no other connection waits for a thread."""
        self._agreed = self._agreed or shake_hands(self.socket, self.stream)
        while self._agreed and self._answer():
            if self.server.requests.qsize or not self._asks_again():
                return True
        return False

    def _answer(self) -> bool:
        """Answer one request; false when the connection is over."""
        goes_on = super().communicate()  # type: ignore[no-untyped-call] # cheroot types few of its methods
        try:
            self.stream.flush()
        except OSError:
            return False
        return bool(goes_on)

    def _asks_again(self) -> bool:
        return self.stream.has_data() or self.stream.comes(_NEXT)


class QuietServer(Server):
    """A server that remembers in `trouble` why it could not bind, and closes the socket that it could not."""

    ConnectionClass = QuietConnection
    trouble = ""

    def __init__(self, address: tuple[str | None, int], application: WSGIApplication, **options: Any) -> None:  # noqa: ANN401 - cheroot's own
        super().__init__(address, application, timeout=_KEPT, **options)
        self.gateway = FamiliarGateway
        self.max_request_header_size = _LONGEST_HEAD
        self.keep_alive_conn_limit = _MOST_KEPT

    def process_conn(self, conn: QuietConnection) -> None:
        """Give a connection to a thread of its own as soon as its client says something; until then it needs none."""
        if conn.has_spoken:
            super().process_conn(conn)
        else:
            conn.has_spoken = True
            self.put_conn(conn)

    def bind_socket(  # type: ignore[override] # static in cheroot, but called on the object
        self, socket_: socket.socket, bind_addr: tuple[str, int]
    ) -> socket.socket:
        """Bind a socket."""
        try:
            socket_.bind(bind_addr)
        except OSError as error:
            self.trouble = error.strerror or str(error)
            socket_.close()
            raise
        return socket_

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        """Log what cheroot says; clients that break off or distrust the certificate are everyday things."""
        _log.log(min(level, logging.WARNING), "HTTP server: %s", msg, exc_info=traceback)
