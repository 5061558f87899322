"""What the pages are given of the running connector."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from platformdirs import user_data_path
from sqlalchemy import make_url

from evce_connector.clock import Clock
from evce_connector.config import Configuration, ProcessorConfiguration
from evce_connector.ews.server import EwsServer
from evce_connector.host.by_hand import ByHand
from evce_connector.host.first_words import own_version
from evce_connector.host.job import NEVER, Counters, Job
from evce_connector.host.liveness import Liveness
from evce_connector.host.options import site_named
from evce_connector.host.processors import Processors
from evce_connector.host.registry import all_classes
from evce_connector.host.requests import Asked
from evce_connector.host.stores import Stores
from evce_connector.host.threads import ThreadLine, ThreadStatus
from evce_connector.http_server.tls import fingerprint, made, server_context
from evce_connector.persistence.place import file_of
from evce_connector.persistence.runs import Run
from evce_connector.points.write_request import Writer
from evce_connector.portal.desk import Desk
from evce_connector.portal.metrics import Measured
from evce_connector.portal.parts import Parts
from evce_connector.portal.sessions import Sessions
from evce_connector.portal.site_parts import SiteParts
from evce_connector.processors.base import Context, Processor, Prompt
from evce_connector.schedules import Schedule

LOGGER = logging.getLogger("evce_connector")
FIRST_LOGIN = ".first-password"
"""What the file of the first password adds to the name of the database's."""
PAGES_CERTIFICATE = ".pages.pem"
"""The same of the certificate, with its key, that is made for the pages."""
PAGES = "the pages"
TRUSTED = ".controller.pem"
"""The same of the certificate of a controller that somebody has compared and trusts."""
PROPOSED = ".profile.toml"
"""The same of a profile for the controller that a try proposed."""


@dataclass(frozen=True, slots=True)
class ConfigurationState:
    """How a processor configuration is now, as its page shows it: `elapsed` in s, `next_run` in UTC."""

    options: ProcessorConfiguration
    processor: type[Processor]
    status: str
    waits_for: str
    elapsed: float | None
    next_run: datetime | None
    prompts: Sequence[Prompt]
    counters: Counters
    schedule: Schedule | None


class ShownProcessors:
    """The processors and their threads, as the pages ask for them and start and stop them."""

    def __init__(self, processors: Processors, by_hand: ByHand, clock: Clock, liveness: Liveness) -> None:
        self._processors, self._clock, self._liveness = processors, clock, liveness
        self.by_hand = by_hand

    def dead(self) -> list[str]:
        """Say what has ended or hangs that must not."""
        return self._liveness.dead()

    def candidates(self) -> dict[str, type[Processor]]:
        """Return every class that a configuration can run; ConfigurationError when a package offers none."""
        return all_classes()

    def threads(self) -> list[ThreadLine]:
        """Return the worker threads by their numbers."""
        return self._processors.threads()

    def requests(self) -> list[Asked]:
        """Return what was asked of processors, the newest first."""
        return list(reversed(self._processors.requests.asked))

    def configurations(self) -> list[ConfigurationState]:
        """Return the processor configurations as they are now."""
        return [self._state(job) for job in self._processors.jobs.values()]

    def last_runs(self, name: str) -> list[Run]:
        """Return the last runs of a configuration, the newest first; SQLAlchemyError when they cannot be read."""
        return self._processors.last_runs(name)

    def _state(self, job: Job) -> ConfigurationState:
        present, counters = job.present, job.counters
        elapsed = None
        if present is not None and present.started is not None:
            elapsed = self._clock.monotonic() - present.started
        return ConfigurationState(
            job.configuration,
            type(job.processor),
            _status(job),
            job.processor.waits_for() if present is not None else "",
            elapsed,
            self._next_run(job),
            job.prompts,
            Counters(counters.runs, counters.failures, counters.seconds),
            job.schedule,
        )

    def _next_run(self, job: Job) -> datetime | None:
        """Return when a configuration runs next by its pause, its interval or its schedule; None when not by itself."""
        due, now = job.due, self._clock.now()
        found = [job.next_at] if job.next_at is not None else []
        if due != NEVER:
            found.append(now + timedelta(seconds=max(0.0, due - self._clock.monotonic())))
        return min(found, default=None) if job.present is None else None


def _status(job: Job) -> str:
    """Say in a word what a configuration does."""
    if not job.configuration.is_active:
        return "Not Active"
    if job.present is None:
        return str(job.outcome or "Never Ran")
    if job.present.started is None:
        return "Waiting For A Thread"
    return str(ThreadStatus.STOPPING if job.present.stop.is_set() else ThreadStatus.RUNNING)


def parts(
    context: Context,
    ews: EwsServer,
    host: ShownProcessors,
    stores: Stores,
    writer: Writer,
    sessions: Sessions,
    real_clock: Clock,
    desk: Desk,
) -> Parts:
    """Put together what the pages show and change; `real_clock` is that of the people who look at them."""
    storage = context.configuration.storage
    return Parts(
        items=context.items,
        site=SiteParts(
            stores.history, stores.alarms, stores.commands, stores.refused_writes, stores.site_ledger, writer
        ),
        ews=ews,
        host=host,
        desk=desk,
        users=stores.portal_users,
        audit=stores.portal_audit,
        sessions=sessions,
        clock=context.clock,
        real_clock=real_clock,
        storage_trouble=lambda: context.storage.trouble,
        controller=_address(context.configuration),
        storage_url=storage.url,
        first_password=file_beside(storage.url, storage.site, FIRST_LOGIN),
        trusted=file_beside(storage.url, storage.site, TRUSTED),
        proposed=file_beside(storage.url, storage.site, PROPOSED),
        log_level=log_level,
        set_log_level=LOGGER.setLevel,
        measured=_measured(context, ews, stores),
    )


def _measured(context: Context, ews: EwsServer, stores: Stores) -> Measured:
    """Return what `/metrics` tells, and of which site."""
    site = site_named(context.configuration) or context.configuration.ews.server_name
    return Measured(context.figures, site, own_version(), stores.waiting, lambda: ews.subscriptions)


def _address(configuration: Configuration) -> str:
    """Return where the charge controller is, as people are told."""
    return "not set" if "evce.base_url" in configuration.lacking else configuration.evce.base_url


def file_beside(storage_url: str, site: str, ending: str) -> Path:
    """Return a file that belongs to a database: beside a SQLite file, else where the platform keeps a user's data."""
    file = file_of(make_url(storage_url)) or user_data_path("evce-connector") / (site or "evce-connector")
    return file.with_name(f"{file.name}{ending}")


def tls(configuration: Configuration, real_clock: Clock) -> ssl.SSLContext | None:
    """Return what the pages speak TLS with, None at a plain address; CertificateError when it cannot be used.

    Where no certificate is given one is made, kept beside the database and logged with its fingerprint.
    """
    portal, storage = configuration.portal, configuration.storage
    if not (portal.enabled and portal.address.startswith("https:")):
        return None
    if portal.certificate is not None:
        return server_context(portal.certificate, portal.private_key, PAGES)
    file = file_beside(storage.url, storage.site, PAGES_CERTIFICATE)
    own = made(file, urlsplit(portal.address).hostname or "", real_clock.now())
    LOGGER.info("The pages have the certificate %s with the fingerprint (SHA-256) %s", own, fingerprint(own))
    return server_context(own, None, PAGES)


def log_level() -> str:
    """Return the least severity that is logged now."""
    return logging.getLevelName(LOGGER.getEffectiveLevel())
