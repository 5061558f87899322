"""Slows down who guesses passwords, and nobody else: of wrong responses only so many are told that they are wrong.

Counted is by name and address, whether a user of that name exists or not, and by address over all names: so who tries
names and passwords from one address sees no difference between a name that exists and one that does not. A right
response is no business of this module: it gets in whatever stands here.

What this cannot do: a right response gets in at once, so who takes no notice of being told to wait can go on guessing,
one password a second on each connection. The number of connections is bounded; passwords must be long all the same.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from math import ceil

from evce_connector.clock import Clock
from evce_connector.ews.settings import Lockout

MAX_RECORDS = 10_000
"""Names at addresses, and addresses, that are remembered; beyond it the one judged longest ago is forgotten."""
_NAME_BYTES = 64
"""Longer names are told apart by their first bytes, so that a record stays small."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What to do with a wrong response: `told` that it is wrong, or put off; `begun` when from now on it is slowed."""

    told: bool
    begun: bool = False


@dataclass(frozen=True, slots=True)
class Slowed:
    """An address whose wrong responses are slowed down: for which users (empty: a name nobody has), and how many."""

    address: str
    users: tuple[str, ...]
    failures: int


@dataclass(slots=True)
class _Record:
    limit: int
    failures: float = 0.0
    """Failures that time had not forgiven when the last one was counted."""
    counted: float = 0.0
    judged_again: float = float("-inf")
    reported: set[str] = field(default_factory=set)
    """Users that were said to be slowed; kept for an address until all of its failures are forgiven."""


class Guesses:
    """Counts wrong responses, and says which of them are judged.

    A name has `failures` wrong responses free at an address, an address `address_failures` for all names together.
    Each takes up one `interval` (s), so that what was free is waited for afterwards: of no address more than 60 are
    judged in a minute, at 1 s. Only time forgives: one failure each `forgiven_after` s.

    >>> from evce_connector.clock import ManualClock
    >>> clock = ManualClock()
    >>> guesses = Guesses(Lockout(failures=2), clock)
    >>> [guesses.wrong(b"ebo", "10.0.0.5", "ebo").told for _ in range(3)]
    [True, True, False]
    >>> clock.advance(2.0)
    >>> guesses.wrong(b"ebo", "10.0.0.5", "ebo").told
    True
    """

    def __init__(self, settings: Lockout, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._records: OrderedDict[tuple[str, bytes | None], _Record] = OrderedDict()
        self._lock = threading.Lock()

    def wrong(self, name: bytes, address: str, user: str) -> Judgement:
        """Judge a wrong response from an address, for a name as the client wrote it; `user` is whom that is told of."""
        by_name, by_address = (address, name[:_NAME_BYTES]), (address, None)
        with self._lock:
            now = self._clock.monotonic()
            of_name = self._records.get(by_name) or _Record(self._settings.failures)
            of_address = self._records.get(by_address) or _Record(self._settings.address_failures)
            if not (self._is_open(of_name, now) and self._is_open(of_address, now)):
                return Judgement(told=False)
            if self._standing(of_address, now) == 0:
                of_address.reported.clear()
            slowed = [self._count(of_name, now), self._count(of_address, now)]
            begun = any(slowed) and user not in of_address.reported
            if begun:
                of_address.reported.add(user)
            self._keep({by_name: of_name, by_address: of_address})
            return Judgement(told=True, begun=begun)

    def slowed(self) -> list[Slowed]:
        """Return the addresses whose wrong responses are slowed down now."""
        with self._lock:
            now = self._clock.monotonic()
            full = {
                address: None for (address, _), one in self._records.items() if self._standing(one, now) > one.limit - 1
            }
            of_addresses = [(address, self._records.get((address, None))) for address in full]
            return [
                Slowed(address, tuple(sorted(one.reported)), ceil(self._standing(one, now)))
                for address, one in of_addresses
                if one is not None
            ]

    def forgive(self, address: str) -> None:
        """Forget what was wrong from an address."""
        with self._lock:
            for place in [place for place in self._records if place[0] == address]:
                del self._records[place]

    def _standing(self, record: _Record, now: float) -> float:
        """Return the failures that are not yet forgiven."""
        return max(0.0, record.failures - (now - record.counted) / self._settings.forgiven_after)

    def _is_open(self, record: _Record, now: float) -> bool:
        """Tell whether a wrong response can be judged now: one is still free, or the others are long enough ago."""
        return self._standing(record, now) <= record.limit - 1 or now >= record.judged_again

    def _count(self, record: _Record, now: float) -> bool:
        """Count a wrong response; true when none is free after it."""
        record.failures = min(self._standing(record, now) + 1, record.limit)
        record.counted = now
        record.judged_again = max(record.judged_again, now) + self._settings.interval
        return record.failures > record.limit - 1

    def _keep(self, records: dict[tuple[str, bytes | None], _Record]) -> None:
        for place, record in records.items():
            self._records[place] = record
            self._records.move_to_end(place)
        while len(self._records) > MAX_RECORDS:
            self._records.popitem(last=False)
