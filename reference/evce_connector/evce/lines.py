"""Connections to the controller that another thread can cut, so that nobody's end waits for one that hangs."""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import ClassVar

from requests import PreparedRequest
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import ConnectionPool, HTTPConnectionPool


class Lines:
    """The open connections of one client. Once cut they stay so: a new one is cut as soon as it is made."""

    def __init__(self) -> None:
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


class _Cuttable(HTTPConnection):
    """A connection with a second handle on its socket: TLS takes the first one for itself, from its handshake on."""

    lines: ClassVar[Lines]
    _handle: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        made = super()._new_conn()
        self._handle = made.dup()
        self.lines.enter(self._handle)
        return made

    def close(self) -> None:
        """Close both handles."""
        super().close()
        if self._handle is not None:
            self.lines.leave(self._handle)
            self._handle = None


def _shut(line: socket.socket) -> None:
    with suppress(OSError):  # the other side has closed it
        line.shutdown(socket.SHUT_RDWR)
