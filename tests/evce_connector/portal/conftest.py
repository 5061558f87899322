"""Pages with a small host behind them, and people who have logged in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from evce_connector.persistence.portal_users import PortalUser, Role
from evce_connector.portal.passwords import Passwords

from tests.support.portal import PASSWORD, Person, Shown, shown_pages

Come = Callable[[], Person]


@pytest.fixture
def shown(tmp_path: Path, empty_database: Path) -> Iterator[Shown]:
    with shown_pages(tmp_path, empty_database) as pages:
        yield pages


@pytest.fixture
def person(shown: Shown) -> Iterator[Callable[[], Person]]:
    """Let people come, who have not logged in."""
    came: list[Person] = []

    def come() -> Person:
        came.append(Person(shown.portal.address))
        return came[-1]

    yield come
    for one in came:
        one.close()


@pytest.fixture(scope="session")
def hashed() -> str:
    """Hash the password once: that takes a moment."""
    return Passwords().hash(PASSWORD)


@pytest.fixture
def let_in(shown: Shown, person: Come, hashed: str) -> Callable[[Role], Person]:
    """Let somebody with a role log in, whose name is that of the role."""

    def enter(role: Role) -> Person:
        users, now = shown.parts.users, shown.clock.now()
        if users.get(role) is None:
            users.add(PortalUser(str(role), role, hashed, must_change=False, since=now))
        else:
            users.set_password(role, hashed, now, must_change=False)
        one = person()
        assert one.log_in(role, PASSWORD).url.endswith("/status")
        return one

    return enter


@pytest.fixture
def admin(let_in: Callable[[Role], Person]) -> Person:
    return let_in(Role.ADMIN)


@pytest.fixture
def viewer(let_in: Callable[[Role], Person]) -> Person:
    return let_in(Role.VIEWER)
