"""What the pages are given of the running connector."""

from __future__ import annotations

import logging
from pathlib import Path

from platformdirs import user_data_path
from sqlalchemy import make_url

from evce_connector.clock import Clock
from evce_connector.config import ProcessorConfiguration
from evce_connector.ews.server import EwsServer
from evce_connector.host.processors import Processors
from evce_connector.host.requests import Asked
from evce_connector.host.stores import Stores
from evce_connector.host.threads import ThreadLine
from evce_connector.persistence.place import file_of
from evce_connector.portal.parts import Parts
from evce_connector.portal.sessions import Sessions
from evce_connector.processors.base import Context

LOGGER = logging.getLogger("evce_connector")
FIRST_LOGIN = ".first-password"
"""What the file of the first password adds to the name of the database's."""


class ShownProcessors:
    """The processors and their threads, as the pages ask for them."""

    def __init__(self, processors: Processors) -> None:
        self._processors = processors

    def threads(self) -> list[ThreadLine]:
        """Return the worker threads by their numbers."""
        return self._processors.threads()

    def requests(self) -> list[Asked]:
        """Return what was asked of processors, the newest first."""
        return list(reversed(self._processors.requests.asked))

    def configurations(self) -> list[ProcessorConfiguration]:
        """Return the processor configurations."""
        return [job.configuration for job in self._processors.jobs.values()]


def parts(
    context: Context, ews: EwsServer, processors: Processors, stores: Stores, sessions: Sessions, real_clock: Clock
) -> Parts:
    """Put together what the pages show and change; `real_clock` is that of the people who look at them."""
    storage = context.configuration.storage
    return Parts(
        items=context.items,
        ews=ews,
        host=ShownProcessors(processors),
        users=stores.portal_users,
        audit=stores.portal_audit,
        sessions=sessions,
        clock=context.clock,
        real_clock=real_clock,
        storage_trouble=lambda: context.storage.trouble,
        controller=context.configuration.evce.base_url,
        storage_url=storage.url,
        first_password=first_password_file(storage.url, storage.site),
        log_level=log_level,
        set_log_level=set_log_level,
    )


def first_password_file(storage_url: str, site: str = "") -> Path:
    """Return where the first password is kept: beside a SQLite file, else where the platform keeps a user's data."""
    file = file_of(make_url(storage_url)) or user_data_path("evce-connector") / (site or "evce-connector")
    return file.with_name(f"{file.name}{FIRST_LOGIN}")


def log_level() -> str:
    """Return the least severity that is logged now."""
    return logging.getLevelName(LOGGER.getEffectiveLevel())


def set_log_level(level: str) -> None:
    """Log from this severity on, until the connector starts anew."""
    LOGGER.setLevel(level)
