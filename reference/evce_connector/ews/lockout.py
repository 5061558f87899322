"""Slows down who guesses passwords: after some refused logins an address waits, each time twice as long."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

from evce_connector.clock import Clock
from evce_connector.ews.settings import Lockout

MAX_ADDRESSES = 1000
"""Addresses remembered; beyond it the one that failed longest ago is forgotten."""


@dataclass(slots=True)
class _Record:
    failures: int = 0
    locked_until: float = 0.0


class LoginGuard:
    """Counts refused logins by client address."""

    def __init__(self, settings: Lockout, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._records: OrderedDict[str, _Record] = OrderedDict()
        self._lock = threading.Lock()

    def waits(self, address: str) -> float:
        """Return how many s an address has to wait before its next login is looked at; 0 for none."""
        with self._lock:
            record = self._records.get(address)
            return max(0.0, record.locked_until - self._clock.monotonic()) if record else 0.0

    def failed(self, address: str) -> float:
        """Count a refused login; return how many s the address has to wait now."""
        settings = self._settings
        with self._lock:
            record = self._records.setdefault(address, _Record())
            self._records.move_to_end(address)
            if len(self._records) > MAX_ADDRESSES:
                self._records.popitem(last=False)
            record.failures += 1
            if record.failures < settings.failures:
                return 0.0
            doublings = min(record.failures - settings.failures, 30)
            delay = float(min(settings.first_delay * 2**doublings, settings.longest_delay))
            record.locked_until = self._clock.monotonic() + delay
            return delay

    def succeeded(self, address: str) -> None:
        """Forget what an address got wrong before."""
        if address in self._records:
            with self._lock:
                self._records.pop(address, None)
