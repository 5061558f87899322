"""Every statement has a deadline inside its caller's budget: on a lock, and on a server that says nothing any more."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
from evce_connector.persistence.commands import PATIENCE, Command, CommandLedger
from evce_connector.persistence.database import DatabaseError, open_database
from evce_connector.persistence.patience import AWAY, RUNNING, hurry, within
from evce_connector.persistence.snapshots import Snapshots
from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import OperationalError

from features.driver.postgresql import Postgres, served
from features.driver.waiting import until
from tests.support import swallowing

pytestmark = pytest.mark.once

BUDGET = 0.5
MARGIN = 1.5
"""Seconds by which a busy machine may be late; who waited for the server without a deadline would wait for ever."""
LINE = Command("2026-01-01T00:00:00Z", "ebo", "127.0.0.1", "Zones/2/ZoneReduction", "", "1.0", success=False)
Silence = Callable[[], None]
ASK = text("SELECT 1")


@pytest.fixture(scope="module")
def standing() -> Iterator[Postgres]:
    """Run a PostgreSQL of this file's own, which can be made to stand still."""
    with served() as server:
        yield server


class Server:
    """A database on a server that falls silent: the server itself stands still, or the network swallows all."""

    def __init__(self, url: str, fall_silent: Silence, speak: Silence) -> None:
        self.url, self.fall_silent, self.speak = url, fall_silent, speak


@pytest.fixture
def kept_open(standing: Postgres) -> Iterator[Engine]:
    """Open a database on a server that answers."""
    engine = open_database(standing.url)
    yield engine
    engine.dispose()


@pytest.fixture(params=["stands still", "is swallowed by the network"])
def server(request: pytest.FixtureRequest, standing: Postgres) -> Iterator[Server]:
    with ExitStack() as stack:
        if request.param == "stands still":
            made = Server(standing.url, standing.stand_still, standing.go_on)
        else:
            url = make_url(standing.url)
            between = stack.enter_context(swallowing.network(url.port or 0))
            through = url.set(port=between.port).render_as_string(hide_password=False)
            made = Server(through, between.swallow, between.flow)
        stack.callback(made.speak)
        yield made


@pytest.fixture
def silent(server: Server) -> Iterator[Engine]:
    """Open a database whose server falls silent, with one connection kept."""
    engine = open_database(server.url)
    with engine.connect() as connection:
        connection.execute(ASK)
    server.fall_silent()
    yield engine
    engine.dispose()


def ask(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(ASK)


@contextmanager
def fails_within(seconds: float, match: str = ".") -> Iterator[None]:
    began = time.monotonic()
    with pytest.raises(OperationalError, match=match):
        yield
    assert time.monotonic() - began < seconds


def test_a_statement_fails_within_its_budget_on_a_connection_that_was_kept(silent: Engine) -> None:
    with fails_within(BUDGET + MARGIN, "the server did not answer within 0.5 s"), within(BUDGET):
        ask(silent)


def test_a_connection_attempt_fails_within_its_budget(silent: Engine) -> None:
    silent.pool.dispose()
    with fails_within(BUDGET + MARGIN, "the server did not answer within 0.5 s"), within(BUDGET):
        ask(silent)


def test_a_statement_without_a_budget_has_a_deadline_all_the_same(silent: Engine) -> None:
    with fails_within(RUNNING.statement + MARGIN):
        ask(silent)


def test_a_start_fails_by_a_sentence_within_the_time_of_connecting(server: Server) -> None:
    server.fall_silent()
    began = time.monotonic()
    with pytest.raises(DatabaseError, match=r"cannot be used: .*the server did not answer within 2\.0 s"):
        open_database(server.url)
    assert time.monotonic() - began < RUNNING.connecting + MARGIN


def test_after_a_missed_deadline_nobody_waits_again_until_one_has_tried(silent: Engine, server: Server) -> None:
    with fails_within(BUDGET + MARGIN), within(BUDGET):
        ask(silent)
    for _ in range(3):
        with fails_within(BUDGET, "it is asked again shortly"):
            ask(silent)
    server.speak()
    began = time.monotonic()
    until(lambda: answers(silent), "heard again", AWAY + 2 * MARGIN)
    assert time.monotonic() - began < AWAY + MARGIN


def answers(engine: Engine) -> bool:
    try:
        ask(engine)
    except OperationalError:
        return False
    return True


def test_what_is_under_way_ends_soon_when_the_process_is_to_end(silent: Engine) -> None:
    failed: list[float] = []

    def wait() -> None:
        try:
            ask(silent)
        except OperationalError:
            failed.append(time.monotonic())

    thread = threading.Thread(target=wait)
    thread.start()
    until(lambda: silent.pool.checkedout() == 1, "asked")
    began = time.monotonic()
    hurry(silent, BUDGET)
    thread.join(10)
    assert failed
    assert failed[0] - began < BUDGET + MARGIN


def test_a_line_of_the_command_ledger_is_kept_in_time_or_not_at_all(silent: Engine, server: Server) -> None:
    ledger = CommandLedger(silent)
    with fails_within(PATIENCE + MARGIN):
        ledger.intend([LINE])
    server.speak()
    until(lambda: answers(silent), "heard again", AWAY + 2 * MARGIN)
    assert ledger.lines() == []


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "locked.db"


@pytest.fixture
def locked(file: Path) -> Iterator[Engine]:
    """Open an SQLite database that another program has locked."""
    engine = open_database(f"sqlite:///{file.as_posix()}")
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield engine
    engine.dispose()


@pytest.mark.parametrize("budget", [0.2, 0.6])
def test_sqlite_waits_for_a_lock_as_long_as_the_caller_has_time(locked: Engine, budget: float) -> None:
    began = time.monotonic()
    with fails_within(budget + MARGIN, "database is locked"), within(budget):
        Snapshots(locked).keep_fact("a", "1")
    assert time.monotonic() - began > budget / 2


def test_sqlite_waits_for_a_lock_a_second_and_a_half_where_nobody_has_a_budget(locked: Engine) -> None:
    with fails_within(RUNNING.locks + MARGIN, "database is locked"):
        Snapshots(locked).keep_fact("a", "1")


def test_a_lock_of_another_costs_no_connection_to_postgresql(kept_open: Engine) -> None:
    with kept_open.connect() as connection, kept_open.begin() as other:
        before = connection.scalar(text("SELECT pg_backend_pid()"))
        connection.commit()
        other.execute(text("LOCK TABLE facts IN ACCESS EXCLUSIVE MODE"))
        with fails_within(PATIENCE + MARGIN, "lock timeout"), connection.begin():
            connection.execute(text("INSERT INTO facts VALUES ('a', '1')"))
        assert connection.scalar(text("SELECT pg_backend_pid()")) == before


def test_postgresql_gives_a_lock_up_before_the_least_patient_caller_does(kept_open: Engine) -> None:
    with kept_open.connect() as connection:
        seconds = connection.scalar(text("SELECT extract(epoch FROM current_setting('lock_timeout')::interval)"))
    assert 0 < float(seconds or 0) < PATIENCE
