"""What kept an answer of the controller away, in words that an operator acts on."""

from __future__ import annotations

import requests
import urllib3

BROKEN = "the connection broke"
SIGNS = {
    "refused": "connection refused",
    "resolve": "its name is not known",
    "CA certificate bundle": "the CA file of evce.verify_tls is not there",
}
"""What the text of a failure tells about its cause."""


def cause(error: Exception) -> str:
    """Say in words what kept an answer away."""
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate is not trusted; point evce.verify_tls at its CA file"
    if isinstance(error, requests.exceptions.Timeout | urllib3.exceptions.TimeoutError):
        return "it took too long"
    text = str(error)
    for sign, words in SIGNS.items():
        if sign in text:
            return words
    return BROKEN
