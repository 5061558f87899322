"""When a connector sets up first, so that a fleet that starts at one moment does not set up at one moment."""

from __future__ import annotations

from hashlib import sha256

from evce_connector.config import Configuration
from evce_connector.host.options import site_named

_BYTES = 6
"""Bytes of a hash that are enough to tell connectors apart."""
_MOST = float(256**_BYTES)


def first_set_up_in(configuration: Configuration) -> float:
    """Return how many s the first set-up of a start waits: from 0 to below `host.start_spread_seconds`.

    Each connector draws its own by its name, and the same with each start; one without a name by its addresses.
    """
    whose = site_named(configuration) or f"{configuration.evce.base_url} {configuration.ews.address}"
    drawn = int.from_bytes(sha256(whose.encode()).digest()[:_BYTES], "big")
    return configuration.host.start_spread_seconds * (drawn / _MOST)
