"""Passwords of the pages: what is asked of one, how it is kept, and the first one, which nobody chose."""

from __future__ import annotations

import secrets
import string
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from evce_connector import owner_only
from evce_connector.clock import Clock
from evce_connector.errors import ConnectorError
from evce_connector.persistence.portal_users import PortalUser, PortalUsers, Role

FIRST_USER = "admin"
LEAST, MOST = 8, 200
"""Characters of a password."""
CLASSES: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("an upper-case letter", str.isupper),
    ("a lower-case letter", str.islower),
    ("a digit", str.isdigit),
    ("a sign such as - or !", lambda letter: not letter.isalnum()),
)
RULE = f"At least {LEAST} characters, among them {', '.join(name for name, _ in CLASSES)}; not the user name."
TURNS = 2
"""Passwords that are looked at at a time: each takes 19 MiB, and the pages have few threads."""
_MADE = 16
"""Characters of a password that we make."""


class BusyError(ConnectorError):
    """So many passwords are being looked at that this one has to come again."""

    def __init__(self) -> None:
        super().__init__("Others are logging in at this moment; try again.")


def faults(password: str, user: str) -> list[str]:
    """Say what a password lacks, a sentence each; nothing of a good one.

    >>> faults("Wallbox4711", "admin")
    ['The password needs a sign such as - or !.']
    >>> faults("Admin-4711", "admin")
    ['The password must not contain the user name.']
    """
    found = []
    if not LEAST <= len(password) <= MOST:
        found.append(f"The password needs {LEAST} to {MOST} characters.")
    found += [f"The password needs {name}." for name, is_one in CLASSES if not any(map(is_one, password))]
    if user and user.casefold() in password.casefold():
        found.append("The password must not contain the user name.")
    return found


def make_password() -> str:
    """Make a password that nobody can guess and that the rule admits."""
    letters = string.ascii_letters + string.digits
    while True:
        password = "-".join("".join(secrets.choice(letters) for _ in range(_MADE // 4)) for _ in range(4))
        if not faults(password, FIRST_USER):
            return password


class Passwords:
    """Keeps passwords as argon2 hashes, and compares; never more than `TURNS` at a time."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # as OWASP advises
        self._turns = threading.BoundedSemaphore(TURNS)
        self._nobody = ""

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Have a turn at looking at a password; BusyError at once when there is none."""
        if not self._turns.acquire(blocking=False):
            raise BusyError
        try:
            yield
        finally:
            self._turns.release()

    def hash(self, password: str) -> str:
        """Return what is kept of a password."""
        return self._hasher.hash(password)

    def is_right(self, user: PortalUser | None, password: str) -> bool:
        """Compare; it takes as long for a user that there is not, so that nobody can tell who there is."""
        if user is None:
            self._nobody = self._nobody or self.hash(make_password())
        try:
            self._hasher.verify(user.password if user else self._nobody, password)
        except (VerificationError, InvalidHashError):
            return False
        return user is not None


def make_first(users: PortalUsers, passwords: Passwords, clock: Clock, file: Path) -> str:
    """Make the first user where there is none, and keep the password in a file; returns it, empty when there was one.

    A file that cannot be written is done without: whoever started the connector is told the password all the same.
    """
    if users.all():
        forget_first(users, file)
        return ""
    password = make_password()
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        owner_only.write_text(file, f"{password}\n")
    users.add(PortalUser(FIRST_USER, Role.ADMIN, passwords.hash(password), must_change=True, since=clock.now()))
    return password


def forget_first(users: PortalUsers, file: Path) -> None:
    """Delete the file of the first password, once that is nobody's any more."""
    first = users.get(FIRST_USER)
    if first is None or not first.must_change:
        with suppress(OSError):
            file.unlink(missing_ok=True)
