"""The EWS server: everything that answers, put together, and served by cheroot over HTTP or HTTPS."""

from __future__ import annotations

import socket
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Self

from cheroot.ssl.builtin import BuiltinSSLAdapter
from cheroot.wsgi import Server

from evce_connector.clock import Clock
from evce_connector.ews.browse import Browse
from evce_connector.ews.dispatch import Dispatcher
from evce_connector.ews.enums import ENUMERATIONS, Enumeration
from evce_connector.ews.faults import AddressInUseError, EwsServerError
from evce_connector.ews.settings import EwsSettings
from evce_connector.ews.values import Values
from evce_connector.ews.web import EwsApplication, RequestEntry
from evce_connector.ews.writer import RefusingWriter, Writer
from evce_connector.store.tree import Tree

_SWITCH_INTERVAL = 0.0005
"""Interpreter's switch interval in s: a poll holds up readers ten times less than with the default of 5 ms."""
_IDLE = 10
"""Time in s after which a silent connection is closed."""
_SHUTDOWN = 2
_DRAINED = 4
"""Bodies up to this many times the limit are answered by a fault; cheroot refuses longer ones unread with 413."""


class _HttpServer(Server):
    """cheroot, which remembers why it could not bind and closes what it could not use."""

    trouble = ""

    def bind_socket(  # type: ignore[override] # static in cheroot, but called on the object
        self,
        socket_: socket.socket,
        bind_addr: tuple[str, int],
    ) -> socket.socket:
        """Bind a socket."""
        try:
            socket_.bind(bind_addr)
        except OSError as error:
            self.trouble = error.strerror or str(error)
            socket_.close()
            raise
        return socket_


class EwsServer:
    """Serves a tree to EWS clients; a context manager that leaves no thread and no socket behind.

    `wsgi` is the service as a plain WSGI application, for tests and features without a socket. `before_read` is called
    at the start of each request. What has no store is not offered.
    """

    def __init__(
        self,
        tree: Tree,
        settings: EwsSettings,
        clock: Clock,
        *,
        before_read: Callable[[], None] | None = None,
        writer: Writer | None = None,
        enums: Sequence[Enumeration] = ENUMERATIONS,
    ) -> None:
        self.settings = settings
        self._dispatcher = Dispatcher(settings.operations)
        self._dispatcher.serve_values(Values(tree, _normal, writer or RefusingWriter()))
        self._dispatcher.serve(Browse(tree, _normal, self._dispatcher.offered, enums).handlers)
        self.wsgi = EwsApplication(settings, clock, self._dispatcher, before_read or _nothing, _locked_out)
        self._server: Any = None
        self._thread: threading.Thread | None = None

    @property
    def address(self) -> str:
        """The real URL of the service, with the port that was taken when the settings say 0."""
        return self.wsgi.address

    @property
    def requests(self) -> deque[RequestEntry]:
        """The last requests, oldest first."""
        return self.wsgi.requests

    @property
    def operations(self) -> list[str]:
        """Names of the operations that are offered."""
        return self._dispatcher.offered()

    def start(self) -> None:
        """Listen and answer from now on, on threads of its own; AddressInUseError when the port is taken."""
        settings = self.settings
        sys.setswitchinterval(_SWITCH_INTERVAL)
        server = _HttpServer(
            (settings.host, settings.port),
            self.wsgi,
            numthreads=settings.threads,
            timeout=_IDLE,
            shutdown_timeout=_SHUTDOWN,
            request_queue_size=128,
        )
        server.max_request_body_size = _DRAINED * settings.max_body
        try:
            if settings.certificate:
                server.ssl_adapter = BuiltinSSLAdapter(settings.certificate, settings.private_key)
            server.prepare()
        except FileNotFoundError as error:
            raise EwsServerError(f"The certificate of the EWS server cannot be read: {error.strerror}.") from error
        except OSError as error:
            raise AddressInUseError(settings.address, server.trouble or str(error)) from error
        self.wsgi.address = settings.url(settings.host, server.bind_addr[1])
        self._server = server
        self._thread = threading.Thread(target=server.serve, name="ews-server", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Answer what has begun, then close every connection and the port."""
        if self._server is not None and self._thread is not None:
            self._server.stop()
            self._thread.join()
            self._server = self._thread = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


def _nothing() -> None:
    """Do nothing before a read."""


def _normal(_: str) -> int:
    """Return the state of an alarm when there is no alarm book: Normal."""
    return 0


def _locked_out(_: str, __: float) -> None:
    """Do nothing when an address is locked out."""
