"""The portal and the EWS server do not hold each other up, and the portal tells when EWS does not answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from http.client import HTTPConnection
from urllib.parse import urlsplit

from load import clock
from load.processes import Child
from tests.hostile.conftest import Connector, GoodClient, Measured, Start, is_in_time
from tests.hostile.yardstick import yardstick

STALLING = 500
SECONDS = 5.0
"""How long is measured, or until there are enough answers."""
LONGEST = 60.0
SLOWEST = 0.25
"""Time in s that an answer takes at most."""
LEAST_ANSWERS = 50
HELD = 12.0
"""Time in s for which the loop of EWS is held."""
TOLD = 10.0
"""Time in s within which the portal tells of it."""


def ready(connector: Connector) -> tuple[int, list[str]]:
    """Return the status of /health/ready, and its reasons."""
    parts = urlsplit(connector.portal)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=20)
    try:
        connection.request("GET", "/health/ready")
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())["reasons"]
    finally:
        connection.close()


def test_slow_clients_of_the_portal_leave_ews_alone(
    start: Start, good_client: Callable[..., GoodClient], crowd: Callable[..., Child], measured: Measured
) -> None:
    connector = start()
    client = good_client(connector)
    crowd("send half a head, then a byte each 3 s", STALLING, connector.portal)
    client.begin()
    clock.pause(SECONDS)
    seen = client.end()
    measured(seen)
    assert seen["kept"]["troubles"] + seen["fresh"]["troubles"] == [], seen
    assert min(seen["kept"]["answers"], seen["fresh"]["answers"]) >= LEAST_ANSWERS, seen
    assert is_in_time(seen, SLOWEST), seen


def test_slow_clients_of_the_portal_or_of_ews_leave_health_alone(
    start: Start, crowd: Callable[..., Child], measured: Measured
) -> None:
    connector = start()
    crowd("send half a head, then a byte each 3 s", STALLING, connector.portal)
    crowd("send a head and no body", STALLING, connector.ews)
    slowest, count = 0.0, 0
    with yardstick() as beside:
        end = clock.wall() + SECONDS
        for _ in clock.rounds(LONGEST, 10_000):
            started = clock.wall()
            if started > end and count >= LEAST_ANSWERS:
                break
            assert ready(connector) == (200, [])
            slowest, count = max(slowest, clock.wall() - started), count + 1
            beside.ask()
            clock.pause(0.01)
    measured({"answers": count, "slowest, s": slowest, "yardstick, s": beside.slowest})
    assert count >= LEAST_ANSWERS
    assert slowest < beside.allowed(SLOWEST)


def test_the_portal_is_not_ready_while_ews_is_held_and_says_why(start: Start, measured: Measured) -> None:
    connector = start()
    assert ready(connector) == (200, [])
    connector.child.ask("hold_ews", seconds=HELD)
    held = clock.wall()
    assert clock.until(lambda: ready(connector)[0] == 503, TOLD)
    measured({"told after, s": clock.wall() - held})
    assert any("ews" in reason.lower() for reason in ready(connector)[1]), ready(connector)
    assert clock.until(lambda: ready(connector) == (200, []), HELD + TOLD)
