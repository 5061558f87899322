"""Reads never wait for the database: locked by another program or hung for a minute, clients do not notice."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from features.driver.postgresql import Postgres, served
from load import clock
from tests.hostile.conftest import GoodClient, Measured, Start, is_in_time

pytestmark = pytest.mark.once

SECONDS = 60.0
"""How long the databases are held."""
SLOWEST = 0.25
"""Time in s that an answer takes at most."""
POLL_EACH = 2.0
"""Time in s between two polls of the controller meanwhile: more than a site has."""
LEAST_ANSWERS = 300


@pytest.fixture
def hung() -> Iterator[Postgres]:
    """Run a PostgreSQL."""
    with served() as server:
        yield server


@pytest.mark.timeout(200)
def test_clients_do_not_notice_that_the_database_is_locked_or_hung_for_a_minute(
    start: Start, good_client: Callable[..., GoodClient], hung: Postgres, tmp_path: Path, measured: Measured
) -> None:
    connectors = {"SQLite locked": start(), "PostgreSQL hung": start(database=hung.url)}
    clients = {name: good_client(connector) for name, connector in connectors.items()}
    for connector in connectors.values():
        connector.child.ask("poll_on", every=POLL_EACH)
    with closing(sqlite3.connect(tmp_path / "connector.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        hung.stand_still()
        try:
            for client in clients.values():
                client.begin()
            clock.pause(SECONDS)
            seen = {name: client.end() for name, client in clients.items()}
        finally:
            hung.go_on()
            other.execute("ROLLBACK")
    measured(seen)
    assert all(connector.child.ask("polls") for connector in connectors.values())
    for name, of in seen.items():
        assert of["kept"]["troubles"] + of["fresh"]["troubles"] == [], name
        assert of["kept"]["refusals"] + of["fresh"]["refusals"] + of["reconnects"] == 0, name
        assert min(of["kept"]["answers"], of["fresh"]["answers"]) >= LEAST_ANSWERS, name
        assert is_in_time(of, SLOWEST), name
