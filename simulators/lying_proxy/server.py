"""cheroot under the proxy: quiet, and gone without a trace when it stops."""

from __future__ import annotations

import logging
import socket
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cheroot import wsgi
from cheroot.server import HTTPConnection
from cheroot.ssl.builtin import BuiltinSSLAdapter

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_log = logging.getLogger(__name__)
_PATIENCE = 1
"""Seconds that open connections get at a stop."""
_TICK = 0.05
"""Seconds between two looks at idle connections, and the most that a stop waits for one."""


class AddressError(Exception):
    """The proxy cannot listen at its address; the message says what to do."""


class _Connection(HTTPConnection):
    def close(self) -> None:
        """Close; what could not be delivered any more is dropped here and not when it is collected."""
        with suppress(OSError, ValueError):
            self.wfile.close()
        super().close()


class _Server(wsgi.Server):
    ConnectionClass = _Connection

    @staticmethod
    def bind_socket(socket_: socket.socket, bind_addr: tuple[str, int]) -> socket.socket:
        """Bind, and close the socket when that fails."""
        try:
            bound: socket.socket = wsgi.Server.bind_socket(socket_, bind_addr)  # type: ignore[no-untyped-call]
        except OSError:
            socket_.close()
            raise
        return bound

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        """Log what cheroot would print."""
        _log.log(min(level, logging.WARNING), "%s", msg, exc_info=traceback)


class Listener:
    """An application that is served from `start` to `stop`, on a thread of its own."""

    def __init__(self, app: WSGIApplication, host: str, port: int) -> None:
        self.host, self.port = host, port
        self._app = app
        self._server: Any = None
        self._thread: threading.Thread | None = None

    def start(self, certificate: tuple[Path, Path] | None = None) -> None:
        """Listen, with TLS when there is a certificate; AddressError when the address cannot be had."""
        server = _Server((self.host, self.port), self._app, shutdown_timeout=_PATIENCE)
        server.expiration_interval = _TICK
        if certificate is not None:
            server.ssl_adapter = BuiltinSSLAdapter(*map(str, certificate))
        try:
            server.prepare()
        except OSError as error:
            raise AddressError(
                f"The proxy cannot listen at {self.host}:{self.port}: {error.strerror or error}. Choose another --port."
            ) from error
        self.port = server.bind_addr[1]
        self._server = server
        self._thread = threading.Thread(target=server.serve, name="lying-proxy", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End all connections and close the port; nothing happens when it is not open."""
        if self._thread is not None:
            self._server.stop()
            self._thread.join()
            self._thread = self._server = None
