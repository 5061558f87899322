"""A processor configuration as it runs: when it is due, whether it runs now, and what became of its runs."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime

from evce_connector.config import ProcessorConfiguration
from evce_connector.persistence.runs import Outcome
from evce_connector.processors.base import Processor, Prompt
from evce_connector.schedules import Schedule

RETRY_FIRST, RETRY_MAX = 15.0, 300.0
"""Pause in s before what failed is tried again: doubled from the first to the last, so that no account is locked."""
NEVER = float("inf")
"""When something is due that is not due at all."""


@dataclass
class Counters:
    """What is counted and timed of a configuration's runs until somebody resets it."""

    runs: int = 0
    failures: int = 0
    seconds: float = 0.0
    """How long its runs took together."""

    def reset_counter(self) -> str:
        """Count from 0 again; returns in words what it was before."""
        before = f"there were {self.runs} runs and {self.failures} failures"
        self.runs = self.failures = 0
        return before

    def reset_timer(self) -> str:
        """Time from 0 again; returns in words what it was before."""
        before = f"it ran for {self.seconds:.0f} s"
        self.seconds = 0.0
        return before


@dataclass
class Present:
    """A run that waits for a thread or runs: what asks it to stop, and since when by the monotonic clock it runs."""

    stop: threading.Event = field(default_factory=threading.Event)
    started: float | None = None
    timed_out: bool = False


@dataclass
class Job:
    """One processor under one configuration. Whoever changes it holds the lock of `Processors`."""

    configuration: ProcessorConfiguration
    processor: Processor
    schedule: Schedule | None = None
    """What it runs by, if it runs on schedule."""
    due: float = NEVER
    """When it runs next by the monotonic clock, unless its schedule says sooner."""
    next_at: datetime | None = None
    """When its schedule says that it runs next (UTC)."""
    pause: float = RETRY_FIRST
    """How long in s it waits after the next failure."""
    prune: bool = False
    """Whether the next run removes what is gone: asked for once, it stays until a run succeeds."""
    again: bool = False
    """Whether it was asked for while it ran, so that it runs once more."""
    present: Present | None = None
    prompts: list[Prompt] = field(default_factory=list)
    """What the last run had to say."""
    outcome: Outcome | None = None
    """How the last run ended; None before the first."""
    counters: Counters = field(default_factory=Counters)

    def begin(self) -> Present:
        """Note that it waits for a thread, and is not due any more."""
        self.due, self.again, self.present = NEVER, False, Present()
        return self.present

    def end(self, outcome: Outcome, prompts: list[Prompt], seconds: float) -> None:
        """Note how a run ended."""
        self.present, self.outcome, self.prompts = None, outcome, prompts
        self.counters.runs += 1
        self.counters.seconds += seconds
        if outcome in (Outcome.FAILED, Outcome.CRASHED, Outcome.TIMED_OUT):
            self.counters.failures += 1

    def pause_after(self, seconds: float) -> float:
        """Return how long to wait after a failure; one that came after a long good time is the first one again."""
        if seconds > RETRY_MAX:
            self.pause = RETRY_FIRST
        pause, self.pause = self.pause, min(2 * self.pause, RETRY_MAX)
        return pause
