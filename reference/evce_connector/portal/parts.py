"""What the pages need of the connector; its host gives it, tests give smaller ones of the same shape."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from evce_connector.clock import Clock
from evce_connector.ews.server import EwsServer
from evce_connector.persistence.portal_users import Audit, PortalUsers
from evce_connector.points.site_items import SiteItems
from evce_connector.portal.health import Trouble
from evce_connector.portal.sessions import Sessions


class ThreadRow(Protocol):
    """A worker thread, as the Status page shows it (C-2)."""

    @property
    def number(self) -> int:
        """Its number, from 1 on."""
        ...

    @property
    def status(self) -> str:
        """`Waiting For Work`, `Running` or `Stopping`."""
        ...

    @property
    def elapsed(self) -> float | None:
        """Seconds since its present run began; None while it waits."""
        ...

    @property
    def configuration(self) -> str:
        """Name of the processor configuration that it runs; empty while it waits."""
        ...


class RequestRow(Protocol):
    """What a page or a command asked of a processor configuration (C-3)."""

    @property
    def at(self) -> datetime:
        """When (UTC)."""
        ...

    @property
    def by(self) -> str:
        """Who: a user of the pages, or `command line`."""
        ...

    @property
    def what(self) -> str:
        """What was asked for: `Start`, `Stop`, `Reload`."""
        ...

    @property
    def configuration(self) -> str:
        """Name of the processor configuration; empty where all are meant."""
        ...

    @property
    def outcome(self) -> str:
        """What became of it, in words."""
        ...


class ConfigurationRow(Protocol):
    """A processor configuration, as the list of them shows it (C-4)."""

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def class_name(self) -> str:
        """The processor's class."""
        ...

    @property
    def description(self) -> str:
        """What it is for, in its author's words."""
        ...

    @property
    def is_active(self) -> bool:
        """Whether it runs at all."""
        ...


class Host(Protocol):
    """What runs the processors."""

    def threads(self) -> Sequence[ThreadRow]:
        """Return the worker threads by their numbers; never waits."""
        ...

    def requests(self) -> Sequence[RequestRow]:
        """Return the last requests, the newest first; never waits."""
        ...

    def configurations(self) -> Sequence[ConfigurationRow]:
        """Return the processor configurations in their order."""
        ...


@dataclass(frozen=True)
class Parts:
    """The parts of a running connector that the pages show and change.

    `controller` is the charge controller's address, `storage_url` the database's; `first_password` is the file that
    keeps the password made at first start until it is changed; `sessions` may outlive the pages, so that a reload of
    the configuration logs nobody out. `clock` is the site's; `real_clock` that of people, who wait in real
    seconds.
    """

    items: SiteItems
    ews: EwsServer
    host: Host
    users: PortalUsers
    audit: Audit
    sessions: Sessions
    clock: Clock
    real_clock: Clock
    storage_trouble: Trouble
    controller: str
    storage_url: str
    first_password: Path
    set_log_level: Callable[[str], None]
    log_level: Callable[[], str]
