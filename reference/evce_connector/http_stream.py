"""Both directions of a client's connection, as cheroot reads and writes them: without its layers of files in Python."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from selectors import EVENT_READ, DefaultSelector
from ssl import SSLWantReadError, SSLWantWriteError

_NOT_YET = (BlockingIOError, SSLWantReadError, SSLWantWriteError)
_PIECE = 64 * 1024
"""Bytes asked of the socket at a time, and bytes from which on a part of an answer is large."""
_END_OF_HEAD = b"\r\n\r\n"
_LONGEST_LINE = 8 * 1024
"""Bytes of a line, where cheroot sets no limit: the sizes of chunks and what follows the last."""


class ClientStream:
    """Reads what a client sends and keeps back what it is answered, so that head and body leave together.

    Whoever waits for the client first sends what is kept back: an answer, or the word that it may send its body.
    `patience` (s) holds where there is something to wait for. Elsewhere the socket is asked without a time-out: Python
    asks twice with one, and at each question a poll may take the interpreter away.
    """

    def __init__(self, socket_: socket.socket, patience: float) -> None:
        self._socket = socket_
        self._patience = patience
        self._decrypted = getattr(socket_, "pending", int)  # bytes that TLS has taken off the wire already
        socket_.settimeout(0)
        self._selector = DefaultSelector()
        self._selector.register(socket_, EVENT_READ)
        self._received = b""
        self._at = 0
        self._kept = b""

    def readline(self, size: int = _LONGEST_LINE) -> bytes:
        """Read a line with its end; at most so many bytes of it, and less when the client sends no more."""
        while not (end := self._received.find(b"\n", self._at) + 1) and self._waiting() < size and self._receive():
            pass
        return self._take(min(size, (end or len(self._received)) - self._at))

    def read(self, size: int) -> bytes:
        """Read so many bytes; less when the client sends no more."""
        pieces = [self._take(size)]
        missing = size - len(pieces[0])
        while missing and self._receive():
            pieces.append(self._take(missing))
            missing -= len(pieces[-1])
        return b"".join(pieces)

    def head(self, longest: int) -> bytes:
        """Show what was received up to the first empty line, without taking it; nothing where that is too far away."""
        if self._waiting() or self._receive():
            head, end, _ = self._received[self._at : self._at + longest].partition(_END_OF_HEAD)
            return head + end if end else b""
        return b""

    def has_data(self) -> bool:
        """Tell whether there is something to read without waiting."""
        return self._waiting() > 0 or self._decrypted() > 0

    def comes(self, seconds: float) -> bool:
        """Wait so long for something to read, or for the end of the connection: whoever reads next learns of it."""
        self.flush()
        return bool(self._selector.select(seconds))

    def _waiting(self) -> int:
        return len(self._received) - self._at

    def _take(self, size: int) -> bytes:
        taken = self._received[self._at : self._at + size]
        self._at += len(taken)
        return taken

    def _receive(self) -> bool:
        """Wait for more; false when the client has closed its side."""
        self.flush()
        try:
            more = self._socket.recv(_PIECE)
        except _NOT_YET:
            with self.patience():
                more = self._socket.recv(_PIECE)
        self._received = self._received[self._at :] + more
        self._at = 0
        return bool(more)

    def write(self, data: bytes) -> int:
        """Keep back a part of an answer; a large one is sent at once: joining costs more than a packet."""
        if len(data) > _PIECE:
            self.flush()
            self._send(data)
        else:
            self._kept += data
        return len(data)

    def flush(self) -> None:
        """Send what is kept back; what the client does not take is lost."""
        if self._kept:
            data, self._kept = self._kept, b""
            self._send(data)

    def _send(self, data: bytes) -> None:
        try:
            sent = self._socket.send(data)
        except _NOT_YET:
            sent = 0
        if sent < len(data):
            with self.patience():
                self._socket.sendall(memoryview(data)[sent:])

    @contextmanager
    def patience(self) -> Iterator[None]:
        """Wait for the client meanwhile."""
        self._socket.settimeout(self._patience)
        try:
            yield
        finally:
            self._socket.settimeout(0)

    def close(self) -> None:
        """Forget everything; the socket is closed by whoever opened it."""
        self._received, self._kept, self._at = b"", b"", 0
        self._selector.close()
