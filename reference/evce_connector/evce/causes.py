"""What kept an answer of the controller away, in words that an operator acts on."""

from __future__ import annotations

import re
import socket
import ssl
from urllib.parse import urlsplit

import requests
import urllib3

BROKEN = "the connection broke"
SPEAKS_TLS = "it speaks TLS at this port: write https:// into evce.base_url"
NOT_TRUSTED = "its certificate is not trusted; point evce.verify_tls at its CA file"
NO_TLS = "it does not speak TLS at this port: correct the port in evce.base_url, or write http://"
OTHER_NAME = (
    "its certificate is for another name: write the name that stands in it into evce.base_url, or have one made for "
    "this address"
)
SIGNS = {
    "refused": "connection refused",
    "resolve": "its name is not known",
    "CA certificate bundle": "the CA file of evce.verify_tls is not there",
}
"""What the text of a failure tells about its cause."""
TLS_SIGNS = {
    "Hostname mismatch": OTHER_NAME,
    "IP address mismatch": OTHER_NAME,
    "certificate has expired": "its certificate has expired: have it renewed, or set this machine's clock right",
    "certificate is not yet valid": "its certificate is not valid yet: set the clocks of it and of this machine right",
    "CERTIFICATE_VERIFY_FAILED": NOT_TRUSTED,
    "WRONG_VERSION_NUMBER": NO_TLS,
    "RECORD_LAYER_FAILURE": NO_TLS,
}
"""The same where TLS failed; the first that fits."""
TLS_LOOK = 1.0
"""Seconds that a look whether a port speaks TLS may take at most."""
_HTTPS_WANTED = re.compile(rb"\bHTTPS\b|\bSSL\b")


def cause(error: Exception) -> str:
    """Say in words what kept an answer away."""
    text = str(error)
    if isinstance(error, requests.exceptions.SSLError):
        return next((words for sign, words in TLS_SIGNS.items() if sign in text), "no TLS can be agreed on with it")
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
