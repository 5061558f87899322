"""Tells a service manager how the connector is, by the socket that systemd names in NOTIFY_SOCKET (sd_notify).

Ready when the EWS server serves, alive at half of the time that the manager waits for a sign of it, reloading,
stopping, and in a sentence what it does. Where no socket is named, nothing happens.
"""

from __future__ import annotations

import logging
import os
import socket
import sys
from collections.abc import Mapping, Sequence

from evce_connector.clock import Clock

LOGGER = logging.getLogger("evce_connector")
SOCKET, WATCHDOG, WATCHDOG_PROCESS = "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"
"""Variables that systemd sets: the socket, the time in µs that it waits for a sign of life, and whose."""
_MICROSECONDS = 1_000_000


class ServiceManager:
    """Whoever started the connector as a service; each message is a datagram, and none is waited for."""

    def __init__(self, environment: Mapping[str, str], clock: Clock) -> None:
        """Read where to tell and how often; `clock` is the machine's, for its monotonic time is told in a reload."""
        self._clock = clock
        self._address = _address(environment.get(SOCKET, ""))
        self._each = _half_of_watchdog(environment) if self._address else None
        self._beaten: float | None = None
        self._status = ""
        self._silent_for: tuple[str, ...] = ()
        self._failing = False

    def ready(self, status: str) -> None:
        """Tell that it serves, after a start and after each reload, and in a sentence what."""
        self._status = _line(status)
        self._send("READY=1", f"STATUS={self._status}")

    def reloading(self) -> None:
        """Tell that it reads its configuration again; `ready` ends that."""
        self._send("RELOADING=1", f"MONOTONIC_USEC={int(self._clock.monotonic() * _MICROSECONDS)}")

    def stopping(self) -> None:
        """Tell that it ends."""
        self._send("STOPPING=1", "STATUS=The connector ends.")

    def look(self, status: str, dead: Sequence[str]) -> None:
        """Give a sign of life when one is due, unless something is dead, and tell the status when it has changed.

        `dead` are sentences: with any the manager hears nothing more, and starts the connector anew by its own rule.
        """
        status = _line(" ".join(dead) or status)
        if status != self._status:
            self._status = status
            self._send(f"STATUS={status}")
        if self._each is None:
            return
        if dead:
            self._tell_silence(tuple(dead))
            return
        now = self._clock.monotonic()
        if self._beaten is None or now - self._beaten >= self._each:
            self._beaten = now
            self._send("WATCHDOG=1")

    def _tell_silence(self, dead: tuple[str, ...]) -> None:
        """Log once why the service manager gets no sign of life."""
        if dead != self._silent_for:
            LOGGER.error(
                "The service manager gets no sign of life and will start the connector anew: %s", " ".join(dead)
            )
        self._silent_for = dead

    def _send(self, *lines: str) -> None:
        """Send a message; a manager that cannot be reached is logged once, and keeps the connector from nothing."""
        if self._address is None:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
                sender.setblocking(False)
                sender.connect(self._address)
                sender.send("\n".join(lines).encode())
        except OSError as error:
            if not self._failing:
                why = error.strerror or error
                LOGGER.warning("The service manager cannot be told how the connector is: %s: %s", SOCKET, why)
            self._failing = True
        else:
            self._failing = False


def _address(name: str) -> str | None:
    r"""Return the socket's address; None without one, and for kinds that are none of this machine's (vsock).

    >>> _address("/run/systemd/notify"), _address("@abstract"), _address("vsock:2:1234"), _address("")
    ('/run/systemd/notify', '\x00abstract', None, None)
    """
    if sys.platform == "win32" or name[:1] not in ("/", "@"):
        return None
    return f"\0{name[1:]}" if name.startswith("@") else name


def _half_of_watchdog(environment: Mapping[str, str]) -> float | None:
    """Return the s between two signs of life; None where none is waited for, or only from another process."""
    wanted, process = environment.get(WATCHDOG, ""), environment.get(WATCHDOG_PROCESS, "")
    if process and process != str(os.getpid()):
        return None
    if not wanted.isascii() or not wanted.isdecimal() or int(wanted) == 0:
        return None
    return int(wanted) / _MICROSECONDS / 2


def _line(text: str) -> str:
    """Return a text as one line, as a status has to be."""
    return " ".join(text.split())
