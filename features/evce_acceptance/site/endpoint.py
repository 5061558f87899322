"""How the EWS endpoint of a site is reached: paced, logged, guarded, and read as far as its answers go."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ebo_simulator import EboClient
from ebo_simulator.clock import Clock
from ebo_simulator.profiles import Profile, profile
from evce_acceptance.site.approval import NOT_APPROVED, Approval, GuardedAdapter
from evce_acceptance.site.settings import Connector
from evce_acceptance.site.wire import Pace, WireLog


def ews_client(
    login: Connector,
    pace: Pace,
    log: WireLog,
    clock: Clock,
    approval: Approval = NOT_APPROVED,
    *,
    version: str = "",
    user: str = "",
) -> EboClient:
    """Make a client of an endpoint, in its own version and as its own user unless told otherwise; nothing is sent yet.

    What a product adds to the contract is no error here: each check says what it demands.
    """
    verify = login.verify_tls
    client = EboClient(
        login.url,
        user or login.user,
        login.secret,
        version or login.version,
        login.timeout,
        ca=verify if isinstance(verify, Path) else None,
        insecure=verify is False,
        strict=False,
    )
    adapter = GuardedAdapter("connector", pace, log, clock, approval)
    for scheme in ("http://", "https://"):
        client.transport.session.mount(scheme, adapter)
    return client


def product(login: Connector) -> Profile:
    """Return how a workstation reads the endpoint: as an AS-P in version 1.1, else as an Enterprise Server."""
    like = profile("as-p" if login.version == "1.1" else "es")
    return replace(like, ids=login.ids_per_request)
