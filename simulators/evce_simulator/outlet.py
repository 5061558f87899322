"""One connector as the model moves it: its status, the vehicle on it, its meter; and how that shows in its record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from evce_simulator import ocpp
from evce_simulator.draws import Draws
from evce_simulator.records import NO_PHASE_VALUES, Connector
from evce_simulator.sharing import LEAST_CURRENT
from evce_simulator.units import (
    PER_PHASE,
    PHASES,
    amperes,
    energy_of,
    kilowatt_hours,
    kilowatts,
    power_of,
    whole_kilowatts,
)
from evce_simulator.vehicles import Visit

_BY_PHASES = {"mono1": 1, "mono2": 1, "mono3": 1}


@dataclass(slots=True)
class Outlet:
    """What the record of a connector does not say. Times in ms of the site, energy in dW ms, current in cA.

    `status` is its own status; the record shows unavailable while the station is `offline`. `due` is when it does
    something next by itself; `given` is its share of the zone in A; `kept` holds what a typed snapshot showed before
    its station was lost. `out_of_service` means that it becomes inoperative when its transaction ends.
    """

    record: Connector
    draws: Draws
    status: str
    energy: int
    metered: int
    fixed: int = 0
    offline: bool = False
    out_of_service: bool = False
    visit: Visit | None = None
    given: int = 0
    current: int = 0
    kept: tuple[Any, ...] | None = None
    due: int | None = None
    version: int = 0

    @property
    def phases(self) -> int:
        """Phases that the connector has."""
        return _BY_PHASES.get(self.record.phase_connection, PHASES)

    @property
    def power(self) -> int:
        """Power at this moment, in dW."""
        return power_of(self.current, self.visit.phases) if self.visit and self.current else 0

    @property
    def capacity(self) -> int:
        """The most that the connector can give, in A a phase."""
        if self.record.dc:
            return int((self.record.max_power or 0) * 10_000 // (PER_PHASE * PHASES * 100))
        return int(self.record.max_current or 0)

    @property
    def usable(self) -> int:
        """What the vehicle could use here, in A; a fixed set point is neither more nor less than itself."""
        if self.record.fixed_set_point:
            return min(self.fixed, self.capacity)
        vehicle = -(-self.visit.current // 100) if self.visit else 0
        return min(self.capacity, vehicle)

    @property
    def charges(self) -> bool:
        """Whether it has a transaction that would draw current if it were given some."""
        return self.status in {ocpp.CHARGING, ocpp.SUSPENDED_EVSE} and self.visit is not None and not self.offline

    def go(self, status: str) -> None:
        """Change the status, along the table of OCPP 1.6 only."""
        if status != self.status and not ocpp.may_follow(self.status, status):
            raise AssertionError(f"connector {self.record.id} cannot go from {self.status} to {status}")
        self.status = status

    def meter(self, now: int) -> None:
        """Count the energy up to this moment, and what the vehicle still needs."""
        drawn = self.power * (now - self.metered)
        self.energy += drawn
        if self.visit:
            self.visit.needed = max(0, self.visit.needed - drawn)
        self.metered = now

    def draw(self, now: int, given: int) -> None:
        """Let the vehicle draw what it can of a set point in A."""
        self.meter(now)
        self.given = given
        self.current = min(given * 100, self.visit.current) if self.visit and given >= LEAST_CURRENT else 0

    def full_at(self) -> int | None:
        """Return when the vehicle is full at this power, None when it draws nothing."""
        if not self.power or self.visit is None:
            return None
        return self.metered - (-self.visit.needed // self.power)

    def show_reading(self, now: int) -> None:
        """Bring the meter reading of the record up to this moment."""
        if self.power:
            self.record.active_energy = kilowatt_hours(self.energy + self.power * (now - self.metered))

    def hide(self) -> bool:
        """Show a typed connector as unavailable, without current, and keep what it showed."""
        record = self.record
        self.kept = self.kept or (record.status, record.active_power, record.rms_current)
        record.status, record.active_power, record.rms_current = ocpp.UNAVAILABLE, NO_PHASE_VALUES, NO_PHASE_VALUES
        return True

    def show_again(self) -> bool:
        """Show a typed connector as it was before it was hidden; false when it was not."""
        if self.kept is None:
            return False
        self.record.status, self.record.active_power, self.record.rms_current = self.kept
        self.kept = None
        return True

    def read_from_record(self, now: int) -> None:
        """Take over a meter reading that was set by hand."""
        self.energy, self.metered = energy_of(self.record.active_energy), now

    def show(self, set_point: int, on_wired_phase: bool) -> None:
        """Write status, values and set point (A) of this moment into the record."""
        record = self.record
        record.status = ocpp.UNAVAILABLE if self.offline else self.status
        record.transaction_id = self.visit.transaction if self.visit else None
        record.active_energy = kilowatt_hours(self.energy)
        record.set_point_current = set_point
        record.set_point_power = self._set_point_power(set_point)
        visit = self.visit
        if visit is None or not self.current:
            record.active_power = record.rms_current = NO_PHASE_VALUES
            return
        first = int(record.phase_connection[-1]) - 1 if on_wired_phase and self.phases == 1 else 0
        on = [1 if first <= phase < first + visit.phases else 0 for phase in range(PHASES)]
        power, current = kilowatts(PER_PHASE * self.current), amperes(self.current)
        record.active_power = (power * on[0], power * on[1], power * on[2])
        record.rms_current = (current * on[0], current * on[1], current * on[2])

    def _set_point_power(self, set_point: int) -> int:
        """Return a set point in whole kW; the whole capacity of a DC connector is its rated power."""
        if self.record.dc and set_point == self.capacity:
            return int(self.record.max_power or 0)
        return whole_kilowatts(set_point, self.phases)
