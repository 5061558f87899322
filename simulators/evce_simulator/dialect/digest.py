"""Digest authentication (RFC 7616) as controllers offer it: MD5, quality auth, nonces that end."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from urllib.parse import unquote, urlsplit

from werkzeug.wrappers import Request

from evce_simulator.accounts import Accounts
from evce_simulator.clock import Clock

_REALM = "EVCE"
_NONCE_LIFE = 300.0  # seconds


class Digest:
    """Challenges, and answers to them; the password is never sent."""

    def __init__(self, accounts: Accounts, clock: Clock) -> None:
        self._accounts = accounts
        self._clock = clock
        self._lock = threading.Lock()
        self._nonces: dict[str, float] = {}

    def challenge(self, request: Request) -> str:
        """Return a new WWW-Authenticate header; it says stale to who answered one that has ended."""
        given = request.authorization
        stale = given is not None and given.type == "digest" and not self._lives(given.get("nonce") or "")
        nonce = secrets.token_hex(16)
        with self._lock:
            now = self._clock.monotonic()
            self._nonces = {known: end for known, end in self._nonces.items() if end > now}
            self._nonces[nonce] = now + _NONCE_LIFE
        return f'Digest realm="{_REALM}", qop="auth", algorithm=MD5, nonce="{nonce}"' + (
            ", stale=true" if stale else ""
        )

    def admits(self, request: Request) -> bool:
        """Say whether a request has the right answer to a challenge that has not ended."""
        given = request.authorization
        if given is None or given.type != "digest" or not self._lives(given.get("nonce") or ""):
            return False
        address = urlsplit(given.get("uri") or "")
        if (unquote(address.path), address.query) != (request.path, request.query_string.decode("latin-1")):
            return False
        if given.get("qop") != "auth" or given.get("realm") != _REALM:
            return False
        opened = _hash(self._accounts.login, _REALM, self._accounts.password)
        asked = _hash(request.method, given.get("uri") or "")
        parts = [given.get(name) or "" for name in ("nonce", "nc", "cnonce", "qop")]
        right = hmac.compare_digest(_hash(opened, *parts, asked), given.get("response") or "")
        return self._accounts.tried(right=right and given.get("username") == self._accounts.login)

    def _lives(self, nonce: str) -> bool:
        with self._lock:
            return self._nonces.get(nonce, float("-inf")) > self._clock.monotonic()


def _hash(*parts: str) -> str:
    return hashlib.md5(":".join(parts).encode(), usedforsecurity=False).hexdigest()
