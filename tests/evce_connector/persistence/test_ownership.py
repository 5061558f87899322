"""One connector owns the database: who is refused, who is let in, and what a clock or a failing database changes."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from evce_connector.clock import Clock, ManualClock
from evce_connector.persistence.database import open_database
from evce_connector.persistence.owner import LEASE, OwnedError, Owner, read_owner, write_owner
from evce_connector.persistence.ownership import RENEW_EACH, Ownership
from sqlalchemy import Engine, text

FIRST, SECOND = "http://10.0.0.1:8081/EWS", "http://10.0.0.1:9081/EWS"
Take = Callable[..., Ownership]


class PassingClock(ManualClock):
    """A clock on which time passes by waiting; `then` is done at each wait."""

    then: Callable[[], None] = staticmethod(lambda: None)

    def wait(self, stop: Event, seconds: float) -> bool:
        self.advance(seconds)
        self.then()
        return stop.is_set()


@pytest.fixture
def clock() -> PassingClock:
    return PassingClock()


@pytest.fixture
def owned(engine: Engine) -> Engine:
    return engine


@pytest.fixture
def server(new_postgres_database: Callable[[], str]) -> Iterator[Engine]:
    engine = open_database(new_postgres_database())
    yield engine
    engine.dispose()


@pytest.fixture
def take(clock: Clock) -> Iterator[Take]:
    """Take a database as a connector does; all are given back with the test."""
    taken: list[Ownership] = []

    def one(engine: Engine, address: str = FIRST) -> Ownership:
        taken.append(Ownership(engine, address, clock))
        return taken[-1]

    yield one
    for ownership in taken:
        ownership.give_back()


def elsewhere(clock: Clock, **changed: object) -> Owner:
    """Return an owner on a machine whose processes cannot be looked at."""
    other = Owner.this_process(SECOND, clock.now())
    return replace(other, host="other", kernel="another kernel", process=7, **changed)  # type: ignore[arg-type]


def put(engine: Engine, owner: Owner) -> None:
    with engine.begin() as connection:
        write_owner(connection, owner)


def address_of(engine: Engine) -> str:
    owner = read_owner(engine)
    assert owner is not None
    return owner.address


def test_a_second_connector_is_refused_by_a_sentence_that_names_the_first(owned: Engine, take: Take) -> None:
    take(owned)
    with pytest.raises(OwnedError) as refused:
        take(owned, SECOND)
    shown = owned.url.render_as_string(hide_password=True)
    own = {"sqlite": "storage.url", "postgresql": "storage.url or a storage.site"}[owned.dialect.name]
    assert str(refused.value) == (
        f"Another connector runs on the database {shown}: process {os.getpid()} on {platform.node()} since 2026-01-01 "
        f"00:00:00 UTC, EWS server at {FIRST}. Stop it, or give this one a {own} of its own."
    )


def test_a_database_that_was_given_back_is_free_at_once(database: str, owned: Engine, take: Take) -> None:
    take(owned).give_back()
    assert read_owner(owned) is None
    other = open_database(database)
    second = take(other, SECOND)
    assert address_of(owned) == SECOND
    second.give_back()
    other.dispose()


def test_an_owner_whose_process_id_is_another_processes_by_now_is_replaced_at_once(
    owned: Engine, take: Take, clock: PassingClock
) -> None:
    put(owned, replace(Owner.this_process(SECOND, clock.now()), started="1"))
    take(owned)
    assert address_of(owned) == FIRST
    assert clock.monotonic() == 0


def test_an_owner_on_another_machine_is_waited_for_as_long_as_its_lease_lasts(
    owned: Engine, take: Take, clock: PassingClock
) -> None:
    put(owned, elsewhere(clock))
    clock.advance(LEASE - 8)
    with pytest.raises(OwnedError, match=r"process 7 on other .* If it is dead already, start again in 8 s\.$"):
        take(owned)


@pytest.mark.parametrize("seconds", [LEASE, -3600.0], ids=["ran out", "given by a clock that was set back"])
def test_an_owner_on_another_machine_is_replaced_when_its_lease_is_over_and_no_sign_of_life_comes(
    owned: Engine, take: Take, clock: PassingClock, seconds: float
) -> None:
    put(owned, elsewhere(clock))
    clock.jump(seconds)
    take(owned)
    assert address_of(owned) == FIRST


@pytest.mark.parametrize("seconds", [86400.0, -86400.0])
def test_a_clock_that_jumps_lets_nobody_in_beside_an_owner_on_another_machine(
    owned: Engine, take: Take, clock: PassingClock, seconds: float
) -> None:
    other = elsewhere(clock)
    put(owned, other)
    clock.jump(seconds)
    clock.then = lambda: put(owned, replace(other, renewals=other.renewals + 1))
    with pytest.raises(OwnedError, match="process 7 on other"):
        take(owned)


@pytest.mark.parametrize("seconds", [86400.0, -86400.0])
def test_a_clock_that_jumps_lets_nobody_in_beside_an_owner_on_this_machine(
    owned: Engine, take: Take, clock: PassingClock, seconds: float
) -> None:
    take(owned)
    clock.jump(seconds)
    with pytest.raises(OwnedError):
        take(owned, SECOND)
    assert address_of(owned) == FIRST


def test_the_lease_is_renewed_each_five_seconds_and_not_in_between(
    owned: Engine, take: Take, clock: PassingClock
) -> None:
    first = take(owned)
    seen = []
    for _ in range(11):
        first.renew()
        clock.advance(1)
        owner = read_owner(owned)
        assert owner is not None
        seen.append(owner.renewals)
    assert seen == [1] * 5 + [2] * 5 + [3]
    assert owner.left(clock.now()) == LEASE - 1


def test_an_owner_that_another_one_replaced_notices_and_leaves_the_other_alone(
    owned: Engine, take: Take, clock: PassingClock, caplog: pytest.LogCaptureFixture
) -> None:
    first = take(owned)
    put(owned, elsewhere(clock))
    clock.advance(RENEW_EACH)
    first.renew()
    assert "process 7 on other" in str(first.lost)
    assert re.search(r"process 7 on other.* This connector ends\.$", caplog.messages[-1])
    first.give_back()
    assert address_of(owned) == SECOND


def test_an_owner_whose_row_was_lost_takes_the_database_up_again(
    owned: Engine, take: Take, clock: PassingClock
) -> None:
    first = take(owned)
    with owned.begin() as connection:
        connection.execute(text("DELETE FROM owner"))
    clock.advance(RENEW_EACH)
    first.renew()
    assert (first.lost, address_of(owned)) == (None, FIRST)


def test_a_locked_database_is_told_and_taken_up_again_when_it_is_free(
    sqlite_engine: Engine, file: Path, take: Take, clock: PassingClock
) -> None:
    first = take(sqlite_engine)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for _ in range(2):
            clock.advance(RENEW_EACH)
            first.renew()
    assert first.trouble == "the database cannot be used: database is locked"
    clock.advance(3 * LEASE)
    first.renew()
    owner = read_owner(sqlite_engine)
    assert owner is not None
    assert (first.lost, owner.left(clock.now()), first.trouble) == (None, LEASE, "")


def test_a_process_that_could_not_give_the_database_back_takes_it_again(
    sqlite_engine: Engine, file: Path, take: Take
) -> None:
    first = take(sqlite_engine)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        first.give_back()
    assert address_of(sqlite_engine) == FIRST
    take(sqlite_engine, SECOND)
    assert address_of(sqlite_engine) == SECOND
    with pytest.raises(OwnedError):
        take(sqlite_engine)


def test_a_database_that_is_locked_at_the_start_is_taken_as_soon_as_it_is_free(
    sqlite_engine: Engine, file: Path, take: Take, clock: PassingClock
) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        first = take(sqlite_engine)
    assert read_owner(sqlite_engine) is None
    clock.advance(RENEW_EACH)
    first.renew()
    assert address_of(sqlite_engine) == FIRST


def test_on_postgresql_a_session_keeps_the_database_whatever_became_of_its_row(
    server: Engine, take: Take, clock: PassingClock
) -> None:
    take(server)
    with server.begin() as connection:
        connection.execute(text("DELETE FROM owner"))
    with pytest.raises(OwnedError, match="Another connector runs on the database"):
        take(server, SECOND)
    put(server, elsewhere(clock))
    clock.advance(LEASE)
    with pytest.raises(OwnedError, match="process 7 on other"):
        take(server, SECOND)


def test_on_postgresql_the_lock_is_that_of_the_very_table(server: Engine, take: Take) -> None:
    take(server)
    held = "SELECT classid::bigint, objid = 'owner'::regclass FROM pg_locks WHERE locktype = 'advisory'"
    with server.connect() as connection:
        assert connection.execute(text(held)).all() == [(0x45564345, True)]


def test_on_postgresql_an_owner_whose_session_was_ended_opens_another_and_keeps_the_database(
    server: Engine, take: Take, clock: PassingClock
) -> None:
    first = take(server)
    end = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
    with server.connect() as connection:
        assert connection.scalars(text(end)).all() == [True]
    for _ in range(2):
        clock.advance(RENEW_EACH)
        first.renew()
    assert first.lost is None
    owner = read_owner(server)
    assert owner is not None
    assert owner.left(clock.now()) == LEASE
    with server.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")) == 1


def test_on_postgresql_an_owner_waits_until_the_server_has_noticed_that_its_former_session_broke(
    server: Engine, take: Take, clock: PassingClock
) -> None:
    first = take(server)
    with server.connect() as former:
        key = "SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks WHERE locktype = 'advisory'"
        held = former.scalar(text(key))
        first._end_session()
        former.execute(text(f"SELECT pg_advisory_lock({held})"))
        clock.advance(RENEW_EACH)
        first.renew()
        assert first.lost is None
        former.execute(text(f"SELECT pg_advisory_unlock({held})"))
    clock.advance(RENEW_EACH)
    first.renew()
    owner = read_owner(server)
    assert owner is not None
    assert (first.lost, owner.left(clock.now())) == (None, LEASE)
