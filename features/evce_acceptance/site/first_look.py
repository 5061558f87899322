"""A site without a file, told by addresses and logins, the controller's or not: for a first look, which only reads."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli_w
from evce_acceptance.site.settings import MEASURED, SettingsError

OWNER_ONLY = 0o600


@dataclass(frozen=True)
class End:
    """One end as options tell it; `password_file` is None where the password is asked for."""

    url: str
    user: str
    password_file: Path | None


@dataclass(frozen=True)
class FirstLook:
    """The ends of a site; `trust` is a CA file for both, or false for any certificate.

    `controller` is None where nobody told of one. `poll_seconds` is None where the interval is to be measured.
    """

    connector: End
    controller: End | None = None
    trust: Path | bool = True
    poll_seconds: float | None = None
    requests_per_second: float = 5.0

    def write(self, folder: Path, ask: Callable[[str], str]) -> Path:
        """Write the site's file, which nobody else may read; `ask` gives the password of a user by a question.

        SettingsError when a password cannot be had, or an address or a user is missing.
        """
        ends = {"controller": self.controller, "connector": self.connector}
        document: dict[str, Any] = {"name": f"First look at {self.connector.url}"}
        document |= {name: self._table(name, end, ask) for name, end in ends.items() if end is not None}
        document["connector"]["poll_seconds"] = self.poll_seconds or MEASURED
        document["limits"] = {"requests_per_second": self.requests_per_second}
        file = folder / "site.toml"
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "wb") as opened:  # noqa: PTH123 - with its rights from the first byte
            tomli_w.dump(document, opened)
        return file

    def _table(self, name: str, end: End, ask: Callable[[str], str]) -> dict[str, Any]:
        trust = str(self.trust.absolute()) if isinstance(self.trust, Path) else self.trust
        table = {"url": end.url, "user": end.user, "verify_tls": trust}
        if end.password_file is not None:
            return table | {"password_file": str(end.password_file.absolute())}
        return table | {"password": password_asked(name, end, ask)}


def password_asked(name: str, end: End, ask: Callable[[str], str]) -> str:
    """Ask for the password of an end; SettingsError when none is given."""
    if password := ask(f"Password of {end.user} at the {name}"):
        return password
    raise SettingsError(f"The password of {end.user} at the {name} is missing.")
