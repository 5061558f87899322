"""Who may use the API: one login with its password by basic authentication, or a bearer token got with them."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
import threading

from evce_simulator.clock import Clock

TOKEN_LIFETIME = 3600  # seconds; assumed
_TRIES = 5
_LOCKED_FOR = 300.0  # seconds


class Accounts:
    """The login, its password, the tokens that are valid and, where switched on, a lock after five wrong tries."""

    def __init__(self, clock: Clock, login: str, password: str, token_lifetime: int = TOKEN_LIFETIME) -> None:
        self.login = login
        self.password = password
        self.token_lifetime = token_lifetime
        self.locks = False
        self._clock = clock
        self._lock = threading.Lock()
        self._tokens: dict[str, float] = {}
        self._refused: set[str] = set()
        self._refuses_every = False
        self._wrong = 0
        self._locked_until = float("-inf")

    @property
    def locked(self) -> bool:
        """Whether the account is locked, so that the right password is refused too."""
        return self.locks and self._clock.monotonic() < self._locked_until

    def issue_token(self, login: str, password: str) -> str | None:
        """Return a new token for the right login and password, None for others."""
        if not self.is_right(login, password):
            return None
        token = secrets.token_urlsafe(24)
        with self._lock:
            now = self._clock.monotonic()
            self._tokens = {known: end for known, end in self._tokens.items() if end > now}
            self._tokens[token] = now + self.token_lifetime
        return token

    def admits(self, authorization: str | None) -> bool:
        """Say whether an Authorization header opens the API."""
        scheme, _, credentials = (authorization or "").partition(" ")
        if scheme.lower() == "bearer":
            with self._lock:
                return self._tokens.get(credentials.strip(), float("-inf")) > self._clock.monotonic()
        if scheme.lower() == "basic":
            try:
                decoded = base64.b64decode(credentials.strip(), validate=True).decode("utf-8")
            except (binascii.Error, UnicodeDecodeError):
                return False
            login, _, password = decoded.partition(":")
            return self.is_right(login, password)
        return False

    def expire_tokens(self) -> None:
        """Make every token invalid at once."""
        with self._lock:
            self._tokens.clear()

    def refuse_tokens(self, *, every: bool) -> None:
        """Refuse the tokens of this moment though they have not expired; with `every` later ones too."""
        with self._lock:
            self._refused = set(self._tokens)
            self._refuses_every = every

    def accept_tokens(self) -> None:
        """Refuse no token that has not expired."""
        with self._lock:
            self._refused.clear()
            self._refuses_every = False

    def refuses(self, authorization: str | None) -> bool:
        """Say whether an Authorization header holds a token that is refused though it has not expired."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not self.admits(authorization):
            return False
        return self._refuses_every or token.strip() in self._refused

    def unlock(self) -> None:
        """Forget wrong tries and open the account again."""
        with self._lock:
            self._wrong = 0
            self._locked_until = float("-inf")

    def end_token(self, token: str) -> None:
        """Make one token invalid: its owner has logged out."""
        with self._lock:
            self._tokens.pop(token, None)

    def is_right(self, login: str, password: str) -> bool:
        """Compare in constant time; count wrong tries where the lock is on."""
        same_login = hmac.compare_digest(login.encode(), self.login.encode())
        return self.tried(right=hmac.compare_digest(password.encode(), self.password.encode()) and same_login)

    def tried(self, *, right: bool) -> bool:
        """Count a try to get in where the lock is on, and say whether it opens: a locked account takes none."""
        if self.locked:
            return False
        with self._lock:
            self._wrong = 0 if right else self._wrong + 1
            if self.locks and self._wrong >= _TRIES:
                self._wrong = 0
                self._locked_until = self._clock.monotonic() + _LOCKED_FOR
        return right
