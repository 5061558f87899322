"""What every processor is: made from a context, validated before it runs, executed until done or stopped."""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from evce_connector.clock import Clock
from evce_connector.config import Configuration
from evce_connector.evce.client import EvceClient
from evce_connector.evce.profile import Profile
from evce_connector.store.items import SiteItems
from evce_connector.store.snapshots import Snapshots


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
    clock: Clock
    log: logging.Logger


class Processor(ABC):
    """A unit of work that the host runs on a thread of its own."""

    name: ClassVar[str]
    long_running: ClassVar[bool] = False

    def __init__(self, context: Context) -> None:
        self.context = context

    def validate(self) -> list[Prompt]:
        """Say what is wrong before a run (C-13); nothing by default."""
        return []

    @abstractmethod
    def execute(self, stop: threading.Event) -> list[Prompt]:
        """Do the work, until done or until `stop` is set; returns what a technician should know."""
