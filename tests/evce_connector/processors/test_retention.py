"""What is too old goes in pieces, beside which everybody writes: the retention of a connector, on its own thread."""

# ruff: noqa: S608 - statements of tables of ours

from __future__ import annotations

import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from threading import Event

import pytest
from evce_connector.clock import SystemClock
from evce_connector.host.service import ConnectorService
from evce_connector.persistence.backup import NEWEST
from evce_connector.persistence.commands import Command
from evce_connector.persistence.ledger import KEPT
from evce_connector.persistence.patience import within
from evce_connector.persistence.pieces import PIECE
from evce_connector.processors.retention import AGAIN, LOOK_EACH
from evce_connector.processors.unreadable import GOOD
from sqlalchemy import Engine, event, text

from tests.evce_connector.processors.bench import Connector
from tests.support.joined import connect, failing_disk, settings
from tests.support.retention import run_out

HELD_UP = 0.05
"""Seconds for which a write may be held up by what deletes, on a machine that does nothing else."""
BUSY = 5
"""How many times as long the slowest one may take where other tests run beside."""
NUMBERED = (
    "WITH RECURSIVE lines(n) AS (SELECT CAST(:first AS INTEGER) UNION ALL SELECT n + 1 FROM lines WHERE n < :last) "
)
AT_ONCE = 20_000
"""Rows that a statement makes at most: PostgreSQL gives the connector's statements 5 s, also on a busy machine."""
LONG_AGO = "2001-01-01T00:00:00Z"
SERIES = 1000


@dataclass(frozen=True)
class Filling:
    """How a table gets a number of old rows, and how many of them stay."""

    rows: str
    before: str = ""
    stay: int = 0


SAMPLES = Filling(
    f"""{NUMBERED} INSERT INTO history_samples (series, time, value, state)
    SELECT 1 + n % {SERIES}, n, 1.5, 0 FROM lines""",
    before=f"""{NUMBERED} INSERT INTO history_series (item) SELECT 'log ' || n FROM lines""",
)
EVENTS = Filling(
    f"""{NUMBERED} INSERT INTO alarm_events
    SELECT n, 'Alarm ' || (n % 40), 'Status', 'Station', 0, 0, 100, 'EVCE Fault', 'faulted', n, n FROM lines"""
)
COMMANDS = Filling(
    f"""{NUMBERED} INSERT INTO commands
    (at, "user", client, item, old, new, success, answer, read_back, valid_until, stage)
    SELECT '{LONG_AGO}', 'ebo', '10.0.0.7', 'Zones/' || (n % 3) || '/ZoneReduction', '1.0', '2.0', 1 = 1, '', '2.0', '',
    'confirmed' FROM lines""",
    stay=3,
)
CHANGES = Filling(
    f"""{NUMBERED} INSERT INTO site_changes SELECT n, '{LONG_AGO}', 'Stations/1', 'renamed', 'a', 'b' FROM lines""",
    stay=KEPT,
)
FILLINGS = {"history_samples": SAMPLES, "alarm_events": EVENTS, "commands": COMMANDS, "site_changes": CHANGES}
"""The tables that have a retention; their rows are older than any."""
BOUNDED = {"refused_writes", "system_events"}
"""The tables that grow to a number of rows, one of which goes for each that comes."""


TEN_YEARS = 3653 * 86400.0


@pytest.fixture
def service(tmp_path: Path, database: str) -> Iterator[ConnectorService]:
    """Make a connector on the machine's clock, on one kind of database and then the other; nothing of it runs."""
    service = connect(settings(tmp_path, storage={"url": database}), SystemClock())
    yield service
    service.stop()


def filled(service: ConnectorService, table: str, rows: int) -> ConnectorService:
    """Let a table have so many rows that are too old, and its stores know of them."""
    with within(60), service.stores.engine.begin() as connection:
        if FILLINGS[table].before:
            connection.execute(text(FILLINGS[table].before), {"first": 1, "last": SERIES})
        for first in range(1, rows + 1, AT_ONCE):
            last = min(rows, first + AT_ONCE - 1)
            connection.execute(text(FILLINGS[table].rows), {"first": first, "last": last})
    service.stores.history.take_up()
    return service


def count(engine: Engine, table: str) -> int:
    with engine.connect() as connection:
        return int(connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0)


