"""The file of CA certificates that a controller is verified with."""

from __future__ import annotations

import ssl
from pathlib import Path

NOT_THERE = "is not there"


def fault(file: str) -> str:
    """Say what is wrong with a file of CA certificates (PEM); empty when it can be used."""
    try:
        if Path(file).is_file():
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(file)
            return ""
    except ssl.SSLError:
        return "holds no certificate (PEM)"
    except PermissionError:
        return "cannot be read by this user"
    except (OSError, ValueError):
        pass
    return NOT_THERE
