"""The socket of a service manager, as systemd opens one: tests read there what it is told."""

from __future__ import annotations

import socket
from types import TracebackType
from typing import Self


class ServiceSocket:
    """Takes datagrams at a file, or at an abstract name that begins with @."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(f"\0{name[1:]}" if name.startswith("@") else name)
        self._socket.setblocking(False)

    def heard(self) -> list[str]:
        """Return what was told since the last call; a message that is sent is there at once."""
        messages = []
        while True:
            try:
                messages.append(self._socket.recv(4096).decode())
            except BlockingIOError:
                return messages

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._socket.close()
