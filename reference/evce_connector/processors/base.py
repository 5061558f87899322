"""What every processor is: made from a context, validated before it runs, executed until done or stopped."""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from evce_connector.clock import Clock
from evce_connector.config import Configuration, Section
from evce_connector.evce.client import EvceClient
from evce_connector.evce.errors import EvceShrunkListError
from evce_connector.evce.profile import Profile
from evce_connector.figures import Figures
from evce_connector.persistence.alarm_log import AlarmLog
from evce_connector.persistence.commands import CommandLedger
from evce_connector.persistence.history import HistoryStore
from evce_connector.persistence.ledger import SiteLedger
from evce_connector.persistence.snapshots import Snapshots
from evce_connector.points.site_items import SiteItems
from evce_connector.processors.interface_alarm import InterfaceAlarm
from evce_connector.processors.station_alarms import StationAlarms
from evce_connector.processors.storage import Storage
from evce_connector.site.model import Site

SHRINK_LIMIT = 0.2
"""Share of the known objects that may be missing from a list before it is not believed."""
SHRINK_FLOOR = 3
"""Objects that must be missing at least: one of three stations is a third, and still only one station."""


class Severity(StrEnum):
    """Whether a processor can go on after a prompt."""

    MAY_CONTINUE = "MayContinue"
    MAY_NOT_CONTINUE = "MayNotContinue"


@dataclass(frozen=True)
class Prompt:
    """A sentence to the technician."""

    message: str
    severity: Severity = Severity.MAY_CONTINUE


@dataclass(frozen=True)
class Context:
    """What processors work with; all three take the same options (P-6)."""

    configuration: Configuration
    profile: Profile
    make_client: Callable[[], EvceClient]
    items: SiteItems
    snapshots: Snapshots
    site_ledger: SiteLedger
    clock: Clock
    log: logging.Logger
    history: HistoryStore
    alarm_log: AlarmLog
    commands: CommandLedger
    station_alarms: StationAlarms
    interface_alarm: InterfaceAlarm
    storage: Storage
    around_poll: Callable[[], AbstractContextManager[None]] = nullcontext
    """What the host lays around each poll."""
    after_poll: Callable[[Site], None] = lambda site: None  # noqa: ARG005 - it does nothing with it
    """What the host lets follow a good poll."""
    figures: Figures = field(default_factory=Figures)
    """What is counted and timed."""


class Processor(ABC):
    """A unit of work that the host runs on a thread of its own.

    `Options` declares its fields: each once, with type, default, range and help. The connector's own three find theirs
    in the tables [setup], [status] and [logs]; those of other packages in [processors.<name>].
    """

    name: ClassVar[str]
    long_running: ClassVar[bool] = False
    Options: ClassVar[type[Section]] = Section

    def __init__(self, context: Context, options: Section | None = None) -> None:
        self.context = context
        self.options = options or self.Options()

    def validate(self) -> list[Prompt]:
        """Say what is wrong before a run (C-13); nothing by default."""
        return []

    def repeats_after(self) -> float:
        """Return the time in s after which it runs again when a run succeeded; 0: not by itself."""
        return 0.0

    def waits_for(self) -> str:
        """Say what has to happen before it can do its work; empty when it can (P-5)."""
        return ""

    @abstractmethod
    def execute(self, stop: threading.Event) -> list[Prompt]:
        """Do the work, until done or until `stop` is set; returns what a technician should know."""


def refuse_shrunk(lists: Mapping[str, tuple[Collection[object], Collection[object]]]) -> None:
    """Refuse lists that are empty or much shorter than what is known, as of a controller that is still starting up.

    `lists` holds known and found keys by the list's name; EvceShrunkListError names the first that shrank.

    >>> refuse_shrunk({"zones": ([1, 2, 3, 4, 5], [1, 2, 3])})
    >>> refuse_shrunk({"zones": ([1, 2, 3, 4, 5], [1, 2])})
    Traceback (most recent call last):
    evce_connector.evce.errors.EvceShrunkListError: ...3 of the 5 zones...
    """
    for name, (known, found) in lists.items():
        missing = sum(key not in found for key in known)
        if known and (not found or (missing >= SHRINK_FLOOR and missing > SHRINK_LIMIT * len(known))):
            raise EvceShrunkListError(name, missing, len(known), empty=not found)
