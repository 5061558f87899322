"""Five hundred clients that stall, in every way there is, do not delay one that behaves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from evce_simulator.certificate import make_certificate

from load.processes import Child
from tests.hostile.conftest import OWN, SHARED, GoodClient, Measured, Start, is_in_time
from tests.hostile.stalling import KINDS

SECONDS = 7.0
"""How long is measured: those that drip do so twice by then."""
STALLING = 500
SLOWEST = 0.25
"""Time in s that an answer takes at most."""
LEAST_POLLS = 50
"""Polls over each connection without which nothing was measured."""
MOST_IDS = 3_000


def assert_served(seen: dict[str, Any]) -> None:
    """Every poll was answered in time, over the kept connection and over fresh ones."""
    kept, fresh = seen["kept"], seen["fresh"]
    assert kept["troubles"] + fresh["troubles"] == [], seen
    assert kept["refusals"] + fresh["refusals"] + seen["reconnects"] == 0, seen
    assert min(kept["answers"], fresh["answers"]) >= LEAST_POLLS, seen
    assert is_in_time(seen, SLOWEST), seen


def beside_nothing_else(kind: str) -> object:
    """Let those that ask for much be measured alone: what they ask for keeps a core busy, and two tests would wait."""
    return pytest.param(kind, marks=[pytest.mark.once, pytest.mark.quiet] if KINDS[kind].asks else [])


@pytest.mark.parametrize("kind", [beside_nothing_else(kind) for kind in KINDS])
def test_a_good_client_is_answered_at_once_beside_500_clients_that(
    kind: str,
    start: Start,
    good_client: Callable[..., GoodClient],
    crowd: Callable[..., Child],
    measured: Measured,
    tmp_path: Path,
) -> None:
    certificate = make_certificate(tmp_path, "127.0.0.1") if kind == "never finish the handshake" else ()
    connector = start(certificate=[str(file) for file in certificate])
    own, sharing = good_client(connector, OWN), good_client(connector, SHARED)
    stalling = crowd(kind, STALLING, connector.ews, connector.ids[:MOST_IDS])
    for client in (own, sharing):
        client.begin()
    Event().wait(SECONDS)
    seen = {"own": own.end(), "sharing": sharing.end()}
    came = stalling.ask("seen")
    measured({"crowd": came, **seen})
    assert came["opened"] >= STALLING, came
    for of in seen.values():
        assert_served(of)
    assert "Traceback" not in connector.logged()
