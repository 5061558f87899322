"""Connections to the controller that another thread can cut, so that nobody's end waits for one that hangs."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import ClassVar

from requests import PreparedRequest
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import ConnectionPool, HTTPConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

SocketOption = tuple[int, int, int | bytes]


class Lines:
    """The open connections of one client. Once cut they stay so: a new one is cut as soon as it is made.

    `secret_query` is added to each request as it leaves, and known to nothing above: neither an error's text nor a line
    of a library's log can show it.
    """

    def __init__(self) -> None:
        self.secret_query = ""
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self.are_cut = False

    def cut(self) -> None:
        """Let whoever waits for an answer wait no longer."""
        with self._lock:
            self.are_cut = True
            for line in self._open:
                _shut(line)

    def enter(self, line: socket.socket) -> None:
        """Take in a connection."""
        with self._lock:
            self._open.add(line)
            if self.are_cut:
                _shut(line)

    def leave(self, line: socket.socket) -> None:
        """Let go of a connection, and close it; nobody cuts what may be another one's by then."""
        with self._lock:
            self._open.discard(line)
            line.close()


class CuttableAdapter(HTTPAdapter):
    """Makes the connections of a requests session known to its client's lines."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        super().__init__()

    def get_connection_with_tls_context(
        self,
        request: PreparedRequest,
        verify: bool | str | None,
        proxies: Mapping[str, str] | None = None,
        cert: tuple[str, str] | str | None = None,
    ) -> ConnectionPool:
        """Return the pool of a request, whose connections can be cut."""
        pool = super().get_connection_with_tls_context(request, verify, proxies, cert)
        if isinstance(pool, HTTPConnectionPool) and not issubclass(pool.ConnectionCls, _Cuttable):
            kinds = (_Cuttable, pool.ConnectionCls)
            pool.ConnectionCls = type("CuttableConnection", kinds, {"lines": self._lines})
        return pool


def connected(
    host: str, port: int, timeout: float | None, lines: Lines, options: Iterable[SocketOption] = ()
) -> tuple[socket.socket, socket.socket]:
    """Connect, each address of a host within so many s; return the connection and a second handle, which lines know.

    They know it before it is connected, so that the wait for that can be cut as well: ConnectionAbortedError then, or
    another OSError.
    """
    trouble = OSError(f"{host} has no address")
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        made = socket.socket(family, kind, protocol)
        handle = made.dup()
        lines.enter(handle)
        try:
            if lines.are_cut:
                raise ConnectionAbortedError("it is cut")
            for option in options:
                made.setsockopt(*option)
            made.settimeout(timeout)
            made.connect(address)
        except OSError as error:
            trouble = error
            lines.leave(handle)
            made.close()
        else:
            return made, handle
    raise trouble


class _Cuttable(HTTPConnection):
    """A connection with a second handle on its socket: TLS takes the first one for itself, from its handshake on."""

    lines: ClassVar[Lines]
    _handle: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        timeout = self.timeout if isinstance(self.timeout, int | float) else None
        try:
            made, self._handle = connected(
                self._dns_host.strip("[]"), self.port, timeout, self.lines, self.socket_options or ()
            )
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except TimeoutError as error:
            raise ConnectTimeoutError(self, f"Connection to {self.host} timed out ({self.timeout} s)") from error
        except OSError as error:
            raise NewConnectionError(self, f"Failed to establish a new connection: {error}") from error
        return made

    def putrequest(self, method: str, url: str, skip_host: bool = False, skip_accept_encoding: bool = False) -> None:
        """Begin a request, with the query that nobody is to see."""
        if self.lines.secret_query:
            url = f"{url}{'&' if '?' in url else '?'}{self.lines.secret_query}"
        super().putrequest(method, url, skip_host, skip_accept_encoding)

    def close(self) -> None:
        """Close both handles."""
        super().close()
        if self._handle is not None:
            self.lines.leave(self._handle)
            self._handle = None


def _shut(line: socket.socket) -> None:
    with suppress(OSError):  # the other side has closed it
        line.shutdown(socket.SHUT_RDWR)
