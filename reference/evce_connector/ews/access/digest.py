"""HTTP Digest (RFC 7616, qop=auth) with MD5 and SHA-256; each challenge in its own header (docs/ews.md, HTTP Digest).

What a client answers is judged only when it belongs to a challenge of ours: a response that proves nothing about the
password, because it was made for another realm, place or time, is not called wrong.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from evce_connector.clock import Clock
from evce_connector.ews.access.authorization import read, spellings
from evce_connector.ews.access.nonces import Nonces
from evce_connector.ews.settings import EwsSettings, User

_HASHES: dict[str, Callable[[bytes], hashlib._Hash]] = {
    "MD5": lambda data: hashlib.md5(data, usedforsecurity=False),
    "SHA-256": hashlib.sha256,
}
_COUNT = re.compile("[0-9a-fA-F]{8}")
_ORIGIN = re.compile("https?://[^/?]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Login:
    """Outcome of a look at an Authorization header: a user, or why there is none.

    `wrong`: it answers a challenge of ours, and not with a user's password; `name` is what it gives for a user's name,
    as bytes. `stale`: it has to be computed anew, for a nonce of now.
    """

    user: User | None = None
    stale: bool = False
    wrong: bool = False
    name: bytes = b""


class Digest:
    """Makes challenges and checks answers to them."""

    def __init__(self, settings: EwsSettings, clock: Clock) -> None:
        self._users = dict(reversed([(name, user) for user in settings.users for name in spellings(user.name)]))
        self._nobody = User("", secrets.token_hex(16))
        self._realm = settings.realm.replace("\\", "\\\\").replace('"', '\\"')
        self._realms = frozenset(spellings(settings.realm))
        self._algorithms = settings.algorithms
        self._public_path = (urlsplit(settings.public_url).path or "/") if settings.public_url else settings.path
        self._nonces = Nonces(settings.nonce_lifetime, clock)
        self._secrets = {
            (algorithm, user.name): _hashed(algorithm, f"{user.name}:{settings.realm}:{user.password}".encode())
            for algorithm in settings.algorithms
            for user in (*settings.users, self._nobody)
        }

    def challenges(self, stale: bool = False) -> Iterator[str]:
        """Yield a WWW-Authenticate value for each algorithm, in the order they are offered."""
        suffix = ", stale=true" if stale else ""
        for name in self._algorithms:
            yield f'Digest realm="{self._realm}", qop="auth", algorithm={name}, nonce="{self._nonces.make()}"{suffix}'

    def check(self, header: str, method: str, path: str) -> Login:
        """Look at an Authorization header (its bytes as Latin-1) of a request of `method` to `path`."""
        fields = read(header) if header else None
        if fields is None or not self._is_meant(fields, path):
            return Login()
        if not self._nonces.is_good(fields["nonce"]):
            # Whether the response is right is not looked at: "stale" would tell it to who guesses with an old nonce.
            return Login(stale=True)
        name = fields["username"].encode("latin-1")
        user = self._users.get(name, self._nobody)
        right = hmac.compare_digest(self._response(user, method, fields), fields["response"].lower().encode("latin-1"))
        if user is self._nobody or not right:
            return Login(wrong=True, name=name)
        return Login(user) if self._nonces.use(fields["nonce"], int(fields["nc"], 16)) else Login(stale=True)

    def user_called(self, name: bytes) -> User | None:
        """Return the user whose name a client wrote so."""
        return self._users.get(name)

    def _is_meant(self, fields: dict[str, str], path: str) -> bool:
        """Tell whether an answer belongs to a challenge of ours and to this request."""
        return (
            fields.get("algorithm", "MD5").upper() in self._algorithms
            and fields.get("qop") == "auth"
            and fields["realm"].encode("latin-1") in self._realms
            and _COUNT.fullmatch(fields["nc"]) is not None
            and _path(fields["uri"]) in (path, self._public_path)
        )

    def _response(self, user: User, method: str, fields: dict[str, str]) -> bytes:
        """Compute what the client must have computed."""
        algorithm = fields.get("algorithm", "MD5").upper()
        first = self._secrets[algorithm, user.name]
        second = _hashed(algorithm, f"{method}:{fields['uri']}".encode("latin-1"))
        middle = f"{fields['nonce']}:{fields['nc']}:{fields['cnonce']}:{fields['qop']}".encode("latin-1")
        return _hashed(algorithm, b":".join((first, middle, second)))


def _hashed(algorithm: str, data: bytes) -> bytes:
    return _HASHES[algorithm](data).hexdigest().encode()


def _path(uri: str) -> str:
    """Return the path that a digest's uri names, which may be a whole address."""
    path = _ORIGIN.sub("", uri, count=1) if uri[:1] != "/" else uri
    return unquote(path.partition("?")[0], "latin-1") or "/"
