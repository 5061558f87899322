"""What of a configuration the connector has already that runs with it: its database, and the ports of its servers."""

from __future__ import annotations

import platform
import warnings
from contextlib import suppress
from urllib.parse import urlsplit

import requests

from evce_connector.config import Configuration
from evce_connector.host.findings import Finding
from evce_connector.persistence.names import named
from evce_connector.persistence.owner import OwnedError, Owner

_PATIENCE = 2.0
"""Seconds that pages on this machine get to answer."""
_CHANGED = (
    " If it is this one, and ews.address was changed since it started, `evce-connector reload` lets it serve there."
)


def is_this(owner: Owner, configuration: Configuration) -> bool:
    """Tell whether the connector that runs on the database serves, on this machine, what the configuration says."""
    return owner.host == platform.node() and owner.address == configuration.ews.address


def told(owner: Owner, configuration: Configuration) -> Finding:
    """Say who runs on the database: this configuration's connector, or another, beside which no start succeeds."""
    if is_this(owner, configuration):
        return Finding("good", f"The connector is running: {owner.name}.")
    storage = configuration.storage
    return Finding("error", f"{OwnedError(named(storage.url, storage.site), owner)}{_CHANGED}")


def pages_answer(address: str) -> bool:
    """Tell whether pages of a connector answer at an address of this machine, by whatever certificate."""
    host = urlsplit(address).netloc
    with suppress(requests.RequestException, ValueError), warnings.catch_warnings(), requests.Session() as session:
        warnings.simplefilter("ignore")  # that the certificate is not looked at
        session.trust_env, session.verify = False, False  # no proxy leads to this machine
        live = f"{urlsplit(address).scheme}://{host}/health/live"
        return bool(session.get(live, timeout=_PATIENCE).json() == {"status": "live"})
    return False
