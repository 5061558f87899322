"""What became of a set-up that a command asked the running connector for, as its database tells."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from evce_connector.clock import Clock
from evce_connector.config import Configuration, effective
from evce_connector.host.requests import REQUEST
from evce_connector.host.stores import Stores
from evce_connector.persistence.owner import Owner
from evce_connector.persistence.runs import Outcome, Run
from evce_connector.persistence.snapshots import Snapshots
from evce_connector.processors.setup import EvceSetupProcessor
from evce_connector.site.catalogue import LISTS
from evce_connector.site.values import utc_text

LONGEST = 120.0
"""Seconds that a command waits: a set-up takes some, and more where the controller lets its time-outs pass."""
_LOOK_EACH = 0.25


@dataclass(frozen=True)
class SetUpAsked:
    """A set-up that was asked for at a time (UTC), of the connector that owns the database."""

    stores: Stores
    names: tuple[str, ...]
    owner: Owner
    at: datetime
    before: dict[str, Run | None]

    @classmethod
    def now(cls, stores: Stores, configuration: Configuration, owner: Owner, clock: Clock) -> SetUpAsked:
        """Note how things stand before somebody asks; SQLAlchemyError when the database cannot be read."""
        names = tuple(
            one.name
            for one in effective.processor_configurations(configuration)
            if one.is_active and one.class_name == EvceSetupProcessor.name
        )
        return cls(stores, names, owner, clock.now(), {name: _last(stores, name) for name in names})

    def wait(self, clock: Clock, seconds: float = LONGEST) -> Run | None:
        """Return the run that was asked for as soon as it has ended; None when it has not within some seconds."""
        until, never = clock.monotonic() + seconds, threading.Event()
        while clock.monotonic() < until:
            if self.stores.snapshots.fact(REQUEST) is None and (run := self._ended()) is not None:
                return run
            clock.wait(never, _LOOK_EACH)
        return None

    def _ended(self) -> Run | None:
        """Return a run that began after it was asked for; another machine's clock may be wrong, so that any new is."""
        for name in self.names:
            run = _last(self.stores, name)
            if run is not None and run != self.before[name] and (run.started >= self.at or not self.owner.is_visible()):
                return run
        return None

    def told(self, run: Run) -> Iterator[str]:
        """Say in sentences what a run found and changed."""
        if run.outcome is not Outcome.SUCCEEDED:
            yield f"Set-up ended after {run.seconds:.1f} s: {run.outcome}."
            yield from run.prompts
            return
        setup = Snapshots(self.stores.engine, self.stores.site_ledger).setup()  # the open ones remember the one before
        counts = ", ".join(f"{len(setup.objects[name])} {name}" for name in LISTS)
        gone = f"; {len(setup.gone())} of them are gone from the controller, and stay for now" if setup.gone() else ""
        yield f"Set-up succeeded after {run.seconds:.1f} s: {counts}{gone}."
        yield from run.prompts
        at = utc_text(setup.at) if setup.at else ""
        changes = [change for change in self.stores.site_ledger.lines() if change.at == at]
        for change in changes:
            words = " -> ".join(filter(None, (change.old, change.new)))
            yield f"{change.id} {change.kind}: {words}".removesuffix(": ")
        if not changes:
            yield "Nothing was added, renamed, moved, replaced or removed."


def _last(stores: Stores, name: str) -> Run | None:
    runs = stores.runs.last(name)
    return runs[0] if runs else None
