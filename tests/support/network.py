"""The tests' network is the loopback: whoever asks for more is refused, and the test fails whatever it made of that."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from functools import wraps
from typing import Any

HERE = {"", "localhost", socket.gethostname()}
"""Names that this machine knows without asking anybody."""
NOWHERE = (".invalid", ".test")
"""Names that are nobody's (RFC 6761): to look for one is how a host that does not exist is tested."""
_CALLS = ("connect", "connect_ex", "sendto", "sendmsg")
"""Methods of a socket that reach out; an address is the last of what they are given."""
_LOOK_UPS = ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "gethostbyaddr")


class ForeignNetworkError(OSError):
    """A test reached for a machine other than its own."""


class Loopback:
    """Watches each call of this process, on all threads, from `watch` to its end.

    By methods put in the place of the library's, not by an audit hook: while that runs for `sys.settrace`, as under
    coverage, a thread that begins at this moment cannot be traced and dies.
    """

    def __init__(self) -> None:
        self.refuses = False
        self._refused: list[str] = []

    def watch(self) -> None:
        """Refuse from now on what leaves the machine, whenever `refuses` is set."""
        for name in _CALLS:
            setattr(socket.socket, name, self._watched_call(name, getattr(socket.socket, name)))
        for name in _LOOK_UPS:
            setattr(socket, name, self._watched_look_up(getattr(socket, name)))

    def take_refused(self) -> list[str]:
        """Return a sentence for each call that was refused since this was asked last."""
        refused, self._refused = self._refused, []
        return refused

    def _watched_call(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(call)
        def watched(caller: socket.socket, *arguments: Any) -> Any:  # noqa: ANN401 - as the method of a socket
            address = arguments[-1] if arguments else None
            internet = caller.family in (socket.AF_INET, socket.AF_INET6) and isinstance(address, tuple)
            if self.refuses and internet and address and not is_here(address[0]):
                self._refuse(f"{name} to {address[0]}, port {address[1]},")
            return call(caller, *arguments)

        return watched

    def _watched_look_up(self, look_up: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(look_up)
        def watched(host: Any, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - as the function of the library
            if self.refuses and not is_known(host):
                self._refuse(f"looking up the host {host}")
            return look_up(host, *arguments, **named)

        return watched

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
