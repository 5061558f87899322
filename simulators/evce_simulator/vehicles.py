"""Who comes to charge: a seeded random process of vehicles, their chargers, need and stay. All of it is ours."""

from __future__ import annotations

from dataclasses import dataclass

from evce_simulator.draws import Draws
from evce_simulator.life import PLAIN, Life
from evce_simulator.units import HOUR, MINUTE, PER_PHASE, PHASES, SECOND, WATT_HOUR

# Chances in a hundred that somebody who might come does come, by the hour of the day (UTC).
_BY_HOUR = (3, 2, 2, 2, 3, 8, 25, 55, 75, 60, 45, 40, 45, 55, 45, 35, 35, 40, 40, 30, 20, 15, 8, 5)
_MIGHT_COME_EVERY = (5, 85)  # minutes
_PREPARES = (5, 60)  # seconds from the plug to the start of the transaction
_STAYS_AFTER = (30, 180)  # seconds from the end of the transaction to the unplugging
# The end of the charging curve: while more than this part of the tapering energy is needed, this part of the current is
# drawn, both in per cent.
_CURVE = ((100, 100), (75, 85), (50, 65), (25, 45), (0, 30))
RESERVED_FOR = 30 * MINUTE
"""How long a connector is kept for somebody (ms)."""
_TAPERS = (4, 16)  # kWh, the last fifth of a battery
_GIVES_BACK = (2, 8)  # kWh
_TRICKLE = 50  # cA that a vehicle may stay below its charger's rating


@dataclass(frozen=True, slots=True)
class Charger:
    """The charger in a vehicle: its phases and the current (A) it draws on each; on DC the power (kW) it takes.

    One that `gives_back` discharges the vehicle when it is full (vehicle to grid).
    """

    name: str
    phases: int
    current: int
    dc_power: int = 0
    gives_back: bool = False


ON_BOARD = (
    Charger("3.7 kW", 1, 16, 50),
    Charger("7.4 kW", 1, 32, 75),
    Charger("11 kW", 3, 16, 100),
    Charger("11 kW", 3, 16, 125),
    Charger("22 kW", 3, 32, 150),
)
MIXED = (*ON_BOARD, Charger("7.4 kW on 2 phases", 2, 16, 75), Charger("11 kW V2G", 3, 16, 100, gives_back=True))
"""Vehicles of a site with more kinds of them."""


@dataclass(slots=True)
class Visit:
    """A vehicle at a connector: `current` (cA on each of `phases`), energy still `needed`, when it `leaves` (ms).

    From `tapers` (energy still needed) on it takes less and less; `returns` is the energy that it gives back when it is
    full, which it does while it is `giving`.
    """

    phases: int
    current: int
    needed: int
    leaves: int
    began: int = 0
    transaction: int | None = None
    tapers: int = 0
    returns: int = 0
    giving: bool = False

    @property
    def wanted(self) -> int:
        """The current (cA) that it would draw, or give, on each phase now."""
        return self.current if self.giving else self.current * self._step()[1] // 100

    @property
    def until_change(self) -> int:
        """The energy after which it draws another current, or none; 0 when there is nothing to draw or give."""
        return self.returns if self.giving else self.needed - self._step()[0]

    def take(self, energy: int) -> None:
        """Count energy (dW ms) that it drew, or gave when it is below 0."""
        self.needed = max(0, self.needed - max(0, energy))
        self.returns = max(0, self.returns + min(0, energy))

    def turn_round(self) -> bool:
        """Begin to give back, and say whether there is anything to give."""
        self.giving = self.returns > 0
        return self.giving

    def _step(self) -> tuple[int, int]:
        """Return the energy still needed down to which it draws so many per cent of its current, and these."""
        if self.needed > self.tapers:
            return self.tapers, _CURVE[0][1]
        steps = ((self.tapers * part // 100, per_cent) for part, per_cent in _CURVE)
        return next(step for step in steps if self.needed > step[0] or step[0] == 0)


def charger_named(name: str) -> Charger:
    """Return a charger by its name, e.g. "11 kW"."""
    found = [charger for charger in MIXED if charger.name == name]
    if not found:
        known = dict.fromkeys(charger.name for charger in MIXED)
        raise ValueError(f"no vehicle has a {name!r} charger; there are {', '.join(known)}")
    return found[0]


def draw_visit(
    draws: Draws, now: int, dc: bool, phases: int, charger: Charger | None = None, life: Life = PLAIN
) -> Visit:
    """Draw who comes at this moment (ms) to a connector with so many phases: what it takes, needs, and how long."""
    fleet = MIXED if life.mixed_vehicles else ON_BOARD
    chosen = charger or fleet[draws.below(len(fleet))]
    if dc:
        current = chosen.dc_power * 10_000 // (PER_PHASE * PHASES)
        needed, stay, used = draws.between(15, 60), draws.between(15, 60) * MINUTE, PHASES
    else:
        current = chosen.current * 100
        needed, stay, used = draws.between(3, 40), draws.between(40, 540) * MINUTE, min(chosen.phases, phases)
    visit = Visit(used, current - draws.below(_TRICKLE), needed * 1000 * WATT_HOUR, now + stay)
    if life.tapered_charging:
        visit.tapers = draws.between(*_TAPERS) * 1000 * WATT_HOUR
    if chosen.gives_back:
        visit.returns = draws.between(*_GIVES_BACK) * 1000 * WATT_HOUR
    return visit


def next_chance(draws: Draws, now: int) -> int:
    """Return when somebody might come next (ms)."""
    return now + draws.between(_MIGHT_COME_EVERY[0] * 60, _MIGHT_COME_EVERY[1] * 60) * SECOND


def comes(draws: Draws, wall: int) -> bool:
    """Say whether somebody who might come at this instant (ms since 1970, UTC) does."""
    return draws.happens(_BY_HOUR[wall // HOUR % 24])


def preparation(draws: Draws) -> int:
    """Return how long it takes from the plug to the transaction (ms)."""
    return draws.between(*_PREPARES) * SECOND


def lingering(draws: Draws) -> int:
    """Return how long a vehicle stays plugged after its transaction (ms)."""
    return draws.between(*_STAYS_AFTER) * SECOND
