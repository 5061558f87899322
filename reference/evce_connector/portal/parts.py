"""What the pages need of the connector; its host gives it, tests give smaller ones of the same shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from evce_connector.clock import Clock
from evce_connector.config import ProcessorConfiguration
from evce_connector.ews.server import EwsServer
from evce_connector.persistence.portal_users import Audit, PortalUsers
from evce_connector.persistence.runs import Run
from evce_connector.points.site_items import SiteItems
from evce_connector.portal.desk import Desk
from evce_connector.portal.metrics import Measured, Trouble
from evce_connector.portal.sessions import Sessions
from evce_connector.portal.site_parts import SiteParts
from evce_connector.processors.base import Processor, Prompt
from evce_connector.schedules import Schedule


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


class CounterRow(Protocol):
    """What is counted of a configuration's runs until somebody resets it (C-6)."""

    runs: int
    failures: int
    seconds: float


class ConfigurationRow(Protocol):
    """A processor configuration, and how it is now (C-4, C-6); `elapsed` in s, `next_run` in UTC."""

    @property
    def options(self) -> ProcessorConfiguration:
        """Its name and description, and what its Control tab allows."""
        ...

    @property
    def processor(self) -> type[Processor]:
        """The class that it runs."""
        ...

    @property
    def status(self) -> str:
        """What it does now, or how it ended last."""
        ...

    @property
    def waits_for(self) -> str:
        """What has to happen before it can do its work; empty when it can (P-5)."""
        ...

    @property
    def elapsed(self) -> float | None:
        """Seconds since its present run began; None while it does not run."""
        ...

    @property
    def next_run(self) -> datetime | None:
        """When it runs next; None when not by itself."""
        ...

    @property
    def prompts(self) -> Sequence[Prompt]:
        """What its last run had to say."""
        ...

    @property
    def counters(self) -> CounterRow:
        """What is counted of its runs."""
        ...

    @property
    def schedule(self) -> Schedule | None:
        """What it runs by, if it runs on schedule."""
        ...


class ByHand(Protocol):
    """What users ask of processor configurations; a ConnectorError says in a sentence why one may not be done."""

    def start(self, name: str, by: str) -> None:
        """Run one now."""
        ...

    def stop(self, name: str, by: str) -> None:
        """Ask one to stop."""
        ...

    def validate(self, name: str, by: str) -> Sequence[Prompt]:
        """Say what is wrong with one."""
        ...

    def reset_counter(self, name: str, by: str) -> None:
        """Count its runs from 0 again."""
        ...

    def reset_timer(self, name: str, by: str) -> None:
        """Time its runs from 0 again."""
        ...


class Host(Protocol):
    """What runs the processors."""

    @property
    def by_hand(self) -> ByHand:
        """Starts and stops them for users."""
        ...

    def candidates(self) -> Mapping[str, type[Processor]]:
        """Return every class that a configuration can run, by its name; ConfigurationError when one is none."""
        ...

    def dead(self) -> Sequence[str]:
        """Say in sentences what has ended or hangs that must not; nothing when the connector lives. Never waits."""
        ...

    def threads(self) -> Sequence[ThreadRow]:
        """Return the worker threads by their numbers; never waits."""
        ...

    def requests(self) -> Sequence[RequestRow]:
        """Return the last requests, the newest first; never waits."""
        ...

    def configurations(self) -> Sequence[ConfigurationRow]:
        """Return the processor configurations in their order; never waits."""
        ...

    def last_runs(self, name: str) -> Sequence[Run]:
        """Return the last runs of a configuration, the newest first; SQLAlchemyError when they cannot be read."""
        ...


@dataclass(frozen=True)
class Parts:
    """The parts of a running connector that the pages show and change.

    `controller` is the charge controller's address, `storage_url` the database's; `first_password` is the file that
    keeps the password made at first start until it is changed; `trusted` begins the names of controllers' certificates
    which somebody has compared, `proposed` those of profiles which a try proposed; `sessions` may outlive the pages, so
    that a reload of the configuration logs nobody out. `clock` is the site's; `real_clock` that of people, who wait in
    real seconds. `desk` opens and saves the settings, `measured` is what `/metrics` tells.
    """

    items: SiteItems
    site: SiteParts
    ews: EwsServer
    host: Host
    desk: Desk
    users: PortalUsers
    audit: Audit
    sessions: Sessions
    clock: Clock
    real_clock: Clock
    storage_trouble: Trouble
    controller: str
    storage_url: str
    first_password: Path
    trusted: Path
    proposed: Path
    set_log_level: Callable[[str], None]
    log_level: Callable[[], str]
    measured: Measured
