"""What moves a site: vehicles that come and go, faults and repairs, reductions that end by the clock.

The engine goes from event to event, and between two events power stands; so the site at a moment does not depend on
when it was asked before. Times are ms of the site since it began; the wall clock may be set without anything passing.
In a snapshot (`live` false) nobody comes by chance, and only what an action or a write touches moves.
"""

from __future__ import annotations

from evce_simulator import ocpp, vehicles
from evce_simulator.adoption import adopt
from evce_simulator.agenda import EXPIRY, INCIDENT, OTHER_LOAD, VOLTAGE, Agenda
from evce_simulator.draws import Draws
from evce_simulator.incidents import Incidents
from evce_simulator.life import PLAIN, Life
from evce_simulator.loads import LoadManagement
from evce_simulator.other_loads import OtherLoads
from evce_simulator.outlet import Outlet
from evce_simulator.records import Connector, Station, Zone
from evce_simulator.site import Site
from evce_simulator.supply import EVERY as VOLTAGE_STANDS
from evce_simulator.supply import Supply
from evce_simulator.units import SECOND


class Engine:
    """The moving side of a site; `origin` is what its wall clock showed at the beginning (ms since 1970)."""

    def __init__(
        self, site: Site, seed: int, live: bool, origin: int, on_wired_phase: bool = False, life: Life = PLAIN
    ) -> None:
        self.site = site
        self.seed = seed
        self.live = live
        self.life = life
        self.origin = origin
        self.wall_offset = 0  # ms that the wall clock was set forward since
        self.agenda = Agenda()
        self.supply = Supply(seed, life.varied_voltage)
        self.incidents = Incidents(seed)
        self.loads = LoadManagement(site, self.agenda, live, on_wired_phase, life.limits_by_phase)
        self.other_loads = OtherLoads(self.agenda, self.loads, seed)
        self.outlets: dict[int, Outlet] = {}
        self.next_transaction = 1 + max((one.transaction_id or 0 for one in site.connectors.values()), default=0)
        for zone in site.zones.values():
            self.add_zone(zone)
        for connector in site.connectors.values():
            self.add_connector(connector)
        if live:
            for zone in site.zones.values():
                self.loads.refresh(zone)
        if life.varied_voltage:
            self.agenda.plan_site(VOLTAGE, VOLTAGE_STANDS)
        if life.incidents and live:
            self.agenda.plan_site(INCIDENT, self.incidents.plan(0, len(self.outlets)))

    @property
    def now(self) -> int:
        """The present moment, in ms of the site."""
        return self.agenda.now

    @property
    def wall(self) -> int:
        """What the wall clock shows, in ms since 1970."""
        return self.origin + self.now + self.wall_offset

    def advance(self, now: int, wall: int) -> None:
        """Let time pass up to a moment; `wall` is what the wall clock shows then (ms since 1970)."""
        offset = wall - self.origin - now
        if abs(offset - self.wall_offset) >= SECOND:  # less is the noise of reading two clocks one after the other
            self.wall_offset = offset
            self.plan_expiries()
        for kind, number, version in self.agenda.until(now):
            if kind == EXPIRY:
                self.loads.end_reductions(self.wall)
            elif kind == OTHER_LOAD:
                self.other_loads.change(number)
            elif kind == VOLTAGE:
                self._change_voltage()
            elif kind == INCIDENT:
                self._let_happen()
            elif number in self.outlets and self.outlets[number].version == version:
                self._on_outlet(self.outlets[number])

    def plan_expiries(self) -> None:
        """Plan the ends of all reductions by the wall clock as it stands."""
        for zone in self.site.zones.values():
            self._plan_expiry(zone)

    def show_readings(self) -> None:
        """Bring all meter readings up to this moment."""
        for outlet in self.loads.transactions():
            outlet.show_reading(self.now)

    # --- objects that come, go and change

    def add_zone(self, zone: Zone) -> None:
        """Take over a zone."""
        self._plan_expiry(zone)
        if self.live and zone.type == "DYNAMIC":
            self.other_loads.add(zone)

    def add_connector(self, connector: Connector) -> None:
        """Take over a connector; on a living site one that is charging gets a vehicle."""
        station = self.site.stations[connector.station_id]
        status = connector.status if connector.status in ocpp.TRANSITIONS else ocpp.AVAILABLE
        if not station.connected:
            status = ocpp.AVAILABLE if connector.available else ocpp.UNAVAILABLE
        outlet = Outlet(connector, Draws(self.seed, 2, connector.id), self.supply, status, 0, self.now)
        outlet.read_from_record(self.now)
        outlet.offline = not station.connected
        outlet.fixed = connector.set_point_current if connector.fixed_set_point else 0
        self.outlets[connector.id] = outlet
        self.loads.at_station.setdefault(station.id, []).append(outlet)
        if self.live:
            adopt(self, outlet)

    def remove_connector(self, connector: Connector) -> None:
        """Let go of a connector that is about to be removed."""
        outlet = self.outlets.pop(connector.id)
        self.loads.at_station[connector.station_id].remove(outlet)
        connector.transaction_id = None
        self.loads.leave(outlet)

    def move_station(self, station: Station, zone: Zone) -> None:
        """Bring a station with its running transactions to another zone."""
        moved = [outlet for outlet in self.loads.transactions() if outlet.record.station_id == station.id]
        before = self.site.zone(station.zone_id)
        for outlet in moved:
            self.loads.leave(outlet)
        station.zone_id = zone.id
        for outlet in moved:
            self.loads.join(outlet)
        for each in (before, zone):
            self.loads.count(each)
            self.loads.share(each)

    def let_reductions_leave(self, leaves: bool) -> None:
        """Say what a reduction of 10 % does from now on: leave 10 %, or take 10 % away."""
        if leaves != self.loads.reduction_leaves:
            self.loads.reduction_leaves = leaves
            for zone in self.site.zones.values():
                if zone.reduction:
                    self.loads.refresh(zone)

    def reduction_changed(self, zone: Zone) -> None:
        """Follow a reduction that was set or cleared."""
        self._plan_expiry(zone)
        self.loads.refresh(zone)

    # --- what happens at connectors

    def plug(self, outlet: Outlet, charger: vehicles.Charger | None = None) -> None:
        """Plug a vehicle in: its transaction starts within a minute."""
        outlet.visit = self.visitor(outlet, charger)
        outlet.go(ocpp.PREPARING)
        self.agenda.plan(outlet, self.now + vehicles.preparation(outlet.draws))
        self.loads.show(outlet)

    def visitor(self, outlet: Outlet, charger: vehicles.Charger | None = None) -> vehicles.Visit:
        """Draw who comes to a connector at this moment, with a charger or any."""
        return vehicles.draw_visit(outlet.draws, self.now, outlet.record.dc, outlet.phases, charger, self.life)

    def fault(self, outlet: Outlet, error_code: str) -> None:
        """Bring a connector down with an OCPP error code; its transaction ends."""
        self._end_transaction(outlet)
        outlet.go(ocpp.FAULTED)
        outlet.record.error_code = error_code
        self.agenda.plan(outlet, None)
        self.loads.show(outlet)

    def reserve(self, outlet: Outlet) -> None:
        """Keep a connector for somebody, for half an hour."""
        outlet.go(ocpp.RESERVED)
        self.agenda.plan(outlet, self.now + vehicles.RESERVED_FOR)
        self.loads.show(outlet)

    def free(self, outlet: Outlet) -> None:
        """End whatever goes on at a connector; it is free for the next one, or out of service when that was asked."""
        self._end_transaction(outlet)
        outlet.record.error_code = None
        if outlet.out_of_service:
            outlet.out_of_service, outlet.record.available = False, False
        outlet.go(ocpp.AVAILABLE)
        if not outlet.record.available:
            outlet.go(ocpp.UNAVAILABLE)
        comes_again = self.live and outlet.record.available
        self.agenda.plan(outlet, vehicles.next_chance(outlet.draws, self.now) if comes_again else None)
        self.loads.show(outlet)

    def set_operative(self, outlet: Outlet, operative: bool) -> str:
        """Follow OCPP ChangeAvailability; return Accepted, or Scheduled while a transaction runs."""
        outlet.out_of_service = not operative and outlet.record.transaction_id is not None
        if outlet.out_of_service:
            return "Scheduled"
        outlet.record.available = operative
        if outlet.status != ocpp.FAULTED and operative == (outlet.status == ocpp.UNAVAILABLE):
            self.free(outlet)
        return "Accepted"

    def set_connected(self, station: Station, connected: bool) -> None:
        """Lose or find a station; while it is lost its sessions wait without power, or go on where life has it so."""
        station.connected = connected
        for outlet in self.loads.at_station.get(station.id, []):
            if connected:
                outlet.offline = False
            else:
                outlet.lose(self.now)
            if outlet.visit is None and not self.live:
                shown = outlet.show_again() if connected else outlet.hide()
                if shown:
                    continue
            if self.life.charging_while_lost and outlet.drawing:
                self.loads.go_on(outlet)
                continue
            if outlet.status == ocpp.CHARGING:
                outlet.go(ocpp.SUSPENDED_EVSE)
            self.loads.stop(outlet)
        self.loads.show_station(station)
        self.loads.share(self.site.zone(station.zone_id))

    # --- events

    def _on_outlet(self, outlet: Outlet) -> None:
        """Do what is due at a connector."""
        if outlet.status == ocpp.AVAILABLE:
            if not outlet.offline and vehicles.comes(outlet.draws, self.origin + self.now):
                self.plug(outlet)
            else:
                self.agenda.plan(outlet, vehicles.next_chance(outlet.draws, self.now))
        elif outlet.status == ocpp.PREPARING:
            self._start_transaction(outlet)
        elif outlet.visit:
            self._on_transaction(outlet, outlet.visit)
        elif outlet.status == ocpp.RESERVED and self.life.incidents and self.incidents.who_reserved_comes():
            self.plug(outlet)
        else:  # finishing, reserved and nobody came, or failed and repaired
            self.free(outlet)

    def _on_transaction(self, outlet: Outlet, visit: vehicles.Visit) -> None:
        """End a transaction when the driver comes back; let a full vehicle stop drawing, or give back."""
        outlet.meter(self.now)
        if self.now < visit.leaves and (visit.until_change or (not visit.giving and visit.turn_round())):
            self.loads.go_on(outlet)
            self.loads.share(self.loads.zone_of(outlet))
        elif self.now < visit.leaves:
            outlet.go(ocpp.SUSPENDED_EV)
            self.loads.stop(outlet)
            self.loads.share(self.loads.zone_of(outlet))
        elif outlet.out_of_service:
            self.free(outlet)
        else:
            self._end_transaction(outlet)
            outlet.go(ocpp.FINISHING)
            self.agenda.plan(outlet, self.now + vehicles.lingering(outlet.draws))
            self.loads.show(outlet)

    def _start_transaction(self, outlet: Outlet) -> None:
        """Begin to charge as the zone allows."""
        if outlet.visit:
            outlet.visit.transaction, outlet.visit.began = self.next_transaction, self.now
            self.next_transaction += 1
        outlet.go(ocpp.SUSPENDED_EVSE)
        self.loads.stop(outlet)
        self.loads.join(outlet)
        self.loads.share(self.loads.zone_of(outlet))

    def _end_transaction(self, outlet: Outlet) -> None:
        """Close the transaction and stop the current."""
        outlet.meter(self.now)
        outlet.given = outlet.current = 0
        outlet.visit = None
        outlet.record.transaction_id = None
        self.loads.leave(outlet)

    def _change_voltage(self) -> None:
        """Count what flowed at the voltage so far, and go on with the next one."""
        drawing = [outlet for outlet in self.loads.transactions() if outlet.drawing]
        for outlet in drawing:
            outlet.meter(self.now)
        self.supply.go_to(self.now)
        for outlet in drawing:
            self.loads.go_on(outlet)
        self.agenda.plan_site(VOLTAGE, (self.now // VOLTAGE_STANDS + 1) * VOLTAGE_STANDS)

    def _let_happen(self) -> None:
        """Let a connector fail until it is repaired, or be reserved, as far as its status allows."""
        if self.incidents.due != self.now:
            return
        incident = self.incidents.draw(self.outlets)
        outlet = self.outlets[incident.connector] if incident else None
        if incident and outlet and not outlet.offline and incident.can_happen(outlet.status):
            if not incident.error_code:
                self.reserve(outlet)
            else:
                self.fault(outlet, incident.error_code)
                self.agenda.plan(outlet, self.now + incident.repaired)
        self.agenda.plan_site(INCIDENT, self.incidents.plan(self.now, len(self.outlets)))

    def _plan_expiry(self, zone: Zone) -> None:
        """Plan the end of a reduction."""
        if zone.reduction:
            self.agenda.plan_zone(EXPIRY, zone.id, zone.reduction.validity - self.origin - self.wall_offset)
