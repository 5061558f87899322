"""One connector as the model moves it: its status, the vehicle on it, its meter; and how that shows in its record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from evce_simulator import ocpp
from evce_simulator.draws import Draws
from evce_simulator.records import NO_PHASE_VALUES, Connector
from evce_simulator.sharing import LEAST_CURRENT
from evce_simulator.supply import Supply
from evce_simulator.units import (
    NOMINAL,
    PER_PHASE,
    PHASES,
    amperes,
    current_of,
    energy_of,
    kilowatt_hours,
    kilowatts,
    power_of,
    whole_kilowatts,
)
from evce_simulator.vehicles import Visit

_MONO = {"mono1": 0, "mono2": 1, "mono3": 2}


@dataclass(slots=True)
class Outlet:
    """What the record of a connector does not say. Times in ms of the site, energy in dW ms, current in cA.

    `status` is its own status; the record shows unavailable while the station is `offline`. `due` is when it does
    something next by itself; `given` is its share of the zone in A; `kept` holds what a typed snapshot showed before
    its station was lost. `out_of_service` means that it becomes inoperative when its transaction ends.
    """

    record: Connector
    draws: Draws
    supply: Supply
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
        return 1 if self.record.phase_connection in _MONO else PHASES

    @property
    def supply_phases(self) -> tuple[int, ...]:
        """The phases of the supply, 0 to 2, that its vehicle uses; without one, all that the connector has."""
        if self.record.phase_connection in _MONO:
            return (_MONO[self.record.phase_connection],)
        return tuple(range(self.visit.phases if self.visit else PHASES))

    @property
    def power(self) -> int:
        """Power at this moment, in dW; below 0 while the vehicle gives back."""
        return sum(power for power, _ in self.flows())

    @property
    def drawing(self) -> bool:
        """Whether current flows, whichever way."""
        return self.visit is not None and self.current > 0

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
        vehicle = max(LEAST_CURRENT, -(-self.visit.wanted // 100)) if self.visit else 0
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

    def flows(self) -> list[tuple[int, int]]:
        """Return power (dW) and current (cA) on each of `supply_phases`.

        An AC vehicle draws the same current on each; a DC charger what its power needs, no more than it was given.
        """
        if self.visit is None or not self.current:
            return []
        sign, volts, current = -1 if self.visit.giving else 1, self.supply.volts, self.current
        if not self.record.dc:
            return [(sign * power_of(current, volts[phase]), current) for phase in self.supply_phases]
        part = power_of(current, NOMINAL)
        currents = [min(self.given * 100, current_of(part, volts[phase])) for phase in self.supply_phases]
        return [
            (sign * power_of(each, volts[phase]), each)
            for each, phase in zip(currents, self.supply_phases, strict=True)
        ]

    def meter(self, now: int) -> None:
        """Count the energy up to this moment, and what the vehicle still needs.

        What it gives back is not in the register, which never falls.
        """
        if now == self.metered:
            return
        flowed = self.power * (now - self.metered)
        self.energy += max(0, flowed)
        if self.visit:
            self.visit.take(flowed)
        self.metered = now

    def draw(self, now: int, given: int) -> None:
        """Let the vehicle draw what it can of a set point in A."""
        self.meter(now)
        self.given = given
        self.current = min(given * 100, self.visit.wanted) if self.visit and given >= LEAST_CURRENT else 0

    def next_change(self) -> int | None:
        """Return when the vehicle is full at this power, or draws another current; None when it draws nothing."""
        power = abs(self.power)
        if not power or self.visit is None:
            return None
        return self.metered - (-self.visit.until_change // power)

    def reading(self, now: int) -> float:
        """Return what the meter (kWh) reads at this moment, whether anybody sees it or not."""
        return kilowatt_hours(self.energy + max(0, self.power) * (now - self.metered))

    def show_reading(self, now: int) -> None:
        """Bring the meter reading of the record up to this moment, unless nobody can read it."""
        if self.drawing and not self.offline:
            self.record.active_energy = self.reading(now)

    def lose(self, now: int) -> None:
        """Let nobody see it any more; its last reading stands."""
        self.meter(now)
        if self.visit and not self.offline:
            self.record.active_energy = kilowatt_hours(self.energy)
        self.offline = True

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
        record.set_point_current = set_point
        record.set_point_power = self._set_point_power(set_point)
        record.active_power = record.rms_current = NO_PHASE_VALUES
        if self.offline:
            return
        record.active_energy = kilowatt_hours(self.energy)
        if not self.drawing:
            return
        moved = 0 if on_wired_phase or self.phases > 1 else self.supply_phases[0]
        power, current = [0.0] * PHASES, [0.0] * PHASES
        for phase, (each_power, each_current) in zip(self.supply_phases, self.flows(), strict=True):
            power[phase - moved], current[phase - moved] = kilowatts(each_power), amperes(each_current)
        record.active_power = (power[0], power[1], power[2])
        record.rms_current = (current[0], current[1], current[2])

    def _set_point_power(self, set_point: int) -> int:
        """Return a set point in whole kW; the whole capacity of a DC connector is its rated power."""
        if self.record.dc and set_point == self.capacity:
            return int(self.record.max_power or 0)
        return whole_kilowatts(set_point, self.phases)
