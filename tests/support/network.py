"""The tests' network is the loopback: whoever asks for more is refused, and the test fails whatever it made of that."""

from __future__ import annotations

import ipaddress
import socket
import sys
from typing import Any

HERE = {"", "localhost", socket.gethostname()}
"""Names that this machine knows without asking anybody."""
NOWHERE = (".invalid", ".test")
"""Names that are nobody's (RFC 6761): to look for one is how a host that does not exist is tested."""
_CALLS = ("socket.connect", "socket.sendto", "socket.sendmsg")
_LOOK_UPS = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")


class ForeignNetworkError(OSError):
    """A test reached for a machine other than its own."""


class Loopback:
    """Watches each call of this process, on all threads, from `watch` to its end: an audit hook cannot be taken off."""

    def __init__(self) -> None:
        self.refuses = False
        self._refused: list[str] = []

    def watch(self) -> None:
        """Refuse from now on what leaves the machine, whenever `refuses` is set."""
        sys.addaudithook(self._hear)

    def take_refused(self) -> list[str]:
        """Return a sentence for each call that was refused since this was asked last."""
        refused, self._refused = self._refused, []
        return refused

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.refuses:
            return
        if event in _CALLS:
            called, address = arguments
            if called.family in (socket.AF_INET, socket.AF_INET6) and address and not is_here(address[0]):
                self._refuse(f"{event.removeprefix('socket.')} to {address[0]}, port {address[1]},")
        elif event in _LOOK_UPS and not is_known(arguments[0]):
            self._refuse(f"looking up the host {arguments[0]}")

    def _refuse(self, what: str) -> None:
        sentence = f"{what} leaves this machine: let the other side be a simulator on 127.0.0.1"
        self._refused.append(sentence)
        raise ForeignNetworkError(sentence)


def is_here(host: object) -> bool:
    """Say whether what is called, an address or a name, is this machine."""
    address = _address(str(host))
    return is_known(host) if address is None else address.is_loopback


def is_known(host: object) -> bool:
    """Say whether a host can be looked up without a name server: an address, this machine, or a name of nobody."""
    text = host.decode("idna") if isinstance(host, bytes) else str(host or "")
    return _address(text) is not None or text in HERE or text.endswith(NOWHERE)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
