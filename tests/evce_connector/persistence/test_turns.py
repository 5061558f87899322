"""Threads that write to one SQLite file wait in line, and none is refused because others are quicker."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from evce_connector.persistence.commands import Command, CommandLedger
from evce_connector.persistence.database import open_database
from evce_connector.persistence.patience import within
from evce_connector.persistence.turns import writing
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import OperationalError

WRITERS, EACH = 4, 25
LINE = Command("2026-01-01T00:00:00Z", "ebo", "127.0.0.1", "Zones/2/ZoneReduction", "", "1.0", success=False)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """Open a database in which SQLite itself waits for no lock."""
    engine = open_database(f"sqlite:///{(tmp_path / 'connector.db').as_posix()}")

    def wait_for_nobody(connection: object, *_: object) -> None:
        connection.execute("PRAGMA busy_timeout=0")  # type: ignore[attr-defined]

    event.listen(engine, "checkout", wait_for_nobody)
    yield engine
    engine.dispose()


def test_writers_of_one_process_never_meet_at_the_file(engine: Engine) -> None:
    ledgers = [CommandLedger(engine) for _ in range(WRITERS)]
    begin = threading.Barrier(WRITERS)

    def write(ledger: CommandLedger) -> None:
        begin.wait()
        for _ in range(EACH):
            ledger.intend([LINE])

    with ThreadPoolExecutor(WRITERS) as threads:
        list(threads.map(write, ledgers))

    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM commands")) == WRITERS * EACH


def test_who_has_no_time_left_asks_the_file_itself_which_says_no(engine: Engine) -> None:
    def late() -> None:
        with within(0.05), writing(engine) as connection:
            connection.execute(text("DELETE FROM commands"))

    with ThreadPoolExecutor(1) as other, writing(engine) as connection:
        connection.execute(text("DELETE FROM commands"))
        with pytest.raises(OperationalError, match="database is locked"):
            other.submit(late).result()
