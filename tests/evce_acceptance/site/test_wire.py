"""The paced wire: how fast it asks, what it keeps, and what it never keeps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise

import pytest
import requests
from ebo_simulator.clock import ManualClock
from evce_acceptance.site.wire import Pace, PacedAdapter, WireLog
from evce_simulator import EvceSimulator

PASSWORD = "Charge-22"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 3, 2, 6, tzinfo=UTC))


@pytest.fixture(scope="module")
def simulator() -> Iterator[EvceSimulator]:
    with EvceSimulator("guide", login="bms", password=PASSWORD) as running:
        yield running


@pytest.fixture
def log() -> WireLog:
    return WireLog((PASSWORD,))


@pytest.fixture
def session(clock: ManualClock, log: WireLog) -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        session.mount("http://", PacedAdapter("controller", Pace(4, clock), log, clock))
        yield session


def test_requests_are_as_far_apart_as_the_site_wants(
    simulator: EvceSimulator, session: requests.Session, clock: ManualClock
) -> None:
    for _ in range(5):
        session.get(f"{simulator.url}/zones", auth=("bms", PASSWORD), timeout=20)
    assert clock.monotonic() == 1.0


def test_a_pause_is_not_made_up_for_by_a_burst(clock: ManualClock) -> None:
    pace = Pace(2, clock)
    pace.wait_turn()
    clock.advance(10)
    for _ in range(3):
        pace.wait_turn()
    assert clock.monotonic() == 11.0


def test_an_exchange_is_kept_with_both_texts(simulator: EvceSimulator, session: requests.Session, log: WireLog) -> None:
    session.get(f"{simulator.url}/zones?limit=1", auth=("bms", PASSWORD), timeout=20)
    (exchange,) = log.exchanges
    assert (exchange.operation, exchange.status, exchange.party) == ("GET /api/v2/zones", 200, "controller")
    assert '"Z1"' in exchange.received


def test_passwords_and_tokens_are_not_kept(simulator: EvceSimulator, session: requests.Session, log: WireLog) -> None:
    credentials = {"login": "bms", "password": PASSWORD}
    token = session.post(f"{simulator.url}/login", json=credentials, timeout=20).json()["token"]
    session.get(f"{simulator.url}/zones", headers={"Authorization": f"Bearer {token}"}, timeout=20)
    kept = "".join(f"{exchange.sent}{exchange.received}{exchange.url}" for exchange in log.exchanges)
    assert len(log.exchanges) == 2
    assert token not in kept
    assert PASSWORD not in kept


@pytest.mark.parametrize("text", ['{"accessToken": "abc"}', "Authorization: Bearer abc", "Basic abc", "the secret abc"])
def test_what_looks_like_a_secret_or_is_one_is_taken_out(text: str) -> None:
    assert "abc" not in WireLog(("abc",)).redact(text)


def test_a_request_that_fails_is_kept_with_its_cause(session: requests.Session, log: WireLog) -> None:
    with pytest.raises(requests.ConnectionError):
        session.get("http://127.0.0.1:9/zones", timeout=20)
    assert [(exchange.status, exchange.error) for exchange in log.exchanges] == [(None, "ConnectionError")]


@pytest.mark.parametrize("prefix", ["soap-env:", "s:", ""])
def test_a_soap_exchange_is_named_by_its_operation(
    simulator: EvceSimulator, session: requests.Session, log: WireLog, prefix: str
) -> None:
    body = f"<{prefix}Envelope><{prefix}Body><x:GetValuesRequest version='1.2'/></{prefix}Body></{prefix}Envelope>"
    session.post(f"{simulator.url}/zones", data=body, timeout=20)
    assert log.exchanges[-1].operation == "GetValues"


def test_a_request_that_left_late_delays_the_next_one(clock: ManualClock) -> None:
    class LateClock(ManualClock):
        """Each wait lasts 0.1 s longer than asked for."""

        def wait(self, seconds: float) -> None:
            super().wait(seconds + 0.1)

    late = LateClock(clock.now())
    pace = Pace(2, late)
    turns = []
    for _ in range(3):
        pace.wait_turn()
        turns.append(late.monotonic())
    assert min(b - a for a, b in pairwise(turns)) >= 0.5
