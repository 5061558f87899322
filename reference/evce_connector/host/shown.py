"""What the pages are given of the running connector."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_path
from sqlalchemy import make_url

from evce_connector.clock import Clock
from evce_connector.ews.server import EwsServer
from evce_connector.host.stores import Stores
from evce_connector.host.worker import Worker
from evce_connector.persistence.place import file_of
from evce_connector.portal.parts import Host, Parts, RequestRow
from evce_connector.portal.sessions import Sessions
from evce_connector.processors.base import Context

LOGGER = logging.getLogger("evce_connector")
FIRST_LOGIN = ".first-password"
"""What the file of the first password adds to the name of the database's."""


@dataclass(frozen=True, slots=True)
class ThreadLine:
    """A worker thread as the pages show it."""

    number: int
    status: str
    elapsed: float | None
    configuration: str


@dataclass(frozen=True, slots=True)
class ConfigurationLine:
    """A processor as the pages show it."""

    name: str
    class_name: str
    description: str
    is_active: bool


class ShownWorkers:
    """The threads of the processors, as the pages ask for them."""

    def __init__(self, workers: Callable[[], Sequence[Worker]]) -> None:
        self._workers = workers

    def threads(self) -> list[ThreadLine]:
        """Return the threads: each belongs to one processor."""
        running = {thread.name for thread in threading.enumerate()}
        names = [worker.processor.name for worker in self._workers()]
        return [
            ThreadLine(number, "Running", None, name)
            if name in running
            else ThreadLine(number, "Waiting For Work", None, "")
            for number, name in enumerate(names, 1)
        ]

    def requests(self) -> Sequence[RequestRow]:
        """Return nothing: pages ask for nothing here yet."""
        return ()

    def configurations(self) -> list[ConfigurationLine]:
        """Return the processors."""
        processors = [worker.processor for worker in self._workers()]
        return [ConfigurationLine(one.name, type(one).__name__, "", is_active=True) for one in processors]


def parts(context: Context, stores: Stores, ews: EwsServer, host: Host, sessions: Sessions, real_clock: Clock) -> Parts:
    """Put together what the pages show and change."""
    configuration = context.configuration
    storage = configuration.storage
    return Parts(
        items=context.items,
        ews=ews,
        host=host,
        users=stores.portal_users,
        audit=stores.portal_audit,
        sessions=sessions,
        clock=context.clock,
        real_clock=real_clock,
        storage_trouble=lambda: context.storage.trouble,
        controller=configuration.evce.base_url,
        storage_url=storage.url,
        first_password=first_password_file(storage.url, storage.site),
        log_level=log_level,
        set_log_level=LOGGER.setLevel,
    )


def first_password_file(storage_url: str, site: str = "") -> Path:
    """Return where the first password is kept: beside a SQLite file, else where the platform keeps a user's data."""
    file = file_of(make_url(storage_url)) or user_data_path("evce-connector") / (site or "evce-connector")
    return file.with_name(f"{file.name}{FIRST_LOGIN}")


def log_level() -> str:
    """Return the least severity that is logged now."""
    return logging.getLevelName(LOGGER.getEffectiveLevel())
