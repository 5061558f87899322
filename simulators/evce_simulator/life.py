"""How close a site comes to a real one: what of it is switched on. All off is what frozen and plain living sites do."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Self

from evce_simulator.errors import SimulatorError
from evce_simulator.records import api_name


@dataclass(frozen=True, slots=True)
class Life:
    """The switches of a lifelike site; a scenario sets them in its table `[life]`, spelt as the API spells fields.

    `tapered_charging`: a vehicle takes less and less when it is nearly full. `varied_voltage`: 207 to 253 V, another on
    each phase and minute, else 230 V. `mixed_vehicles`: some charge on two phases, some give energy back when they are
    full. `limits_by_phase`: a zone's set point holds for each phase by itself, else for the sum of all currents.
    `charging_while_lost`: a station that is lost charges on with what it was given, and its meter has jumped when it is
    found. `incidents`: connectors fail and are repaired, are reserved and taken, by chance.
    """

    tapered_charging: bool = False
    varied_voltage: bool = False
    mixed_vehicles: bool = False
    limits_by_phase: bool = False
    charging_while_lost: bool = False
    incidents: bool = False

    @classmethod
    def whole(cls) -> Self:
        """Return all of it switched on."""
        return cls(**{part.name: True for part in fields(cls)})

    def changed(self, switches: dict[str, Any]) -> Life:
        """Return it with the switches of a scenario's table; SimulatorError for an unknown one, or no true or false."""
        known = {api_name(part.name): part.name for part in fields(self)}
        values = {part.name: getattr(self, part.name) for part in fields(self)}
        for name, value in switches.items():
            if name not in known:
                raise SimulatorError(f"life has no switch {name}; its switches are {', '.join(known)}.")
            if not isinstance(value, bool):
                raise SimulatorError(f"{name} of life is true or false, not {value!r}.")
            values[known[name]] = value
        return Life(**values)

    def as_json(self) -> dict[str, bool]:
        """Return the switches as a scenario spells them."""
        return {api_name(part.name): getattr(self, part.name) for part in fields(self)}


PLAIN = Life()
