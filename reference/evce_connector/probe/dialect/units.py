"""In which unit a controller speaks: what the names say, and how the values hang together."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median
from typing import NamedTuple

from evce_connector.probe.dialect.match import VOLTS, Source, ratio, rows_of
from evce_connector.probe.dialect.names import split

_SAID = {
    "A": ("a", "amp", "amps", "ampere", "amperes"),
    "mA": ("ma", "milliamps", "milliamp", "milliampere", "milliamperes"),
    "W": ("w", "watt", "watts"),
    "kW": ("kw", "kilowatt", "kilowatts"),
    "Wh": ("wh", "watthours", "watthour"),
    "kWh": ("kwh", "kilowatthours", "kilowatthour"),
}
_UNITS = {"current": ("A", "mA"), "power": ("kW", "W"), "energy": ("kWh", "Wh")}
CONTRACT = {"current": "A", "power": "kW", "energy": "kWh"}
_MANY = 1000
_MOST_A = {"zone": 6000.0, "connector": 800.0}
"""Amperes beyond which no circuit of that kind goes."""
_MOST_KW = {"zone": 6000.0, "connector": 1500.0}
_RATIOS = {("W", "A"): 1, ("kW", "A"): _MANY, ("W", "mA"): _MANY, ("kW", "mA"): _MANY**2}
"""By how many power over current in these units is to be multiplied to be in V."""
_MOST_ON_PHASE = 300.0
"""kW beyond which no connector's phase goes; of what charges at all no phase has so few W."""
_LEAST_A = 3.0
"""Amperes below which no circuit is rated."""


class Unit(NamedTuple):
    """A unit, whether it is sure, and why."""

    unit: str
    sure: bool
    why: str


def said(quantity: str, keys: Iterable[str]) -> str:
    """Return the unit that a name says, the last word first; empty where it says none.

    >>> said("power", ["meter", "power_w"]), said("current", ["limits", "max"])
    ('W', '')
    """
    for name in reversed(list(keys)):
        for word in reversed(split(name)):
            for unit in _UNITS[quantity]:
                if word in _SAID[unit]:
                    return unit
    return ""


def _agreed(quantity: str, source: Source, seen: str, why: str) -> Unit:
    """Join what the name says and what the values show; where they contradict each other nothing is sure."""
    named = said(quantity, source.keys)
    if named and seen:
        if named == seen:
            return Unit(named, True, f"its name says {named}, and {why}")
        return Unit(seen, False, f"its name says {named}, but {why}")
    if named:
        return Unit(named, True, f"its name says {named}")
    if seen:
        return Unit(seen, True, why)
    return Unit(CONTRACT[quantity], False, "neither name nor values tell the unit")


def of_current(table: str, source: Source) -> Unit:
    """Tell A from mA by what circuits are rated for."""
    values = _above_zero(source)
    if not values:
        return _agreed("current", source, "", "")
    most = max(values)
    if most > _MOST_A[table]:
        seen = "mA" if most / _MANY <= _MOST_A[table] else ""
        return _agreed("current", source, seen, f"{most:g} would be too much in A")
    seen = "A" if most / _MANY < _LEAST_A and most >= 1 else ""
    return _agreed("current", source, seen, f"{most:g} would be too little in mA")


def of_power(table: str, source: Source, current: Source | None, amps: Unit | None) -> Unit:
    """Tell W from kW by the current beside it, else by what circuits are rated for."""
    if current is not None and amps is not None and amps.sure:
        found = _by_current(source, current, amps)
        if found:
            return _agreed("power", source, *found)
    values = _above_zero(source)
    if not values:
        return _agreed("power", source, "", "")
    most = max(values)
    if most > _MOST_KW[table]:
        return _agreed("power", source, "W", f"{most:g} would be too much in kW")
    seen = "kW" if 1 <= most < 1000 else ""  # noqa: PLR2004 - less than a kW is no circuit
    return _agreed("power", source, seen, f"{most:g} would be too little in W")


def _by_current(power: Source, current: Source, amps: Unit) -> tuple[str, str] | None:
    """Reckon with one or three phases at a usual voltage."""
    found = []
    for watts, ampere in zip(rows_of(power), rows_of(current), strict=True):
        if watts and ampere and sum(ampere) > 0 and sum(watts) > 0 and len(watts) == len(ampere):
            found.append(sum(watts) / (sum(ampere) / (_MANY if amps.unit == "mA" else 1)))
    if not found:
        return None
    volts = median(found)
    for unit, many in (("W", 1), ("kW", _MANY)):
        if VOLTS[0] / 2 <= volts * many <= VOLTS[1] * 3:
            return unit, f"over the current it is {volts:.4g}, which is a voltage in {unit}"
    return None


def of_three(power: Source | None, current: Source | None) -> tuple[Unit | None, Unit | None]:
    """Tell the units of what is measured on the phases, by their ratio and by what a phase can carry."""
    amps = _measured_current(power, current) if current is not None else None
    if power is None:
        return None, amps
    watts = of_power("connector", power, current, amps)
    if "voltage" not in watts.why:  # without a current beside it a small reading is no evidence
        named = said("power", power.keys)
        watts = Unit(named or watts.unit, bool(named), watts.why)
    return watts, amps


def _measured_current(power: Source | None, current: Source) -> Unit:
    found = ratio(power, current) if power is not None else None
    most, strongest = max(_above_zero(current), default=0.0), max(_above_zero(power), default=0.0) if power else 0.0
    if found is not None:
        fitting = [pair for pair, many in _RATIOS.items() if VOLTS[0] <= found * many <= VOLTS[1]]
        named = said("power", power.keys) if power else "", said("current", current.keys)
        agreed = [
            pair for pair in fitting if all(not name or name == one for name, one in zip(named, pair, strict=True))
        ]
        if len(agreed) > 1:
            likely = "kW" if strongest <= _MOST_ON_PHASE else "W"
            agreed = [pair for pair in agreed if pair[0] == likely]
        if agreed or fitting:
            unit = (agreed or fitting)[0][1]
            return _agreed("current", current, unit, f"power over it is {found:.4g}, a voltage for {unit}")
    if most > _MOST_A["connector"]:
        return _agreed("current", current, "mA", f"{most:g} is more than any connector's A")
    return _agreed("current", current, "", "")


def of_energy(source: Source, growth: float | None) -> Unit:
    """Tell Wh from kWh by the name, or by how it grew: `growth` is its rise per hour over the power in kW."""
    seen, why = "", ""
    if growth is not None:
        for unit, many in (("kWh", 1), ("Wh", _MANY)):
            if 0.4 * many <= growth <= 2.5 * many:
                seen, why = unit, f"it grew by {growth:.3g} an hour for each kW"
    if seen or said("energy", source.keys):
        return _agreed("energy", source, seen, why)
    values = _above_zero(source)
    whole = all(value.is_integer() for value in values)
    guess = "Wh" if values and whole and max(values) > 50_000 else "kWh"  # noqa: PLR2004 - kWh of a connector in years
    return Unit(
        guess, False, f"values {'are whole' if whole else 'have decimals'} and reach {max(values, default=0):g}"
    )


def _above_zero(source: Source) -> list[float]:
    return [value for row in rows_of(source) if row for value in row if value > 0]
