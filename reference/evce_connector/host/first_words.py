"""What the log says when a connector starts and ends: which version serves which site where."""

from __future__ import annotations

import logging
from importlib.metadata import version

from evce_connector import storage_url
from evce_connector.config import Configuration
from evce_connector.ews.server import EwsServer
from evce_connector.points.index import SiteIndex
from evce_connector.portal.server import Portal
from evce_connector.site.sizes import size_of

LOGGER = logging.getLogger("evce_connector")
_NO_SITE = "no site yet, which EvceSetupProcessor reads from the controller"


def own_version() -> str:
    """Return the version of this package."""
    return version("evce-connector")


def tell_start(configuration: Configuration, ews: EwsServer, portal: Portal | None, index: SiteIndex | None) -> None:
    """Log that a connector serves from now on: its version, its addresses, and the site as the last set-up kept it."""
    if configuration.lacking:
        serving = f"its EWS server is not started: {ews.trouble().rstrip('.')}"
    else:
        serving = f"its EWS server is at {ews.address}, the charge controller at {configuration.evce.base_url}"
    pages = f"its pages are at {portal.address}" if portal else "its pages are off"
    database = f"its database is {storage_url.shown(configuration.storage.url)}"
    words = "evce-connector %s starts: %s, %s, %s; in its tree: %s"
    LOGGER.info(words, own_version(), serving, pages, database, summary(index))


def summary(index: SiteIndex | None) -> str:
    """Say how large the site is."""
    return _NO_SITE if index is None else size_of(index)


def tell_end() -> None:
    """Log that a connector ends."""
    LOGGER.info("evce-connector ends")
