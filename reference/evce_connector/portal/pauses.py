"""Slows down who guesses passwords of the pages: by user and by address, each wrong one after the free ones longer.

The EWS server's own (ews/access/guesses.py) judges each login first, which costs it nothing; here a look at a password
costs the processor's time, so that during a pause none is looked at. After it a right one gets in.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

from evce_connector.clock import Clock

FREE_BY_USER, FREE_BY_ADDRESS = 5, 10
"""Wrong passwords that cost no pause."""
LONGEST = 300.0
"""Seconds that a pause grows to, from 1 s on, doubled each time."""
FORGIVEN_AFTER = 3600.0
"""Seconds after the last wrong password that all are forgotten."""
REMEMBERED = 10_000
"""Users and addresses that are remembered; beyond it the one that failed longest ago is forgotten."""
_NAME = 64
"""Characters that longer names are told apart by."""


@dataclass(slots=True)
class _Failures:
    count: int = 0
    last: float = float("-inf")
    again: float = float("-inf")
    """The instant from which on the next password is looked at."""


class Pauses:
    """Counts attempts, and says how long the next one has to wait.

    >>> from evce_connector.clock import ManualClock
    >>> clock = ManualClock()
    >>> pauses = Pauses(clock)
    >>> [pauses.attempt("admin", "10.0.0.5") for _ in range(6)]
    [0.0, 0.0, 0.0, 0.0, 0.0, 1.0]
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures: OrderedDict[tuple[str, str], _Failures] = OrderedDict()

    def attempt(self, user: str, address: str) -> float:
        """Return 0 when a password may be looked at now, else the seconds to wait; counts it as wrong until `right`."""
        with self._lock:
            now = self._clock.monotonic()
            both = [(self._of(key, now), free) for key, free in _keys(user, address)]
            wait = max(failures.again for failures, _ in both) - now
            if wait > 0:
                return wait
            for failures, free in both:
                failures.count += 1
                failures.last = now
                if failures.count >= free:
                    failures.again = now + min(LONGEST, 2.0 ** min(failures.count - free, 30))
        return 0.0

    def right(self, user: str, address: str) -> None:
        """Take back the last attempt, which was right, and forget all others of the user.

        Those of the address stay: who has one user must not be free to guess at others.
        """
        with self._lock:
            (by_user, _), (by_address, free) = _keys(user, address)
            self._failures.pop(by_user, None)
            if (failures := self._failures.get(by_address)) is not None:
                failures.count -= 1
                if failures.count < free:
                    failures.again = float("-inf")

    def _of(self, key: tuple[str, str], now: float) -> _Failures:
        found = self._failures.get(key)
        if found is None or now - found.last > FORGIVEN_AFTER:
            found = self._failures[key] = _Failures()
        self._failures.move_to_end(key)
        while len(self._failures) > REMEMBERED:
            self._failures.popitem(last=False)
        return found


def _keys(user: str, address: str) -> tuple[tuple[tuple[str, str], int], tuple[tuple[str, str], int]]:
    return (("user", user[:_NAME].casefold()), FREE_BY_USER), (("address", address), FREE_BY_ADDRESS)
