"""What an answer of the controller says: its JSON, the reason of a refusal, times in seconds."""

from __future__ import annotations

import json
import re

from pydantic_core import from_json

from evce_connector.evce.one_line import one_line

NUL = b"\\u0000"
"""How JSON writes the character that PostgreSQL does not keep."""
_UNSOUND = re.compile("[\x00\ud800-\udfff]")
RETRY_AFTER_MAX = 3600.0
"""Longest pause in s that is read of an answer; how long a poll waits is EvceProcessor's to say."""
TOKEN_LIFE = 3600.0
"""Life in s of a token that does not say how long it lives (assumed); one that ends sooner is renewed when refused."""


def document_of(body: bytes) -> object:
    """Decode JSON, whose texts then fit a database and XML; ValueError or RecursionError when it is none, or too deep.

    What the quick decoder refuses may still be readable.
    """
    try:
        document = from_json(body)
    except ValueError as error:  # half a surrogate pair, for one
        if "recursion limit" in str(error):  # Python's own decoder would use up the stack of whoever else runs
            raise
        return _sound(json.loads(body))
    return _sound(document) if NUL in body else document


def _sound(value: object) -> object:
    """Replace halves of surrogate pairs, which no encoding has, and NUL, which PostgreSQL does not keep, by U+FFFD."""
    if isinstance(value, str):
        return _UNSOUND.sub("\ufffd", value)
    if isinstance(value, list):
        return [_sound(part) for part in value]
    if isinstance(value, dict):
        return {_sound(key): _sound(part) for key, part in value.items()}
    return value


def reason(document: object) -> str:
    """Return title and detail of an RFC 9457 problem, as one line."""
    if not isinstance(document, dict):
        return "no reason given"
    words = [str(document[key]) for key in ("title", "detail") if document.get(key)]
    return one_line(": ".join(words)) or "no reason given"


def seconds(retry_after: str) -> float:
    """Read a Retry-After of seconds, at most RETRY_AFTER_MAX; a date, or nothing, is 0."""
    return min(float(retry_after), RETRY_AFTER_MAX) if retry_after.isdecimal() else 0.0


def token_life(expires_in: object) -> float:
    """Read a token's expiresIn: s above 0, also as a text of digits; anything else is TOKEN_LIFE."""
    if isinstance(expires_in, str) and expires_in.isdecimal():
        return token_life(float(expires_in))
    if isinstance(expires_in, bool) or not isinstance(expires_in, int | float) or not expires_in > 0:
        return TOKEN_LIFE
    return float(expires_in)
