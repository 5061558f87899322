"""Answers digest challenges by itself, from RFC 7616 alone, so that every part can be written otherwise, or wrong."""

from __future__ import annotations

import hashlib
import re

from evce_connector.ews.access.login import Access, Admission

URI = "/EcoStruxure/DataExchange"
HASHES = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256, "SHA-512-256": hashlib.sha512}


def hashed(algorithm: str, *parts: str) -> str:
    return HASHES[algorithm](":".join(parts).encode()).hexdigest()


def response(name: str, password: str, nonce: str, nc: str, uri: str, algorithm: str, realm: str = "EVCE") -> str:
    first = hashed(algorithm, name, realm, password)
    return hashed(algorithm, first, nonce, nc, "abc", "auth", hashed(algorithm, "POST", uri))


def nonce_of(admission: Admission, algorithm: str = "MD5") -> str:
    texts = [value for name, value in admission.headers if name == "WWW-Authenticate"]
    (text,) = (text for text in texts if f"algorithm={algorithm}," in text)
    found = re.search('nonce="([^"]*)"', text)
    assert found
    return found[1]


class Guest:
    """A client at an address that logs in as somebody; `written` is how it writes the username field."""

    def __init__(self, access: Access, name: str, password: str, address: str, written: str = "") -> None:
        self.access = access
        self.name, self.password, self.address = name, password, address
        self.written = written or f'username="{name}"'
        self.nonce = ""
        self.count = 0

    def challenged(self, algorithm: str = "MD5") -> None:
        self.nonce, self.count = nonce_of(self.look(""), algorithm), 0

    def look(self, authorization: str) -> Admission:
        return self.access.look(authorization, "POST", URI, self.address)

    def header(self, password: str = "", **changes: str) -> str:
        """Return the answer to the challenge that it holds; `changes` take the place of fields."""
        algorithm = changes.get("algorithm", "MD5")
        self.count += 1
        nc = f"{self.count:08x}"
        uri = changes.get("uri", URI)
        computed = response(self.name, password or self.password, self.nonce, nc, uri, algorithm)
        fields = {"realm": "EVCE", "nonce": self.nonce, "uri": uri, "response": computed, "cnonce": "abc"}
        fields |= {name: text for name, text in changes.items() if name not in ("qop", "algorithm")}
        quoted = ", ".join(f'{name}="{text}"' for name, text in fields.items())
        tail = f"qop={changes.get('qop', 'auth')}, nc={nc}, algorithm={algorithm}"
        return f"Digest {self.written}, {quoted}, {tail}"

    def log_in(self, *, fresh: bool = True) -> Admission:
        """Send its password, to a challenge of now or to the one that it has."""
        if fresh or not self.nonce:
            self.challenged()
        return self.look(self.header())

    def guess(self) -> Admission:
        """Send a wrong password, to a challenge of now."""
        self.challenged()
        return self.look(self.header("wrong-one"))
