"""The HTTP server of the simulator and of the lying proxy: cheroot in a thread, with TLS if given a certificate."""

from __future__ import annotations

import errno
import logging
import os
import socket
import struct
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cheroot import wsgi
from cheroot.server import HTTPConnection
from cheroot.ssl.builtin import BuiltinSSLAdapter

from evce_simulator.errors import PortInUseError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_log = logging.getLogger(__name__)
_WINDOWS = os.name == "nt"
_STOP_WITHIN = 1  # seconds that open connections get when the server stops
CONNECTION = "evce_simulator.connection"
"""Where an application finds the connection of a request, a QuietConnection, in its environment."""
_LOOK_EVERY = 0.1  # seconds between cheroot's looks at idle connections, and the most that a stop waits for it


class CutConnectionError(Exception):
    """Raised by an application that wants its connection closed at once, or reset."""

    def __init__(self, *, reset: bool) -> None:
        super().__init__("the connection is cut on purpose")
        self.reset = reset


class Gateway(wsgi.Gateway_10):
    """cheroot's way to the application, with a connection that it knows and can cut."""

    def get_environ(self) -> dict[str, Any]:  # type: ignore[override]  # cheroot leaves it untyped
        """Return the environment of the request, with its connection."""
        environ: dict[str, Any] = super().get_environ()  # type: ignore[no-untyped-call]
        return environ | {CONNECTION: self.req.conn}

    def respond(self) -> None:
        """Answer; or, by ConnectionAbortedError, close the connection as it stands."""
        try:
            super().respond()
        except CutConnectionError as cut:
            self.req.sent_headers = True  # or cheroot would send an error of its own
            if cut.reset:
                _reset(self.req.conn)
            raise ConnectionAbortedError(errno.ECONNABORTED, str(cut)) from cut


def _reset(connection: Any) -> None:  # noqa: ANN401 - cheroot ships no types
    """Send RST: close the socket with a linger time of zero, before cheroot can close it politely."""
    connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("hh" if _WINDOWS else "ii", 1, 0))
    socket.close(connection.socket.detach())
    connection.linger = True  # tells cheroot that there is nothing left to shut down


class QuietConnection(HTTPConnection):
    """A connection that forgets what its client no longer wanted to hear.

    `dropped_by` names the fault after which it gives no more answers.
    """

    dropped_by: str | None = None

    def close(self) -> None:
        """Close; an answer that cannot be delivered any more is dropped here, or Python 3.13 would print it later."""
        with suppress(OSError, ValueError):
            self.wfile.close()
        super().close()


class QuietServer(wsgi.Server):
    """cheroot's server with its messages in our log instead of on the screen, and no socket left when a bind fails.

    `begun` is set once its last thread runs, which is begun by the one that serves.
    """

    ConnectionClass = QuietConnection

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - as cheroot's own
        super().__init__(*arguments, **options)
        self.begun = threading.Event()

    def clear_stats(self) -> None:
        """Keep figures to the server; cheroot enters them in a table of the process, which would keep it for ever."""
        super().clear_stats()  # type: ignore[no-untyped-call]  # cheroot types none of its own
        logging.statistics.pop(f"Cheroot HTTPServer {id(self)}", None)  # type: ignore[attr-defined]  # as above

    def _serve_unservicable(self) -> None:
        self.begun.set()
        super()._serve_unservicable()  # type: ignore[misc]  # cheroot types none of its own

    @staticmethod
    def bind_socket(socket_: socket.socket, bind_addr: tuple[str, int]) -> socket.socket:
        """Bind as cheroot does; the port can be listened at again at once, which cheroot leaves out for port 0."""
        if not _WINDOWS:  # there the option means that others may take the port
            socket_.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound: socket.socket = wsgi.Server.bind_socket(socket_, bind_addr)  # type: ignore[no-untyped-call]
        except OSError:
            socket_.close()
            raise
        return bound

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        """Log what cheroot says: clients that break off or that do not trust the certificate are everyday things."""
        _log.log(min(level, logging.WARNING), "%s", msg, exc_info=traceback)


class Server:
    """A server that listens from `start` on until `stop`, always on the same port."""

    def __init__(
        self,
        app: WSGIApplication,
        host: str,
        port: int,
        certificate: tuple[Path, Path] | None = None,
        threads: int = 10,
    ) -> None:
        self.host = host
        self.port = port
        self._app = app
        self._certificate = certificate
        self._threads = threads
        self._server: Any = None
        self._thread: threading.Thread | None = None

    @property
    def origin(self) -> str:
        """Scheme, host and port of the server's addresses."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http{'s' if self._certificate else ''}://{host}:{self.port}"

    @property
    def running(self) -> bool:
        """Whether it listens."""
        return self._thread is not None

    def start(self) -> None:
        """Bind and listen; PortInUseError when that cannot be."""
        server = QuietServer((self.host, self.port), self._app, numthreads=self._threads, shutdown_timeout=_STOP_WITHIN)
        server.expiration_interval = _LOOK_EVERY
        server.gateway = Gateway
        if self._certificate is not None:
            certificate, key = self._certificate
            server.ssl_adapter = BuiltinSSLAdapter(str(certificate), str(key))
        try:
            server.prepare()
        except OSError as error:
            raise PortInUseError(self.host, self.port, error) from error
        self.port = server.bind_addr[1]
        self._server = server
        self._thread = threading.Thread(target=server.serve, name=f"port-{self.port}", daemon=True)
        self._thread.start()
        server.begun.wait(_STOP_WITHIN)  # else whoever counts threads may find one more later

    def stop(self) -> None:
        """Stop listening and end all connections."""
        if self._thread is None:
            return
        self._server.stop()
        self._thread.join()
        self._thread = None
        self._server = None
