"""What a configuration lays open to others: secrets in files, values in plain HTTP, passwords that are soon guessed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from evce_connector import owner_only, storage_url
from evce_connector.config import Configuration
from evce_connector.config.checks import is_loopback
from evce_connector.config.start import Start

SHORTEST = 10
"""Characters that an EWS password needs at least."""
GOOD_PASSWORD = f"a good one has {SHORTEST} characters or more, letters and also digits or signs, and not the user name"
"""What makes a password hard to guess, as a technician is told."""


def exposed(start: Start, configuration: Configuration) -> Iterator[str]:
    """Say of a configuration and its file what others may read, change or guess, where, and what to do."""
    yield from _files(start, configuration)
    yield from _plain_http(configuration)
    yield from _weak_passwords(configuration)


def _files(start: Start, configuration: Configuration) -> Iterator[str]:
    """Name the files with secrets that everybody on the machine may read."""
    ews = configuration.ews
    named = {"evce.password_file": configuration.evce.password_file, "ews.password_file": ews.password_file}
    named |= {f"ews.users.{number}.password_file": user.password_file for number, user in enumerate(ews.users)}
    named |= {"ews.private_key": ews.private_key, "portal.private_key": configuration.portal.private_key}
    files = {key: Path(file) for key, file in named.items() if file}
    if _holds_password(start.file):
        files = {"The configuration, which holds a password,": Path(start.file_name)} | files
    for key, file in files.items():
        if owner_only.others_may_read(file):
            yield (
                f"{key} {file} can be read by every user of this machine: give it to the user that the connector runs "
                f"as, and take it from the others (chmod 600 {file})."
            )
    if (database := _database(configuration)) and owner_only.others_may_read(database):
        yield f"storage.url: everybody on this machine may read the database {database} (chmod 600 {database})."


def _holds_password(table: Mapping[str, object]) -> bool:
    """Tell whether a password stands in the file itself; one of the environment is not there."""
    for key, value in table.items():
        if isinstance(value, str) and (key == "password" or (key == "url" and storage_url.passwords(value))):
            return True
        tables = value if isinstance(value, list) else [value]
        if any(isinstance(inner, dict) and _holds_password(inner) for inner in tables):
            return True
    return False


def _database(configuration: Configuration) -> Path | None:
    scheme, _, file = configuration.storage.url.partition(":///")
    return Path(file) if scheme.startswith("sqlite") and file else None


def _plain_http(configuration: Configuration) -> Iterator[str]:
    """Name what is served in plain HTTP to more than this machine."""
    ews, portal = configuration.ews.address, configuration.portal
    if ews.startswith("http:") and not is_loopback(ews):
        yield (
            f"ews.address is {ews}, plain HTTP beyond this machine: whoever is on the network can read and change what "
            "Building Operation reads and sets. Serve https with ews.certificate and ews.private_key, or listen at "
            "127.0.0.1 behind a proxy that does."
        )
    if portal.enabled and portal.address.startswith("http:") and not is_loopback(portal.address):
        yield (
            f"portal.address is {portal.address}, plain HTTP beyond this machine: whoever is on the network can read "
            "the connector's pages, and the passwords of their users. Write https:// into portal.address."
        )


def _weak_passwords(configuration: Configuration) -> Iterator[str]:
    """Name the logins to the EWS server whose passwords are soon guessed."""
    ews = configuration.ews
    logins = [("ews", ews.username, ews.secret())]
    logins += [(f"ews.users.{number}", user.username, user.secret()) for number, user in enumerate(ews.users)]
    for key, user, password in logins:
        if _is_weak(password, user):
            yield f"{key}: the password of {user!r} is soon guessed: {GOOD_PASSWORD}."


def _is_weak(password: str, user: str) -> bool:
    """Tell whether a password is short, of letters or of digits alone, or holds the name of its user."""
    of_one_kind = password.isalpha() or password.isdigit()
    return len(password) < SHORTEST or of_one_kind or user.lower() in password.lower()
