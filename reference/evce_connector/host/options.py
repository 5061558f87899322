"""From the configuration to what the client and the server take."""

from __future__ import annotations

from evce_connector.config import Evce
from evce_connector.evce.client import EvceOptions


def evce_options(section: Evce) -> EvceOptions:
    """Return the client's options."""
    return EvceOptions(
        base_url=section.base_url,
        login=section.login,
        password=section.secret(),
        authentication=section.authentication,
        verify_tls=section.verify_tls,
        connect_timeout=section.connect_timeout_seconds,
        read_timeout=section.read_timeout_seconds,
    )
