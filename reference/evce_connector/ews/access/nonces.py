"""The nonces of HTTP Digest: signed and with their time in them, so that no table of issued ones is kept.

A restart only makes clients ask again (stale=true). Counted is what a right answer has used, so that it cannot be sent
a second time.
"""

from __future__ import annotations

import base64
import hmac
import secrets
import struct
import threading
from collections import OrderedDict
from dataclasses import dataclass

from evce_connector.clock import Clock

MAX_NONCES = 10_000
"""Nonces whose counts are remembered; the nonces before them are stale."""
_WINDOW = 64
"""A count may come this much later than a higher one: parallel connections share a nonce."""
_STAMP = struct.Struct(">d8s")


@dataclass(slots=True)
class _Counts:
    issued: float
    highest: int = 0
    seen: int = 0
    """Bit n tells whether `highest` - n was seen."""


class Nonces:
    """Makes nonces that are good for `lifetime` s, and recognizes them."""

    def __init__(self, lifetime: float, clock: Clock) -> None:
        self._lifetime = lifetime
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._counts: OrderedDict[str, _Counts] = OrderedDict()
        self._floor = float("-inf")
        self._lock = threading.Lock()

    def make(self) -> str:
        """Return a new nonce."""
        stamp = _STAMP.pack(self._clock.monotonic(), secrets.token_bytes(8))
        return base64.urlsafe_b64encode(stamp + self._sign(stamp)).decode()

    def is_good(self, nonce: str) -> bool:
        """Tell whether a nonce is ours and not outdated."""
        counts = self._counts.get(nonce)
        issued = counts.issued if counts else self._remembered(nonce)
        return issued is not None and self._clock.monotonic() - issued <= self._lifetime

    def use(self, nonce: str, count: int) -> bool:
        """Enter the count of a good nonce's right answer; false when it was used before, or may have been."""
        with self._lock:
            counts = self._counts.get(nonce) or self._begin(nonce)
            return counts is not None and _note(counts, count)

    def _sign(self, stamp: bytes) -> bytes:
        return hmac.digest(self._key, stamp, "sha256")[:16]

    def _issued(self, nonce: str) -> float | None:
        """Return when a nonce of ours was made, None for one that is not ours."""
        try:
            raw = base64.urlsafe_b64decode(nonce.encode("ascii"))
        except ValueError:
            return None
        stamp, signature = raw[: _STAMP.size], raw[_STAMP.size :]
        if len(raw) != _STAMP.size + 16 or not hmac.compare_digest(self._sign(stamp), signature):
            return None
        return float(_STAMP.unpack(stamp)[0])

    def _remembered(self, nonce: str) -> float | None:
        """Return when an unused nonce of ours was made; None when it may have been used and forgotten."""
        issued = self._issued(nonce)
        return None if issued is None or issued <= self._floor else issued

    def _begin(self, nonce: str) -> _Counts | None:
        """Begin to count the uses of a nonce; None when it is so old that its uses were forgotten."""
        issued = self._remembered(nonce)
        if issued is None:
            return None
        counts = self._counts[nonce] = _Counts(issued)
        while len(self._counts) > MAX_NONCES:
            _, old = self._counts.popitem(last=False)
            self._floor = max(self._floor, old.issued)
        return counts


def _note(counts: _Counts, count: int) -> bool:
    """Enter a count; false when it was used before, or may have been."""
    ahead = count - counts.highest
    if ahead > 0:
        counts.seen = ((counts.seen << min(ahead, _WINDOW)) | 1) & ((1 << _WINDOW) - 1)
        counts.highest = count
        return True
    if -ahead >= _WINDOW or count == 0 or counts.seen >> -ahead & 1:
        return False
    counts.seen |= 1 << -ahead
    return True
