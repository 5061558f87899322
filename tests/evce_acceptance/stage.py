"""A site that may be written to: a simulated controller, a connector in front of it that polls often, a site's file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ebo_simulator.clock import SystemClock
from evce_acceptance.site import settings
from evce_acceptance.site.approval import Approval
from evce_acceptance.site.wire import Pace, WireLog
from evce_acceptance.writes.lease import Lease
from evce_acceptance.writes.restoring import Parties
from evce_connector.host.service import ConnectorService
from evce_simulator import EvceSimulator

from tests.support.joined import EWS_PASSWORD, LOGIN, PASSWORD, USER

POLL = 0.2
DEADLINE = 30.0
PATIENCE = 10.0
"""Seconds that an answer is waited for where no test is about that: on a busy machine 0.1 s may become some."""


class Stage:
    """The parties of a site, and its file."""

    def __init__(
        self, folder: Path, controller: EvceSimulator, service: ConnectorService, pause: Callable[[], object]
    ) -> None:
        self.pause = pause
        self.folder, self.controller, self.service = folder, controller, service
        self.path, self.journal = folder / "site.toml", folder / "lease.jsonl"
        self.clock, self.log = SystemClock(), WireLog((PASSWORD, EWS_PASSWORD))
        self.patience = PATIENCE
        """Seconds that clients of EWS wait for an answer, from the next writing of the site's file on."""
        self.write_site()

    def write_site(self, budget: dict[str, Any] | None = None, **controller: object) -> settings.Site:
        """Write the site's file, with entries of its budget and controller changed."""
        tables: dict[str, dict[str, Any]] = {
            "controller": {"url": self.controller.url, "user": LOGIN, "password": PASSWORD, "writes": True}
            | {"timeout": PATIENCE}
            | controller,
            "connector": {"url": self.service.ews.address, "user": USER, "password": EWS_PASSWORD}
            | {"timeout": self.patience}
            | {"poll_seconds": 2 * POLL, "late_seconds": 2.0},
            "limits": {"requests_per_second": 500.0},
            "budget": {"kw_minutes": 1000.0, "lease_seconds": 30, "reduction_lowers": True} | (budget or {}),
        }
        lines = ['name = "Depot"']
        for name, entries in tables.items():
            lines += [
                f"[{name}]",
                *(f"{key} = {json.dumps(value)}" for key, value in entries.items() if value is not None),
            ]
        self.path.write_text("\n".join(lines), encoding="utf-8")
        return settings.load(self.path)

    @property
    def site(self) -> settings.Site:
        return settings.load(self.path)

    def parties(self, approval: Approval) -> Parties:
        pace = Pace(self.site.limits.requests_per_second, self.clock)
        return Parties.of(self.site, approval, pace, self.log, self.clock)

    def lease(self, approval: Approval | None = None) -> Lease:
        approval = approval or Approval("J. Doe", allow_writes=True)
        return Lease(self.site, self.path, approval, self.journal, self.parties(approval))

    def changes(self) -> list[str]:
        """Return what changed the controller, in order."""
        return [
            f"{one.method} {one.path}" for one in self.controller.journal.entries() if one.method in ("PUT", "DELETE")
        ]

    def reduction(self, zone: int) -> tuple[float, str] | None:
        found = self.controller.model.zone(zone)["reduction"]
        return None if found is None else (found["value"], found["validity"])


ZONE_1 = {"ZoneReduction": "Zones/1/ZoneReduction", "ZoneValidity": "Zones/1/ZoneValidity"}
ZONE_2 = {"ZoneReduction": "Zones/2/ZoneReduction", "ZoneValidity": "Zones/2/ZoneValidity"}
CONNECTOR_1 = {"ConnectorAvailability": "Stations/1/Connectors/1/ConnectorAvailability"}


def until(true: Callable[[], bool], what: str, seconds: float = DEADLINE) -> None:
    """Wait for a condition; fail when it does not come true in time."""
    clock = SystemClock()
    end = clock.monotonic() + seconds
    while not true():
        assert clock.monotonic() < end, f"not within {seconds} s: {what}"
        clock.wait(0.05)
