r"""Reads the Authorization header of a digest (RFC 7616), and the ways in which clients write a user's name into it.

`DOM\bms` is escaped by curl and .NET as the grammar of a quoted-string asks (`DOM\\bms`), and not by requests. Names
with other letters than ASCII come in UTF-8 (curl), in Latin-1 (requests) or as `username*=UTF-8''...` (.NET; RFC 8187).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote_to_bytes

_NAME = r"([A-Za-z*]{1,20})\s*+=\s*+"
_END = r"\s*+(?:,|$)\s*+"
_BY_THE_BOOK = re.compile(_NAME + r'(?:"((?:[^"\\]|\\.)*+)"|([^\s,"]*+))' + _END)
_UNESCAPED = re.compile(_NAME + r'(?:"(.*?)"|([^\s,"]*+))' + _END)
"""As requests writes it: a quotation mark ends a value where a comma or the end follows."""
_EXTENDED = re.compile(r"utf-8'[A-Za-z0-9-]*'((?:[A-Za-z0-9!#$&+.^_`|~-]|%[0-9A-Fa-f]{2})+)", re.IGNORECASE)
_NEEDED = ("username", "realm", "nonce", "uri", "response", "nc", "cnonce")
_MAX_HEADER = 4096


def read(header: str) -> dict[str, str] | None:
    """Return the fields of a digest as they were written; None for another scheme, or one that does not parse.

    >>> fields = read('Digest username="ebo", realm="EVCE", nonce="n", uri="/", response="r", nc=00000001, cnonce="c"')
    >>> fields["username"], fields["nc"]
    ('ebo', '00000001')
    >>> read("Basic c2VjcmV0") is None
    True
    """
    scheme, _, rest = header.partition(" ")
    if scheme.lower() != "digest" or len(header) > _MAX_HEADER or not _is_latin(header):
        return None
    fields = _fields(_BY_THE_BOOK, rest.strip()) or _fields(_UNESCAPED, rest.strip())
    return fields if fields is not None and all(name in fields for name in _NEEDED) else None


def _is_latin(header: str) -> bool:
    """Tell whether a text can be a header's: its characters stand for the bytes of the wire."""
    return header.isascii() or max(header) <= "\xff"


def _fields(grammar: re.Pattern[str], text: str) -> dict[str, str] | None:
    """Read all of a text by one grammar; None when it is written otherwise, or a field stands twice."""
    fields: dict[str, str] = {}
    at = 0
    while at < len(text):
        match = grammar.match(text, at)
        if match is None:
            return None
        name, quoted, plain = match.groups()
        if name.lower() in fields:
            return None
        fields[name.lower()] = quoted or plain or ""
        at = match.end()
    extended = fields.pop("username*", None)
    if extended is None:
        return fields
    match = _EXTENDED.fullmatch(extended)
    if match is None or "username" in fields:
        return None
    return fields | {"username": unquote_to_bytes(match[1]).decode("latin-1")}


def spellings(text: str) -> Iterator[bytes]:
    """Yield the bytes that clients write for a name: by the book first, then with quotes escaped only, then as is."""
    by_the_book = text.replace("\\", "\\\\").replace('"', '\\"')
    for written in (by_the_book, text.replace('"', '\\"'), text):
        yield from _encoded(written)


def _encoded(text: str) -> Iterable[bytes]:
    yield text.encode()
    if not text.isascii() and max(text) <= "\xff":
        yield text.encode("latin-1")
