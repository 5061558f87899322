"""A flood of refused requests does not delay a client that is logged in."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

import pytest

from load import clock
from load.processes import Child
from tests.hostile.conftest import OWN, GoodClient, Measured, Start, is_in_time

pytestmark = [pytest.mark.once, pytest.mark.quiet]  # it measures a rate

SECONDS = 10.0
"""How long is measured."""
RATE = 1_000.0
"""Refused requests in a second."""
SLOWEST = 0.5
"""Time in s that an answer takes at most."""
LEAST_ANSWERS = 50


@pytest.fixture
def flood(processes: ExitStack) -> Child:
    """Start the process that floods."""
    return processes.enter_context(Child("tests.hostile.flooding"))


def test_a_good_client_is_answered_beside_a_thousand_refused_requests_a_second(
    start: Start, good_client: Callable[..., GoodClient], flood: Child, measured: Measured
) -> None:
    connector = start()
    client = good_client(connector, OWN)
    flood.ask("begin", address=connector.ews, rate=RATE * 1.1)  # a tenth more than must be reached
    client.begin()
    clock.pause(SECONDS)
    seen, rates = client.end(), flood.ask("end")
    measured({"refused/s": rates, **seen})
    assert set(rates) == {"401"}
    assert rates["401"] >= RATE, f"The flood reached {rates['401']:.0f} refused requests/s on this machine: {seen}"
    assert seen["kept"]["troubles"] + seen["fresh"]["troubles"] == [], seen
    assert seen["kept"]["refusals"] + seen["fresh"]["refusals"] + seen["reconnects"] == 0, seen
    assert min(seen["kept"]["answers"], seen["fresh"]["answers"]) >= LEAST_ANSWERS, seen
    assert is_in_time(seen, SLOWEST), seen
