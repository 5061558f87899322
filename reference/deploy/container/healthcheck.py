"""Asks the connector in this container whether it lives: exit status 0 if it does, else 1 and its reasons.

A controller that is lost is no reason: the connector serves on, and a new start would not bring it back.
"""

from __future__ import annotations

import os
import ssl
import sys
import urllib.error
import urllib.request
from urllib.parse import urlsplit

ADDRESS = "EVCE_CONNECTOR_PORTAL_ADDRESS"
TIMEOUT = 5
"""Seconds that an answer may take."""


def page(address: str) -> str:
    """Return where the page of its health is, on this machine."""
    parts = urlsplit(address)
    host = "127.0.0.1" if parts.hostname in ("0.0.0.0", "::", None) else parts.hostname  # noqa: S104 - it is asked here
    port = "" if parts.port is None else f":{parts.port}"
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}/health/live"


def main() -> int:
    """Ask, and return the exit status."""
    itself = ssl.create_default_context()  # of its own certificate nobody in here needs to be convinced
    itself.check_hostname, itself.verify_mode = False, ssl.CERT_NONE
    url = page(os.environ.get(ADDRESS, "http://127.0.0.1:8082"))
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT, context=itself) as answer:  # noqa: S310 - our own address
            sys.stdout.write(answer.read().decode())
    except urllib.error.HTTPError as error:
        sys.stdout.write(error.read().decode())
        return 1
    except OSError as error:
        sys.stdout.write(f"{url} does not answer: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
