"""A lean EWS client: one kept connection, digest with its count going up, bodies as bytes.

The generator must not be what a load test measures: a request costs it some 0.1 ms, where a SOAP library takes 1 ms
and more. It follows one challenge (the first that it can) and answers a stale one once.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from ssl import SSLContext
from types import TracebackType
from typing import NamedTuple, Self
from urllib.parse import urlsplit

_FIELD = re.compile(r'(\w+)=(?:"([^"]*)"|([^\s,]+))')
_HASHES = {"MD5": "md5", "SHA-256": "sha256"}
_UNAUTHORIZED = 401
_CNONCE = "0a4f113b0a4f113b"


class Answer(NamedTuple):
    """What came back: the HTTP status and the body."""

    status: int
    body: bytes


@dataclass
class DigestLogin:
    """Answers to one digest challenge (RFC 7616, qop=auth)."""

    user: str
    password: str
    path: str
    algorithm: str = ""
    _prefix: str = ""
    _first: str = ""
    _second: str = ""
    _nonce: str = ""
    _count: int = 0

    def follow(self, challenges: list[str]) -> bool:
        """Take the first challenge whose algorithm is known; false when there is none."""
        for challenge in challenges:
            fields = {name: quoted or plain for name, quoted, plain in _FIELD.findall(challenge)}
            self.algorithm = fields.get("algorithm", "MD5")
            if challenge.startswith("Digest") and self.algorithm in _HASHES:
                self._nonce, self._count = fields["nonce"], 0
                self._first = self._hash(f"{self.user}:{fields.get('realm', '')}:{self.password}")
                self._second = self._hash(f"POST:{self.path}")
                self._prefix = (
                    f'Digest username="{self.user}", realm="{fields.get("realm", "")}", nonce="{self._nonce}", '
                    f'uri="{self.path}", algorithm={self.algorithm}, qop=auth, cnonce="{_CNONCE}"'
                )
                return True
        return False

    def header(self) -> str:
        """Return the next Authorization header, empty before any challenge."""
        if not self._prefix:
            return ""
        self._count += 1
        count = f"{self._count:08x}"
        response = self._hash(f"{self._first}:{self._nonce}:{count}:{_CNONCE}:auth:{self._second}")
        return f'{self._prefix}, nc={count}, response="{response}"'

    def _hash(self, text: str) -> str:
        return hashlib.new(_HASHES[self.algorithm], text.encode(), usedforsecurity=False).hexdigest()


class EwsDriver:
    """Sends envelopes over one kept connection; one that breaks raises OSError or HTTPException.

    A kept connection that the server has closed meanwhile is made anew, as every HTTP client does; `reconnects` counts.
    `source` is the address to come from, where this machine has several; an https address needs a `context`.
    """

    def __init__(
        self,
        address: str,
        user: str = "",
        password: str = "",
        timeout: float = 30.0,
        *,
        source: str = "",
        context: SSLContext | None = None,
    ) -> None:
        parts = urlsplit(address)
        self.path = parts.path
        self._login = DigestLogin(user, password, parts.path)
        host, where = parts.hostname or "", (source, 0) if source else None
        if parts.scheme == "https":
            self._connection: HTTPConnection = HTTPSConnection(
                host, parts.port, timeout=timeout, source_address=where, context=context
            )
        else:
            self._connection = HTTPConnection(host, parts.port, timeout=timeout, source_address=where)
        self._headers = {"Content-Type": "application/soap+xml; charset=utf-8"}
        self.reconnects = 0

    def send(self, body: bytes) -> Answer:
        """Send one envelope, logging in where that is asked for."""
        answer, challenges = self._exchange(body)
        if answer.status == _UNAUTHORIZED and self._login.follow(challenges):
            answer, _ = self._exchange(body)
        return answer

    def _exchange(self, body: bytes) -> tuple[Answer, list[str]]:
        headers = self._headers
        if authorization := self._login.header():
            headers = {**headers, "Authorization": authorization}
        try:
            response = self._ask(body, headers)
            answer = Answer(response.status, response.read())
        except (OSError, HTTPException):
            self._connection.close()
            raise
        return answer, response.headers.get_all("WWW-Authenticate") or []

    def _ask(self, body: bytes, headers: dict[str, str]) -> HTTPResponse:
        """Send a request until an answer begins; once more where a kept connection turns out to be closed."""
        is_kept = self._connection.sock is not None
        try:
            self._connection.request("POST", self.path, body, headers)
            return self._connection.getresponse()
        except ConnectionError:  # http.client's RemoteDisconnected is one too
            if not is_kept:
                raise
        self._connection.close()
        self.reconnects += 1
        self._connection.request("POST", self.path, body, headers)
        return self._connection.getresponse()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
