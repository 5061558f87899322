"""The log's lines of logins that are refused: one an address and minute at most, with how many it leaves out."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from dataclasses import dataclass

from evce_connector.clock import Clock

PAUSE = 60.0
"""Least time in s between two lines of one address."""
_ADDRESSES = 1_000
"""Addresses that are told apart; of the others, on a hostile network, the one heard of longest ago is forgotten."""
_LONGEST = 64
"""Characters of a name that a line shows: what is longer is no name, and a part of a password would not be hidden."""
_LOGGER = logging.getLogger("evce_connector.ews")


@dataclass(slots=True)
class _Minute:
    until: float
    left_out: int = 0


class Refusals:
    """Logs refused logins; `note` is called in the server's loop and waits for nothing but the log."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._minutes: OrderedDict[str, _Minute] = OrderedDict()
        self._lock = threading.Lock()

    def note(self, address: str, sentence: str) -> None:
        """Log a refusal from an address, or count it where that address had its line."""
        now = self._clock.monotonic()
        with self._lock:
            minute = self._minutes.get(address)
            if minute is not None and now < minute.until:
                minute.left_out += 1
                return
            self._minutes[address] = _Minute(now + PAUSE)
            self._minutes.move_to_end(address)
            _, forgotten = self._minutes.popitem(last=False) if len(self._minutes) > _ADDRESSES else ("", None)
        self._tell(address, minute)
        self._tell("an address that is forgotten", forgotten)
        _LOGGER.warning("%s", sentence)

    def turn(self) -> None:
        """Say how many were left out of the minutes that are over."""
        now = self._clock.monotonic()
        with self._lock:
            over = [(address, minute) for address, minute in self._minutes.items() if now >= minute.until]
            for address, _ in over:
                del self._minutes[address]
        for address, minute in over:
            self._tell(address, minute)

    def _tell(self, address: str, minute: _Minute | None) -> None:
        if minute is not None and minute.left_out:
            times = "1 more EWS login" if minute.left_out == 1 else f"{minute.left_out} more EWS logins"
            _LOGGER.warning("%s from %s were refused within a minute of the last such line", times, address)


def named(name: bytes, *, known: bool) -> str:
    """Return a user's name as a client wrote it, for the log; of one that is not known, that it is not.

    >>> named(b"ebo", known=True), named(b"ebb", known=False)
    ("user 'ebo'", "user 'ebb', whom this server does not know")
    """
    try:
        text = name.decode("utf-8")
    except UnicodeDecodeError:
        text = name.decode("latin-1")
    if len(text) > _LONGEST:
        return f"a user whose name has {len(text)} characters"
    return f"user {text!r}" + ("" if known else ", whom this server does not know")
