"""At the limit of open files the connector says so once a minute, and serves again when clients leave."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPException

import pytest

from load import clock
from load.driver import EwsDriver
from load.messages import get_values, values_of
from load.processes import Child
from tests.hostile.conftest import LOGIN, OWN, Connector, GoodClient, Measured, Start, is_in_time

pytestmark = pytest.mark.once

FILES = 256
"""Files that the connector may have open."""
SILENT = 500
"""Clients that come and say nothing."""
SECONDS = 15.0
"""How long they stay."""
SLOWEST = 0.25
"""Time in s that an answer takes at most, whoever else has come."""
SOON = 10.0
"""Time in s within which a client is served again when they have left."""


def is_served(connector: Connector) -> bool:
    """Tell whether a client that comes now gets its values."""
    with suppress(OSError, HTTPException), EwsDriver(connector.ews, *LOGIN, 2.0, source=OWN) as driver:
        return len(values_of(driver.send(get_values(connector.ids[:1])).body)) == 1
    return False


@pytest.mark.timeout(90)
def test_at_the_limit_of_open_files_the_log_has_one_line_a_minute_and_service_goes_on(
    start: Start, good_client: Callable[..., GoodClient], crowd: Callable[..., Child], measured: Measured
) -> None:
    connector = start(files=FILES)
    client = good_client(connector)
    before = connector.logged()
    silent = crowd("say nothing", SILENT, connector.ews)
    client.begin()
    clock.pause(SECONDS)
    seen, held = client.end(), silent.ask("seen")
    silent.close()
    left = clock.wall()
    assert clock.until(lambda: is_served(connector), SOON)
    measured({"crowd": held, "good client": seen, "served again after, s": clock.wall() - left})
    said = connector.logged().removeprefix(before)
    assert held["held"] < FILES
    assert seen["kept"]["troubles"] + seen["fresh"]["troubles"] == [], seen
    assert seen["kept"]["refusals"] + seen["fresh"]["refusals"] + seen["reconnects"] == 0, seen
    assert is_in_time(seen, SLOWEST), seen
    assert "Traceback" not in said
    assert len(said.splitlines()) == 1, said
