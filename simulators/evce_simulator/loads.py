"""Load management at work: the set points of zones and connectors, shared anew whenever something changes."""

from __future__ import annotations

from evce_simulator import ocpp
from evce_simulator.agenda import Agenda
from evce_simulator.outlet import Outlet
from evce_simulator.records import Station, Zone
from evce_simulator.sharing import LEAST_CURRENT, set_point, share, share_by_phase
from evce_simulator.site import Site
from evce_simulator.units import PHASES, whole_kilowatts


class LoadManagement:
    """Who charges in which zone, and with how much."""

    def __init__(self, site: Site, agenda: Agenda, live: bool, on_wired_phase: bool, by_phase: bool) -> None:
        self.site = site
        self.by_phase = by_phase
        self.agenda = agenda
        self.live = live
        self.on_wired_phase = on_wired_phase
        self.reduction_leaves = False  # 10 % take 10 % away (assumed); true: they leave 10 %
        self.other_load: dict[int, int] = {}  # A that a DYNAMIC zone gives to others
        self.at_station: dict[int, list[Outlet]] = {}
        self._active: dict[int, dict[int, Outlet]] = {}  # by zone: who has a transaction, in the order of coming

    def join(self, outlet: Outlet) -> None:
        """Let a connector with a transaction take part in its zone."""
        zone = self.zone_of(outlet)
        self._active.setdefault(zone.id, {})[outlet.record.id] = outlet
        self.count(zone)

    def leave(self, outlet: Outlet) -> None:
        """Let a connector go whose transaction ended; what it drew is free for the others."""
        zone = self.zone_of(outlet)
        self._active.get(zone.id, {}).pop(outlet.record.id, None)
        self.count(zone)
        self.share(zone)

    def transactions(self) -> list[Outlet]:
        """Return all connectors with a transaction."""
        return [outlet for active in self._active.values() for outlet in active.values()]

    def zone_of(self, outlet: Outlet) -> Zone:
        """Return the zone of a connector."""
        return self.site.zones[self.site.zone_of(outlet.record)]

    def refresh(self, zone: Zone) -> None:
        """Calculate a zone's set point afresh, and share it."""
        reduction = zone.reduction.value if zone.reduction else None
        if reduction is not None and self.reduction_leaves:
            reduction = 100 - reduction
        zone.set_point_current = set_point(zone.max_current, reduction, self.other_load.get(zone.id, 0))
        zone.set_point_power = whole_kilowatts(zone.set_point_current, PHASES)
        if self.live:
            for station in self.site.stations_in(zone.id):
                for outlet in self.at_station.get(station.id, []):
                    self.show(outlet)
        self.share(zone)

    def end_reductions(self, wall: int) -> None:
        """Clear the reductions whose validity is over by the wall clock (ms since 1970)."""
        for zone in self.site.zones.values():
            if zone.reduction and zone.reduction.validity <= wall:
                zone.reduction = None
                self.refresh(zone)

    def share(self, zone: Zone) -> None:
        """Share the zone's set point among its transactions; only what changes is touched."""
        active = self._active.get(zone.id, {}).values()
        eager = [outlet for outlet in active if outlet.charges]
        unseen = [outlet for outlet in active if outlet.offline and outlet.drawing]
        wanted = [outlet.usable for outlet in eager]
        fixed = [outlet.record.fixed_set_point for outlet in eager]
        if self.by_phase:
            room = [
                zone.set_point_current - sum(outlet.given for outlet in unseen if phase in outlet.supply_phases)
                for phase in range(PHASES)
            ]
            given = share_by_phase(room, wanted, fixed, [outlet.supply_phases for outlet in eager])
        else:
            given = share(zone.set_point_current - sum(outlet.given for outlet in unseen), wanted, fixed)
        for outlet, amperes in zip(eager, given, strict=True):
            self._give(outlet, amperes)

    def go_on(self, outlet: Outlet) -> None:
        """Let a connector draw afresh what it was given: its vehicle wants another current, or the voltage changed."""
        outlet.draw(self.agenda.now, outlet.given)
        self.agenda.plan_visit(outlet)
        self.show(outlet, outlet.given)

    def stop(self, outlet: Outlet) -> None:
        """Let a connector draw nothing more, and show it."""
        outlet.meter(self.agenda.now)
        outlet.current = 0
        self.agenda.plan_visit(outlet)
        self.show(outlet)

    def count(self, zone: Zone) -> None:
        """Count the running transactions of a zone."""
        if self.live:
            zone.number_of_transactions = len(self._active.get(zone.id, {}))
        else:
            running = [one for one in self.site.connectors_in(zone.id) if one.transaction_id is not None]
            zone.number_of_transactions = len(running)

    def show(self, outlet: Outlet, given: int | None = None) -> None:
        """Write a connector's state into its record, and its station's status."""
        outlet.meter(self.agenda.now)
        outlet.show(self._offered(outlet) if given is None else given, self.on_wired_phase)
        self.show_station(self.site.stations[outlet.record.station_id])

    def show_station(self, station: Station) -> None:
        """Write a station's status as OCPP 1.6 has it for connector 0: what all connectors share, else available."""
        statuses = {outlet.status for outlet in self.at_station.get(station.id, [])}
        if not station.connected or statuses == {ocpp.UNAVAILABLE}:
            station.status = ocpp.UNAVAILABLE
        else:
            station.status = ocpp.FAULTED if statuses == {ocpp.FAULTED} else ocpp.AVAILABLE

    def _give(self, outlet: Outlet, given: int) -> None:
        """Let a connector charge with so many A, or wait with none."""
        status = ocpp.CHARGING if given >= LEAST_CURRENT else ocpp.SUSPENDED_EVSE
        planned = outlet.due is not None and outlet.due > self.agenda.now
        if planned and status == outlet.status and given == outlet.given:
            return
        outlet.draw(self.agenda.now, given)
        outlet.go(status)
        self.agenda.plan_visit(outlet)
        self.show(outlet, given)

    def _offered(self, outlet: Outlet) -> int:
        """Return the set point (A) of a connector: what it was given, else what it would offer to a vehicle."""
        if outlet.charges:
            return outlet.given
        limit = self.zone_of(outlet).set_point_current
        offered = outlet.fixed if outlet.record.fixed_set_point else min(outlet.capacity, limit)
        return offered if LEAST_CURRENT <= offered <= limit else 0
