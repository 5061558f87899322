"""The model's own units, all integers, so that power, current and energy agree exactly and on every platform.

Current in hundredths of an ampere (cA), power in tenths of a watt (dW), voltage in tenths of a volt (dV): at 230 V one
cA is exactly 23 dW on a phase.
Time in milliseconds (ms), energy in dW ms.
"""

from __future__ import annotations

VOLTAGE = 230  # V, phase to neutral
NOMINAL = 2300  # dV, the same
PER_PHASE = 23  # dW for each cA at 230 V
WATT_HOUR = 36_000_000  # dW ms
SECOND = 1000  # ms
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
PHASES = 3


def power_of(current: int, volts: int) -> int:
    """Return the power (dW) of a current (cA) on a phase with a voltage (dV)."""
    return current * volts // 100


def current_of(power: int, volts: int) -> int:
    """Return the current (cA) that a power (dW) needs on a phase with a voltage (dV)."""
    return power * 100 // volts


def kilowatts(power: int) -> float:
    """Write a power (dW) in kW; its four decimals are exact."""
    return power / 10_000


def amperes(current: int) -> float:
    """Write a current (cA) in A; its two decimals are exact."""
    return current / 100


def kilowatt_hours(energy: int) -> float:
    """Write an energy in kWh as a meter does: whole watt-hours, those that are full."""
    return energy // WATT_HOUR / 1000


def energy_of(reading: float) -> int:
    """Read a meter reading in kWh."""
    return round(reading * 1000) * WATT_HOUR


def whole_kilowatts(current: int, phases: int) -> int:
    """Return the whole kW of a current in A on so many phases, as set points of power are shown."""
    return VOLTAGE * current * phases // 1000
