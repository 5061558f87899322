"""The key that secrets are kept with: in a file that only its owner may read, or from the environment.

It never stands in the database: who takes a copy of that has no secrets.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from cryptography.fernet import Fernet

from evce_connector import owner_only
from evce_connector.config.errors import SecretsError

KEY, KEY_FILE = "EVCE_CONNECTOR_KEY", "EVCE_CONNECTOR_KEY_FILE"
"""Variables that give the key, or name its file."""
_HOW = "python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())' makes one"


def beside(database: Path | None) -> Path | None:
    """Return the file of the key of a database: beside its file. None for a database that is none.

    >>> beside(Path("/var/lib/evce/evce-connector.db")).name
    'evce-connector.db.key'
    """
    return database.with_name(f"{database.name}.key") if database else None


class Key:
    """Where the key comes from: the environment, else the file that it names, else a file beside the database."""

    def __init__(self, file: Path | None, environment: Mapping[str, str]) -> None:
        self._given = environment.get(KEY, "")
        named = environment.get(KEY_FILE)
        self._file = Path(named) if named else file

    @property
    def place(self) -> str:
        """Say where it is."""
        if self._given:
            return f"the environment ({KEY})"
        return f"the file {self._file}" if self._file else f"neither {KEY} nor {KEY_FILE}"

    def read(self) -> Fernet | None:
        """Return the key; None where there is none yet. SecretsError when what is there is none, or cannot be read."""
        if self._given:
            return self._checked(self._given)
        if self._file is None:
            return None
        owner_only.narrow(self._file)
        try:
            return self._checked(self._file.read_text(encoding="ascii", errors="replace").strip())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise SecretsError([f"The key file {self._file} cannot be read: {error.strerror}."]) from error

    def make(self) -> Fernet:
        """Make a key and keep it through a power cut; SecretsError when it has no place, or that cannot be written."""
        if self._file is None:
            lacks = "There is no key to encrypt passwords with, and no file beside this database to keep one in"
            raise SecretsError([f"{lacks}: give one in {KEY}, or a file for it in {KEY_FILE} ({_HOW})."])
        key = Fernet.generate_key().decode()
        try:
            _write_durably(self._file, f"{key}\n")
        except OSError as error:
            raise SecretsError([f"The key file {self._file} cannot be written: {error.strerror}."]) from error
        return Fernet(key)

    def _checked(self, text: str) -> Fernet:
        try:
            return Fernet(text)
        except ValueError as error:
            raise SecretsError([f"What stands in {self.place} is no key: put the right one there ({_HOW})."]) from error


def _write_durably(file: Path, text: str) -> None:
    """Write a new file that is there whole or not at all, and stays through a power cut."""
    begun = file.with_name(f"{file.name}.new")
    with open(begun, "w", encoding="ascii", opener=owner_only.opener) as content:
        content.write(text)
        content.flush()
        os.fsync(content.fileno())
    begun.replace(file)
    with suppress(OSError):  # Windows opens no folders
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
