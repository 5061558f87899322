"""How long the two ends took to answer, by operation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from evce_acceptance.results.run import Exchange

_ID = re.compile(r"/(?:\d+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?=/|$)")
_CHALLENGE, _FIRST_FAILURE = 401, 400


@dataclass(frozen=True, slots=True)
class Latency:
    """Answer times of one operation of one party, in seconds; `failed` counts exchanges without a proper answer."""

    party: str
    operation: str
    number: int
    failed: int
    p50: float
    p95: float
    p99: float
    longest: float


def operation(exchange: Exchange) -> str:
    """Name an exchange's operation; numbers in its path are left out, so that all zones are one operation."""
    return _ID.sub("/{id}", exchange.operation)


def failed(exchange: Exchange) -> bool:
    """Whether there was no proper answer; a login's challenge is one."""
    status = exchange.status
    return bool(exchange.error) or status is None or (status >= _FIRST_FAILURE and status != _CHALLENGE)


def percentile(ordered: Sequence[float], share: float) -> float:
    """Give the smallest value that `share` of all do not exceed; values come in ascending order."""
    return ordered[max(0, ceil(share * len(ordered)) - 1)]


def summary(exchanges: Iterable[Exchange]) -> list[Latency]:
    """Sum exchanges up, by party and operation, in the order of their names."""
    groups: dict[tuple[str, str], list[Exchange]] = {}
    for exchange in exchanges:
        groups.setdefault((exchange.party, operation(exchange)), []).append(exchange)
    return [_latency(*key, groups[key]) for key in sorted(groups)]


def _latency(party: str, name: str, group: Sequence[Exchange]) -> Latency:
    times = sorted(exchange.seconds for exchange in group)
    p50, p95, p99 = (percentile(times, share) for share in (0.5, 0.95, 0.99))
    return Latency(party, name, len(group), sum(map(failed, group)), p50, p95, p99, times[-1])
