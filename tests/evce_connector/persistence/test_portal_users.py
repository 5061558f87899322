"""Users of the pages and what they did, as the database keeps them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from evce_connector.persistence.database import open_database
from evce_connector.persistence.portal_users import (
    KEPT_DAYS,
    Act,
    Audit,
    PortalUser,
    PortalUserError,
    PortalUsers,
    Role,
)
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    opened = open_database(database)
    yield opened
    opened.dispose()


def user(name: str, role: Role = Role.ADMIN) -> PortalUser:
    return PortalUser(name, role, "$argon2id$hash", must_change=True, since=NOW)


def act(number: int, at: datetime = NOW) -> Act:
    return Act(at, "admin", "127.0.0.1", f"Act {number}")


def test_users_are_there_after_a_restart(engine: Engine) -> None:
    users = PortalUsers(engine)
    users.add(user("admin"))
    users.add(user("Müller", Role.VIEWER))
    users.set_role("Müller", Role.OPERATOR)
    users.set_password("admin", "another", NOW + timedelta(hours=1), must_change=False)

    assert PortalUsers(engine).all() == [
        PortalUser("Müller", Role.OPERATOR, "$argon2id$hash", must_change=True, since=NOW),
        PortalUser("admin", Role.ADMIN, "another", must_change=False, since=NOW + timedelta(hours=1)),
    ]


@pytest.mark.parametrize(
    "change", [lambda users: users.delete("admin"), lambda users: users.set_role("admin", "viewer")]
)
def test_the_last_admin_stays_one(engine: Engine, change: Callable[[PortalUsers], object]) -> None:
    users = PortalUsers(engine)
    users.add(user("admin"))
    users.add(user("viewer", Role.VIEWER))
    with pytest.raises(PortalUserError, match="This is the last admin"):
        change(users)

    assert [one.role for one in PortalUsers(engine).all()] == [Role.ADMIN, Role.VIEWER]


def test_a_change_that_the_database_does_not_take_is_no_change(engine: Engine) -> None:
    users = PortalUsers(engine)
    users.add(user("admin"))

    def fail(*arguments: object) -> None:
        raise OperationalError(str(arguments[2]), None, sqlite3.OperationalError("disk I/O error"))

    event.listen(engine, "before_cursor_execute", fail)
    try:
        with pytest.raises(OperationalError):
            users.add(user("another"))
    finally:
        event.remove(engine, "before_cursor_execute", fail)
    assert [one.name for one in users.all()] == ["admin"]
    assert PortalUsers(engine).all() == users.all()


def test_a_database_that_begins_anew_gets_the_users_in_memory(
    engine: Engine, tmp_path_factory: pytest.TempPathFactory
) -> None:
    users = PortalUsers(engine)
    users.add(user("admin"))
    anew = open_database(f"sqlite:///{(tmp_path_factory.mktemp('anew') / 'anew.db').as_posix()}")
    users._engine = anew
    users.take_up()

    assert PortalUsers(anew).all() == users.all()
    anew.dispose()


def test_a_password_is_in_no_words_about_a_user() -> None:
    assert "argon2" not in repr(user("admin"))


def test_acts_are_there_after_a_restart_the_newest_first(engine: Engine) -> None:
    for number in range(5):
        Audit(engine).add(act(number))
    found = Audit(engine).last(3)

    assert [one for _, one in found] == [act(4), act(3), act(2)]
    assert [one for _, one in Audit(engine).last(3, before=found[-1][0])] == [act(1), act(0)]


def test_of_acts_only_the_last_are_kept(engine: Engine) -> None:
    audit = Audit(engine, kept=3)
    for number in range(10):
        audit.add(act(number))

    assert [one for _, one in audit.last(100)] == [act(9), act(8), act(7)]


def test_acts_of_more_than_a_year_ago_are_not_kept(engine: Engine) -> None:
    audit = Audit(engine)
    audit.add(act(1, NOW - timedelta(days=KEPT_DAYS, seconds=1)))
    audit.add(act(2))

    assert [one for _, one in audit.last(100)] == [act(2)]


def test_an_act_that_the_database_does_not_take_waits_until_it_does(engine: Engine) -> None:
    audit = Audit(engine)

    def fail(*arguments: object) -> None:
        raise OperationalError(str(arguments[2]), None, sqlite3.OperationalError("disk I/O error"))

    event.listen(engine, "before_cursor_execute", fail)
    audit.add(act(1))
    event.remove(engine, "before_cursor_execute", fail)
    assert audit.last(10) == []
    audit.flush()

    assert [one for _, one in audit.last(10)] == [act(1)]


def test_whatever_is_written_of_an_act_is_cut_to_what_is_kept(engine: Engine) -> None:
    Audit(engine).add(Act(NOW, "x" * 10_000, "", "'\"<&", "y" * 10_000))
    ((_, kept),) = Audit(engine).last(10)

    assert (len(kept.user), kept.act, len(kept.about)) == (200, "'\"<&", 200)


@pytest.mark.parametrize("name", ["ADMIN", "Admin"])
def test_a_name_is_one_regardless_of_case(engine: Engine, name: str) -> None:
    users = PortalUsers(engine)
    users.add(user("admin"))
    with pytest.raises(PortalUserError, match="There is a user admin already; take another name"):
        users.add(user(name))
    assert users.get(name) == user("admin")
    users.set_password(name, "another", NOW, must_change=False)
    assert [(one.name, one.password) for one in users.all()] == [("admin", "another")]


def test_two_that_differ_in_case_alone_since_earlier_each_keep_their_name(engine: Engine) -> None:
    users = PortalUsers(engine)
    users.add(user("admin"))
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO portal_users SELECT 'ADMIN', 'viewer', 'x', must_change, since FROM portal_users"
        )
    users.refresh()
    assert [users.get(name).role for name in ("admin", "ADMIN")] == [Role.ADMIN, Role.VIEWER]  # type: ignore[union-attr]
    users.delete("ADMIN")
    assert [one.name for one in users.all()] == ["admin"]
