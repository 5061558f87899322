"""What kept an answer of the controller away, in words that an operator acts on."""

from __future__ import annotations

import re
import socket
import ssl
from urllib.parse import urlsplit

import requests
import urllib3

from evce_connector.evce.tls_causes import Asked, refusal_after_greeting, tls_cause

BROKEN = "the connection broke"
_SPEAKS_TLS = "it speaks TLS at this port: write https:// into {}"
SPEAKS_TLS = _SPEAKS_TLS.format("evce.base_url")
SIGNS = {
    "refused": "connection refused",
    "resolve": "its name is not known",
}
"""What the text of a failure tells about its cause."""
TLS_LOOK = 1.0
"""Seconds that a look whether a port speaks TLS may take at most."""
_HTTPS_WANTED = re.compile(rb"\bHTTPS\b|\bSSL\b")


def cause(error: Exception, asked: Asked, *, silent: bool) -> str:
    """Say in words what kept an answer away; `silent` says that nobody has ever answered there.

    Then a connection that broke is looked at once more: TLS where plain HTTP is spoken breaks it, and so does a server
    that refuses us.
    """
    if of_tls := tls_cause(error, asked):
        return of_tls
    words = _plain_cause(error)
    if words != BROKEN or not (silent and isinstance(error, requests.ConnectionError)):
        return words
    return at_wrong_door(asked) or BROKEN


def at_wrong_door(asked: Asked) -> str:
    """Look why a connection broke where nobody has ever answered; empty when TLS has no part in that."""
    if asked.url.startswith("https:"):
        return refusal_after_greeting(asked)
    return _SPEAKS_TLS.format(asked.address) if speaks_tls(asked.url, asked.timeout) else ""


def _plain_cause(error: Exception) -> str:
    text = str(error)
    if isinstance(error, requests.exceptions.Timeout | urllib3.exceptions.TimeoutError):
        return "it took too long"
    return next((words for sign, words in SIGNS.items() if sign in text), BROKEN)


def speaks_tls(url: str, timeout: float) -> bool:
    """Look whether TLS is spoken where plain HTTP got no answer; no longer than TLS_LOOK or the time-out (s).

    Nothing of what the other side says is believed but that: no certificate is looked at, and nothing is sent.
    """
    address = urlsplit(url)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with (
            socket.create_connection((address.hostname or "", address.port or 80), min(timeout, TLS_LOOK)) as plain,
            context.wrap_socket(plain),
        ):
            return True
    except OSError:
        return False


def wants_https(body: bytes) -> bool:
    """Tell of the page of a bad request whether it says that the port is for https, as nginx, Apache and Go do."""
    return _HTTPS_WANTED.search(body) is not None
