"""Who may come in (interim)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from evce_connector.clock import Clock
from evce_connector.ews.digest import Digest
from evce_connector.ews.lockout import LoginGuard
from evce_connector.ews.settings import EwsSettings, User


@dataclass(frozen=True, slots=True)
class Admission:
    """Outcome of a look at a login."""

    user: User | None
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    sentence: str = ""
    judged_wrong: bool = False
    delay: float = 0.0


class Access:
    """Judges logins."""

    def __init__(self, settings: EwsSettings, clock: Clock, on_slowed: Callable[[str, str], None]) -> None:
        self._digest, self._guard, self._on_slowed = (
            Digest(settings, clock),
            LoginGuard(settings.lockout, clock),
            on_slowed,
        )

    def look(self, authorization: str, method: str, path: str, address: str) -> Admission:
        """Judge a login."""
        if (waits := self._guard.waits(address)) > 0:
            text = f"Too many wrong logins came from this address; try again in {ceil(waits)} s."
            return Admission(None, 429, (("Retry-After", str(ceil(waits))),), text)
        login = self._digest.check(authorization, method, path)
        if login.user is None:
            if login.wrong and self._guard.failed(address) > 0:
                self._on_slowed("", address)
            headers = tuple(("WWW-Authenticate", challenge) for challenge in self._digest.challenges(login.stale))
            return Admission(None, 401, headers, "Log in with HTTP Digest and a user of this EWS server.", login.wrong)
        self._guard.succeeded(address)
        return Admission(login.user)
