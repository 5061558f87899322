"""What happens when on the site: the agenda of events, in an order that depends on nothing but the site itself."""

from __future__ import annotations

import heapq
from collections.abc import Iterator

from evce_simulator.outlet import Outlet

EXPIRY, OTHER_LOAD, CONNECTOR, VOLTAGE, INCIDENT = range(5)  # the order of events at one moment


class Agenda:
    """Events by their moment (ms of the site); of a connector only what was planned last counts."""

    def __init__(self) -> None:
        self.now = 0
        self._events: list[tuple[int, int, int, int]] = []

    def plan(self, outlet: Outlet, due: int | None) -> None:
        """Set when a connector does something next; what was planned before is off."""
        outlet.version += 1
        outlet.due = due
        if due is not None:
            heapq.heappush(self._events, (due, CONNECTOR, outlet.record.id, outlet.version))

    def plan_visit(self, outlet: Outlet) -> None:
        """Plan the end of a transaction, or the moment before it when what the vehicle draws changes."""
        if outlet.visit and outlet.visit.transaction is not None:
            change = outlet.next_change()
            self.plan(outlet, outlet.visit.leaves if change is None else min(change, outlet.visit.leaves))

    def plan_zone(self, kind: int, zone: int, due: int) -> None:
        """Plan the end of a zone's reduction, or a change of its other loads."""
        heapq.heappush(self._events, (max(due, self.now), kind, zone, 0))

    def plan_site(self, kind: int, due: int) -> None:
        """Plan what happens to the site as a whole: other voltages, an incident."""
        self.plan_zone(kind, 0, due)

    def until(self, moment: int) -> Iterator[tuple[int, int, int]]:
        """Give what happens up to a moment, as kind, number and version, with `now` set to when it happens."""
        while self._events and self._events[0][0] <= moment:
            due, kind, number, version = heapq.heappop(self._events)
            self.now = max(self.now, due)
            yield kind, number, version
        self.now = max(self.now, moment)
