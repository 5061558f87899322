"""Who comes to charge: a seeded random process of vehicles, their chargers, need and stay. All of it is ours."""

from __future__ import annotations

from dataclasses import dataclass

from evce_simulator.draws import Draws
from evce_simulator.units import HOUR, MINUTE, PER_PHASE, PHASES, SECOND, WATT_HOUR

# Chances in a hundred that somebody who might come does come, by the hour of the day (UTC).
_BY_HOUR = (3, 2, 2, 2, 3, 8, 25, 55, 75, 60, 45, 40, 45, 55, 45, 35, 35, 40, 40, 30, 20, 15, 8, 5)
_MIGHT_COME_EVERY = (5, 85)  # minutes
_PREPARES = (5, 60)  # seconds from the plug to the start of the transaction
_STAYS_AFTER = (30, 180)  # seconds from the end of the transaction to the unplugging
_TRICKLE = 50  # cA that a vehicle may stay below its charger's rating


@dataclass(frozen=True, slots=True)
class Charger:
    """The charger in a vehicle: its phases and the current (A) it draws on each; on DC the power (kW) it takes."""

    name: str
    phases: int
    current: int
    dc_power: int = 0


ON_BOARD = (
    Charger("3.7 kW", 1, 16, 50),
    Charger("7.4 kW", 1, 32, 75),
    Charger("11 kW", 3, 16, 100),
    Charger("11 kW", 3, 16, 125),
    Charger("22 kW", 3, 32, 150),
)


@dataclass(slots=True)
class Visit:
    """A vehicle at a connector: `current` (cA on each of `phases`), energy still `needed`, when it `leaves` (ms)."""

    phases: int
    current: int
    needed: int
    leaves: int
    began: int = 0
    transaction: int | None = None


def charger_named(name: str) -> Charger:
    """Return a charger by its name, e.g. "11 kW"; ValueError when there is none."""
    found = [charger for charger in ON_BOARD if charger.name == name]
    if not found:
        raise ValueError(f"no vehicle has a {name!r} charger; there are {', '.join({c.name for c in ON_BOARD})}")
    return found[0]


def draw_visit(draws: Draws, now: int, dc: bool, phases: int, charger: Charger | None = None) -> Visit:
    """Draw who comes at this moment (ms) to a connector with so many phases: what it takes, needs, and how long."""
    chosen = charger or ON_BOARD[draws.below(len(ON_BOARD))]
    if dc:
        current = chosen.dc_power * 10_000 // (PER_PHASE * PHASES)
        needed, stay, used = draws.between(15, 60), draws.between(15, 60) * MINUTE, PHASES
    else:
        current = chosen.current * 100
        needed, stay, used = draws.between(3, 40), draws.between(40, 540) * MINUTE, min(chosen.phases, phases)
    return Visit(used, current - draws.below(_TRICKLE), needed * 1000 * WATT_HOUR, now + stay)


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
