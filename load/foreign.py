"""A connector that runs already and is not ours: a look at it says in a sentence what keeps it from being loaded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from ssl import SSLCertVerificationError, SSLError

import click

from load import messages
from load.discovery import Shown, discover
from load.driver import EwsDriver
from load.profiles import Profile
from load.target import Target

_ASKED = (
    *("GetAlarmEvents", "GetUpdatedAlarmEvents", "GetAlarmHistory", "GetHistory"),
    *("Subscribe", "GetNotification", "Renew", "Unsubscribe"),
)
"""Operations that clients use where they are offered."""
_REFUSED = (401, 403, 429)
_NOT_FOUND = 404


@dataclass(frozen=True)
class Foreign:
    """Where such a connector is, whom it admits, and the items that may be written."""

    ews: str
    user: str
    password_file: Path
    ca: Path | None = None
    writes: Sequence[str] = ()

    def target(self, profile: Profile, prefix: Path) -> Target:
        """Return what its clients must know: those of a profile that speak EWS, and an operator for each item.

        ClickException when the address, the password's file or the CA file cannot be used.
        """
        if not self.ews.startswith(("http://", "https://")):
            raise click.ClickException(f"The address {self.ews!r} cannot be used; write it as http://HOST:PORT/PATH.")
        try:
            lines = self.password_file.read_text(encoding="utf-8").splitlines()
        except (OSError, ValueError) as error:
            raise click.ClickException(f"{self.password_file} cannot be read as text: {error}.") from error
        users = {name: number for name, number in profile.users.items() if name not in ("Operator", "ApiClient")}
        if self.writes:
            users["CarefulOperator"] = len(self.writes)
        ca = str(self.ca.resolve()) if self.ca else ""
        return Target(
            profile.name, users, self.ews, self.user, lines[0] if lines else "", str(prefix), ca, list(self.writes)
        )


def look(target: Target) -> Shown:
    """Find what a server shows; ClickException, a sentence, where nothing can be asked for."""
    try:
        driver = target.driver()
    except OSError as error:
        raise click.ClickException(
            f"{target.ca} holds no certificate that can be read: {error}. It must be PEM."
        ) from error
    with driver:
        shown = discover(_asking(target, driver))
    if not shown.values:
        raise click.ClickException(
            f"{target.ews} shows no values: {len(shown.folders)} folders are below its root, and no value item in any. "
            "Wait until the connector has set up its site, and look at it with `ebo-simulator tree`."
        )
    if unknown := [id_ for id_ in target.writes if id_ not in shown.values]:
        raise click.ClickException(
            f"{target.ews} shows no value item with the id {unknown[0]!r}, which --write names. "
            "`ebo-simulator tree --json` shows the ids."
        )
    return shown


def not_offered(shown: Shown) -> list[str]:
    """Name the operations that clients would use and the server does not offer."""
    return [name for name in _ASKED if not shown.offers(name)]


def _asking(target: Target, driver: EwsDriver) -> Callable[[str, bytes], bytes]:
    """Return what sends a request of the first look."""

    def ask(operation: str, body: bytes) -> bytes:
        try:
            status, answer = driver.send(body)
        except SSLCertVerificationError as error:
            raise click.ClickException(
                f"The certificate of {target.ews} is not trusted: {error.verify_message}. "
                "Name the file of its issuer with --ca."
            ) from error
        except SSLError as error:
            raise click.ClickException(
                f"No TLS with {target.ews}: {error.reason or error}. Where the server speaks plain HTTP, write http://."
            ) from error
        except (OSError, HTTPException) as error:
            raise click.ClickException(
                f"No answer from {target.ews}: {str(error) or type(error).__name__}. "
                "Check the address and that the connector is running."
            ) from error
        if status in _REFUSED:
            raise click.ClickException(
                f"{target.ews} refused the login of user {target.user!r} (HTTP {status}). "
                "Check --user and --password-file against the connector's configuration."
            )
        if status == _NOT_FOUND:
            raise click.ClickException(
                f"There is no EWS service at {target.ews} (HTTP 404). The path is usually /EcoStruxure/DataExchange."
            )
        trouble = messages.trouble_in(status, answer)
        if not trouble and b"Envelope" not in answer:
            trouble = "it is no SOAP envelope"
        if trouble:
            raise click.ClickException(f"{operation} at {target.ews} was answered with a trouble: {trouble}.")
        return answer

    return ask