def deleted_at_once(engine: Engine) -> Counter[str]:
    """Gather from now on by tables how many rows of it a transaction deleted at most."""
    most: Counter[str] = Counter()
    now: Counter[str] = Counter()

    def note(_: object, cursor: sqlite3.Cursor, statement: str, *__: object) -> None:
        if statement.startswith("DELETE FROM "):
            now[statement.split()[2]] += max(0, cursor.rowcount)

    def end(_: object) -> None:
        for table, rows in now.items():
            most[table] = max(most[table], rows)
        now.clear()

    event.listen(engine, "after_cursor_execute", note)
    event.listen(engine, "commit", end)
    return most


def test_every_table_that_grows_has_a_bound() -> None:
    assert FILLINGS.keys() | BOUNDED == NEWEST.keys()


@pytest.mark.parametrize("table", FILLINGS)
def test_all_that_is_too_old_goes_and_no_transaction_deletes_more_than_a_piece(
    service: ConnectorService, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if table == "site_changes":
        monkeypatch.setattr(service.stores.site_ledger, "_kept", 3)
    filled(service, table, 5 * PIECE + 7)
    most = deleted_at_once(service.stores.engine)
    run_out(service)
    assert count(service.stores.engine, table) == min(3, FILLINGS[table].stay)
    assert most[table] == PIECE
    assert service.items.interface.get("StorageState") == GOOD


def test_a_series_without_samples_is_let_go_as_well(service: ConnectorService) -> None:
    filled(service, "history_samples", SERIES)
    run_out(service)
    assert count(service.stores.engine, "history_series") == 0
    assert service.stores.history.page("log 1", None, None, 9) == []


@pytest.mark.parametrize("table", ["history_samples", "alarm_events", "commands"])
def test_a_write_beside_the_deletion_of_a_large_backlog_is_not_held_up(service: ConnectorService, table: str) -> None:
    filled(service, table, 100_000)
    ledger = service.stores.commands
    line = Command("2999-01-01T00:00:00Z", "ebo", "127.0.0.1", "Zones/9/ZoneReduction", "1.0", "2.0", success=False)
    ledger.intend([line])
    deleting = Event()
    taken = []
    with beside_retention(service, deleting):
        for _ in range(40):
            deleting.clear()
            assert deleting.wait(10)
            began = time.monotonic()
            ledger.intend([line])
            taken.append(time.monotonic() - began)
    assert median(taken) < HELD_UP
    assert quantiles(taken, n=10)[-1] < BUSY * HELD_UP


@contextmanager
def beside_retention(service: ConnectorService, deleting: Event) -> Iterator[None]:
    """Let retention run on its thread, and tell when a piece of rows is deleted and not yet committed."""

    def tell(_: object, __: object, statement: str, *___: object) -> None:
        if statement.startswith("DELETE"):
            deleting.set()

    event.listen(service.stores.engine, "after_cursor_execute", tell)
    (retention,) = [step for step in service.steps if step.thread.name == "Retention"]
    retention.start()
    try:
        yield
    finally:
        retention.end()
        retention.join()


def test_a_database_that_does_not_let_go_is_told_and_asked_again_shortly(connector: Connector) -> None:
    retention = connector.service.retention
    retention.turn()
    assert retention.until_due() == LOOK_EACH
    filled(connector.service, "alarm_events", 3)
    connector.clock.advance(LOOK_EACH)
    with failing_disk(connector.service, "DELETE"):
        retention.turn()
    assert connector.see("Interface/StorageState")[0] == "the database cannot be written: disk I/O error"
    assert retention.until_due() == AGAIN
    connector.clock.advance(AGAIN)
    retention.turn()
    assert (count(connector.engine, "alarm_events"), connector.see("Interface/StorageState")[0]) == (0, GOOD)


def test_after_a_start_long_after_the_last_poll_nothing_goes_before_the_controller_agrees_with_the_clock(
    connector: Connector,
) -> None:
    connector.poll()
    filled(connector.service, "alarm_events", 3)
    connector.set_controller_ahead(-TEN_YEARS)  # the machine's clock is about to be wrong
    connector.start_again(seconds=TEN_YEARS)
    connector.service.retention.turn()
    assert (count(connector.engine, "alarm_events"), connector.service.retention.until_due()) == (3, AGAIN)
    connector.set_controller_ahead(0)
    connector.poll_for(AGAIN + 15)
    run_out(connector.service)
    assert count(connector.engine, "alarm_events") == 0
