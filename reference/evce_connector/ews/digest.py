"""HTTP Digest (RFC 7616, qop=auth) with MD5 and SHA-256; each challenge in its own header (docs/ews.md, HTTP Digest).

Nonces are signed and carry their time, so that no table of issued ones is kept and a restart only makes clients ask
again (stale=true).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
import struct
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from evce_connector.clock import Clock
from evce_connector.ews.settings import EwsSettings, User

_HASHES: dict[str, Callable[[bytes], hashlib._Hash]] = {
    "MD5": lambda data: hashlib.md5(data, usedforsecurity=False),
    "SHA-256": hashlib.sha256,
}
_FIELD = re.compile(r'([A-Za-z*]{1,20})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))\s*(?:,|$)\s*')
_NEEDED = ("username", "realm", "nonce", "uri", "response", "nc", "cnonce")
_MAX_HEADER = 4096
MAX_NONCES = 10_000
"""Nonces whose counts are remembered; the nonces before them are stale."""
_WINDOW = 64
"""A count may come this much later than a higher one: parallel connections share a nonce."""
_STAMP = struct.Struct(">d8s")


@dataclass(frozen=True, slots=True)
class Login:
    """Outcome of a look at an Authorization header; `wrong` when somebody tried and failed."""

    user: User | None = None
    stale: bool = False
    wrong: bool = False


@dataclass(slots=True)
class _Counts:
    issued: float
    highest: int = 0
    seen: int = 0
    """Bit n tells whether `highest` - n was seen."""


class Digest:
    """Makes challenges and checks answers to them."""

    def __init__(self, settings: EwsSettings, clock: Clock) -> None:
        # Clients write a name in UTF-8 (curl) or in Latin-1 (requests), and compute with UTF-8 in either case.
        self._users = {
            user.name.encode(encoding, "replace"): user for encoding in ("latin-1", "utf-8") for user in settings.users
        }
        self._nobody = User("", secrets.token_hex(16))
        self._realm = settings.realm.replace("\\", "\\\\").replace('"', '\\"')
        self._plain_realm = settings.realm
        self._algorithms = settings.algorithms
        self._lifetime = settings.nonce_lifetime
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._counts: OrderedDict[str, _Counts] = OrderedDict()
        self._floor = float("-inf")
        self._lock = threading.Lock()
        self._secrets: dict[tuple[str, bytes], bytes] = {}

    def challenges(self, stale: bool = False) -> list[str]:
        """Return a WWW-Authenticate value for each algorithm, in the order they are offered."""
        suffix = ", stale=true" if stale else ""
        return [
            f'Digest realm="{self._realm}", qop="auth", algorithm={name}, nonce="{self._nonce()}"{suffix}'
            for name in self._algorithms
        ]

    def check(self, header: str, method: str, path: str) -> Login:
        """Look at an Authorization header (as WSGI gives it) for a request of `method` to `path`."""
        if not header:
            return Login()
        fields = _fields(header)
        if fields is None or not self._fits(fields, path):
            return Login(wrong=True)
        algorithm = fields.get("algorithm", "MD5").upper()
        name = fields["username"].encode("latin-1")
        user = self._users.get(name, self._nobody)
        right = hmac.compare_digest(
            self._response(algorithm, user, method, fields), fields["response"].lower().encode("latin-1")
        )
        if user is self._nobody or not right:
            return Login(wrong=True)
        return Login(user) if self._is_fresh(fields["nonce"], int(fields["nc"], 16)) else Login(stale=True)

    def _fits(self, fields: dict[str, str], path: str) -> bool:
        """Tell whether an answer belongs to a challenge of ours and to this request."""
        uri = re.sub(r"^https?://[^/]*", "", fields["uri"])
        return (
            fields.get("algorithm", "MD5").upper() in self._algorithms
            and fields.get("qop") == "auth"
            and fields["realm"].replace('\\"', '"').replace("\\\\", "\\").encode("latin-1")
            == self._plain_realm.encode()
            and re.fullmatch("[0-9a-fA-F]{8}", fields["nc"]) is not None
            and uri.partition("?")[0] == path
        )

    def _response(self, algorithm: str, user: User, method: str, fields: dict[str, str]) -> bytes:
        """Compute what the client must have computed."""
        digest = _HASHES[algorithm]
        first = self._secrets.get((algorithm, user.name.encode()))
        if first is None:
            account = f"{user.name}:{self._plain_realm}:{user.password}".encode()
            first = self._secrets[algorithm, user.name.encode()] = digest(account).hexdigest().encode()
        second = digest(f"{method}:{fields['uri']}".encode("latin-1")).hexdigest().encode()
        middle = ":".join(fields[name] for name in ("nonce", "nc", "cnonce", "qop")).encode("latin-1")
        return digest(b":".join((first, middle, second))).hexdigest().encode()

    def _nonce(self) -> str:
        stamp = _STAMP.pack(self._clock.monotonic(), secrets.token_bytes(8))
        return base64.urlsafe_b64encode(stamp + self._sign(stamp)).decode()

    def _sign(self, stamp: bytes) -> bytes:
        return hmac.digest(self._key, stamp, "sha256")[:16]

    def _issued(self, nonce: str) -> float | None:
        """Return when a nonce of ours was made, None for one that is not ours."""
        try:
            raw = base64.urlsafe_b64decode(nonce.encode("ascii"))
        except ValueError:
            return None
        stamp, signature = raw[: _STAMP.size], raw[_STAMP.size :]
        if len(raw) != _STAMP.size + 16 or not hmac.compare_digest(self._sign(stamp), signature):
            return None
        return float(_STAMP.unpack(stamp)[0])

    def _is_fresh(self, nonce: str, count: int) -> bool:
        """Take note of a nonce's count; false for an old nonce, another's, or a count that came before."""
        with self._lock:
            counts = self._counts.get(nonce) or self._begin(nonce)
            if counts is None or self._clock.monotonic() - counts.issued > self._lifetime:
                return False
            return _note(counts, count)

    def _begin(self, nonce: str) -> _Counts | None:
        """Begin to count the uses of a nonce; None when it is not ours, or so old that its uses were forgotten."""
        issued = self._issued(nonce)
        if issued is None or issued <= self._floor:
            return None
        counts = self._counts[nonce] = _Counts(issued)
        while len(self._counts) > MAX_NONCES:
            _, old = self._counts.popitem(last=False)
            self._floor = max(self._floor, old.issued)
        return counts


def _note(counts: _Counts, count: int) -> bool:
    """Enter a count; false when it was used before, or may have been."""
    ahead = count - counts.highest
    if ahead > 0:
        counts.seen = ((counts.seen << min(ahead, _WINDOW)) | 1) & ((1 << _WINDOW) - 1)
        counts.highest = count
        return True
    if -ahead >= _WINDOW or count == 0 or counts.seen >> -ahead & 1:
        return False
    counts.seen |= 1 << -ahead
    return True


def _fields(header: str) -> dict[str, str] | None:
    """Read an Authorization header; None for another scheme or one that does not parse."""
    scheme, _, rest = header.partition(" ")
    if scheme.lower() != "digest" or len(header) > _MAX_HEADER:
        return None
    rest = rest.strip()
    found = _FIELD.findall(rest)
    fields = {name.lower(): quoted or plain for name, quoted, plain in found}
    if len(fields) < len(found) or _FIELD.sub("", rest):
        return None
    return fields if all(name in fields for name in _NEEDED) else None
