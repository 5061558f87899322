"""Remembers which login a controller refused to people who try: no button sends it twice within a minute."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from evce_connector.clock import Clock
from evce_connector.errors import ConnectorError
from evce_connector.evce.client import EvceOptions
from evce_connector.evce.errors import EvceLoginError
from evce_connector.probe.asking import ProbeLoginError

REFUSED_FOR = 60.0
"""Seconds for which a login that was refused is not sent again."""


class RefusedBeforeError(ConnectorError):
    """The same login was refused a moment ago, and is not sent again yet."""

    def __init__(self, url: str, login: str, ago: float) -> None:
        super().__init__(
            f"The charge controller at {url} refused the login {login!r} with this password {ago:.0f} s ago: it is not "
            f"sent again for {REFUSED_FOR - ago:.0f} s, so that the account is not locked. Correct login or password, "
            "or wait."
        )


class RefusedLogins:
    """Outlives a connector that starts anew with what was saved meanwhile; `clock` is that of people."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._refused: dict[bytes, float] = {}

    @contextmanager
    def once(self, options: EvceOptions) -> Iterator[None]:
        """Remember that a login is refused inside; RefusedBeforeError when it was within the last minute."""
        key = _key(options)
        with self._lock:
            now = self._clock.monotonic()
            self._refused = {one: at for one, at in self._refused.items() if now - at < REFUSED_FOR}
            if (at := self._refused.get(key)) is not None:
                raise RefusedBeforeError(options.base_url, options.login, now - at)
        try:
            yield
        except (EvceLoginError, ProbeLoginError):
            with self._lock:
                self._refused[key] = self._clock.monotonic()
            raise


def _key(options: EvceOptions) -> bytes:
    """Tell logins apart without keeping passwords; whatever the path of an address, the account is the same."""
    where = urlsplit(options.base_url)
    parts = (where.scheme, where.netloc.lower(), options.authentication, options.login, options.password)
    return hashlib.sha256("\0".join(parts).encode()).digest()
