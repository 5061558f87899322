"""Whether units and meaning are as assumed, as far as reading alone can tell; what it cannot tell stays open."""

from __future__ import annotations

from datetime import datetime
from statistics import median

from evce_connector.evce import convert
from evce_connector.evce.convert import Json
from evce_connector.evce.one_line import one_line
from evce_connector.probe.finding import EMPTY, Finding, Row, Spelling, Word, part, times

VOLTAGE = 0.23
"""kV from a phase to neutral."""
SKEW = 30.0
"""Seconds by which two clocks in good order may differ."""
FLOWING = 0.3
"""A: below it a ratio of power to current is noise."""
KILO = (0.4, 2.5)
"""Ratio of a power to volts times amperes when the power is in kW; a thousand times as much when it is in W."""
OVERSHOOT = 1.25
"""How far a measured current may lie above the maximum."""
CONNECTOR_STATUS = {
    "available", "preparing", "charging", "suspendedEVSE", "suspendedEV", "finishing", "reserved", "unavailable",
    "faulted",
}  # fmt: skip
WORDS: dict[tuple[str, str], set[str]] = {
    ("zone", "type"): {"STATIC", "DYNAMIC"},
    ("reduction", "type"): {"percentage"},
    ("reduction", "validity_mode"): {"absolute"},
    ("station", "type"): {"ocpp1.6"},
    ("station", "status"): CONNECTOR_STATUS,
    ("connector", "status"): CONNECTOR_STATUS,
    ("connector", "phase_connection"): {"mono1", "mono2", "mono3", "tri"},
}
CHARGING = "probe again while a vehicle is charging on an AC connector"

Spelled = dict[str, Spelling]
OTHER_UNIT = "write a profile of format 2 with this unit: reference/PROFILES.md says how"


def judge(spelled: Spelled, again: list[Row], now: datetime) -> list[Finding]:
    """Judge everything; `again` are the connectors as they were read a second time, `now` the machine's clock."""
    connectors = spelled["connector"].rows
    findings = [_words(table, name, spelled[table].rows) for table, name in WORDS]
    findings += [_once(table, spelled[table].rows) for table in ("zone", "station", "connector")]
    findings += [_power(connectors), _current(connectors), _phase(connectors)]
    findings += [_set_power("zone", spelled["zone"].rows), _set_power("connector", connectors)]
    findings += [
        _at_most("zone", "set_point_current", "max_current", spelled["zone"].rows),
        _at_most("connector", "set_point_current", "max_current", connectors),
        _at_most("connector", "set_point_power", "max_power", connectors),
    ]
    findings += [_reference("station", "zone_id", spelled["station"].rows, spelled["zone"].rows)]
    findings += [_reference("connector", "station_id", connectors, spelled["station"].rows)]
    findings += [_energy(connectors, again), _energy_unit(), _clock(spelled["system"].rows, now)]
    return [*findings, _share(spelled["reduction"].rows), _direction(spelled["zone"].rows), *_writes()]


def number(row: Row, name: str) -> float | None:
    """Return a number of an object, None where there is none."""
    value = row.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def three(row: Row, name: str) -> tuple[float, float, float] | None:
    """Return a reading on three phases, None where there is none."""
    try:
        return convert.phases(row.get(name))
    except ValueError:
        return None


def _words(table: str, name: str, rows: list[Row]) -> Finding:
    where, known = part(table, name), WORDS[table, name]
    seen = {one_line(str(row[name])) for row in rows if row.get(name) is not None}
    if strange := sorted(seen - known):
        text = f"unknown: {', '.join(strange[:5])}; known are {', '.join(sorted(known))}"
        return Finding(where, "words", Word.WRONG, text, "a profile cannot translate words: report them")
    if not seen:
        return Finding(where, "words", Word.OPEN, "no word was seen", EMPTY[table])
    return Finding(where, "words", Word.VERIFIED, ", ".join(sorted(seen)))


def _unit(where: str, ratios: list[float], advice: str) -> Finding:
    """Tell kW from W by the ratios of power to volts times amperes."""
    if not ratios:
        return Finding(where, "unit", Word.OPEN, "no current flows that could tell kW from W", advice)
    middle = median(ratios)
    text = f"power is {middle:.2f} times 230 V x current x phases in kW, the median of {len(ratios)}"
    low, high = KILO
    if low <= middle <= high:
        return Finding(where, "unit", Word.VERIFIED, f"kW: {text}")
    unit = "W, not kW" if low * 1000 <= middle <= high * 1000 else "neither kW nor W"
    advice = f"ask the technician, and {OTHER_UNIT}"
    return Finding(where, "unit", Word.WRONG, f"{unit}: {text}", advice)


def _power(rows: list[Row]) -> Finding:
    """Compare measured power with measured current, phase by phase, on AC."""
    ratios = []
    for row in rows:
        power, current = three(row, "active_power"), three(row, "rms_current")
        if power and current and row.get("dc") is not True:
            ratios += [
                watt / (VOLTAGE * ampere)
                for watt, ampere in zip(power, current, strict=True)
                if ampere > FLOWING and watt > 0
            ]
    return _unit(part("connector", "active_power"), ratios, CHARGING)


def _set_power(table: str, rows: list[Row]) -> Finding:
    """Compare the set points of power and current; a zone has three phases, a connector those of its wiring."""
    ratios = []
    for row in rows:
        power, current = number(row, "set_point_power"), number(row, "set_point_current")
        phases = 3 if table == "zone" or row.get("phase_connection") == "tri" else 1
        if power and current and row.get("dc") is not True:
            ratios.append(power / (VOLTAGE * current * phases))
    return _unit(part(table, "set_point_power"), ratios, "probe again while a set point is above 0")


def _current(rows: list[Row]) -> Finding:
    """Compare measured with greatest currents: milliamperes would lie far above."""
    where = part("connector", "rms_current")
    pairs = [
        (max(current), most)
        for row in rows
        if (current := three(row, "rms_current")) and max(current) > 0 and (most := number(row, "max_current"))
    ]
    if not pairs:
        return Finding(where, "unit", Word.OPEN, "no current flows", CHARGING)
    if above := [pair for pair in pairs if pair[0] > OVERSHOOT * pair[1]]:
        text = f"{above[0][0]:g} flows where the maximum is {above[0][1]:g} A: not in A"
        return Finding(where, "unit", Word.WRONG, text, OTHER_UNIT)
    return Finding(where, "unit", Word.VERIFIED, f"A: within the maximum {times(len(pairs))}")


def _phase(rows: list[Row]) -> Finding:
    """See where a connector that is wired to phase 2 or 3 alone reports its current."""
    where = part("connector", "phase_connection")
    first, other = 0, 0
    for row in rows:
        if row.get("phase_connection") in ("mono2", "mono3") and (current := three(row, "rms_current")):
            first += current[0] > 0
            other += current[1] > 0 or current[2] > 0
    if other:
        advice = "report it: phase currents of zones would be summed on the wrong phase"
        text = f"{other} connectors on mono2 or mono3 report on phase 2 or 3, not on phase 1"
        return Finding(where, "meaning", Word.WRONG, text, advice)
    if not first:
        advice = "probe again while a vehicle is charging on a connector wired to phase 2 or 3"
        return Finding(where, "meaning", Word.OPEN, "no current on mono2 or mono3", advice)
    return Finding(where, "meaning", Word.VERIFIED, f"{first} connectors on mono2 or mono3 report on phase 1")


def _at_most(table: str, name: str, most: str, rows: list[Row]) -> Finding:
    where = part(table, name)
    pairs = [(a, b) for row in rows if (a := number(row, name)) is not None and (b := number(row, most)) is not None]
    if not pairs:
        return Finding(where, "maximum", Word.OPEN, f"no object has both this and {part(table, most)}", EMPTY[table])
    if above := [pair for pair in pairs if pair[0] > pair[1]]:
        text = f"{above[0][0]:g} is above the maximum {above[0][1]:g}, in {len(above)} of {len(pairs)} objects"
        return Finding(where, "maximum", Word.WRONG, text, "ask the technician whether both are in the same unit")
    return Finding(where, "maximum", Word.VERIFIED, f"not above {part(table, most)} {times(len(pairs))}")


def _once(table: str, rows: list[Row]) -> Finding:
    """Judge whether each object has an id of its own, as the connector insists."""
    where, ids = part(table, "id"), [row["id"] for row in rows if "id" in row]
    twice = [id_ for index, id_ in enumerate(ids) if id_ in ids[:index]]
    if not ids:
        return Finding(where, "once", Word.OPEN, "no id was seen", EMPTY[table])
    if twice:
        text = f"the id {twice[0]} stands in the list more than once, in all {len(twice)} objects too many"
        return Finding(where, "once", Word.WRONG, text, "the connector refuses such a list: ask the technician why")
    return Finding(where, "once", Word.VERIFIED, f"another one {times(len(ids))}")


def _reference(table: str, name: str, rows: list[Row], targets: list[Row]) -> Finding:
    where = part(table, name)
    known = [target.get("id") for target in targets]
    lost = [row.get(name) for row in rows if row.get(name) not in known]
    if not rows or not known:
        return Finding(where, "meaning", Word.OPEN, "nothing to compare with", EMPTY[table])
    if lost:
        text = f"{lost[0]} is no known id, in {len(lost)} of {len(rows)} objects"
        return Finding(where, "meaning", Word.WRONG, text, "ask the technician what this number refers to")
    return Finding(where, "meaning", Word.VERIFIED, f"refers to known objects {times(len(rows))}")


def _energy(before: list[Row], after: list[Row]) -> Finding:
    """Compare two readings of the meters."""
    where = part("connector", "active_energy")
    old = {str(row.get("id")): number(row, "active_energy") for row in before}
    pairs = [
        (first, second)
        for row in after
        if (first := old.get(str(row.get("id")))) is not None and (second := number(row, "active_energy")) is not None
    ]
    if not pairs:
        return Finding(where, "meaning", Word.OPEN, "no meter was read twice", EMPTY["connector"])
    if fallen := [pair for pair in pairs if pair[1] < pair[0]]:
        text = f"it fell from {fallen[0][0]:g} to {fallen[0][1]:g} between two reads, in {len(fallen)} connectors"
        return Finding(where, "meaning", Word.WRONG, text, "ask the technician whether it starts anew with a session")
    return Finding(where, "meaning", Word.VERIFIED, f"it does not fall between two reads {times(len(pairs))}")


def _energy_unit() -> Finding:
    advice = "let a vehicle charge for an hour: the value must rise by its mean power in kW"
    return Finding(
        part("connector", "active_energy"), "unit", Word.OPEN, "kWh or Wh cannot be told in a minute", advice
    )


def _clock(rows: list[Row], now: datetime) -> Finding:
    where = part("system", "time")
    try:
        skew = (convert.instant(rows[0].get("time") if rows else None) - now).total_seconds()
    except ValueError:
        return Finding(where, "clock", Word.OPEN, "no time was read", "compare the controller's clock by hand")
    if abs(skew) > SKEW:
        text = f"{abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} this machine"
        return Finding(where, "clock", Word.WRONG, text, "set both clocks by NTP, and see that the time is UTC")
    return Finding(where, "clock", Word.VERIFIED, f"within {SKEW:.0f} s of this machine, in UTC")


def _share(rows: list[Row]) -> Finding:
    where = part("reduction", "value")
    values = [value for row in rows if (value := number(row, "value")) is not None]
    if not values:
        return Finding(where, "unit", Word.OPEN, "no reduction is set", EMPTY["reduction"])
    if strange := [value for value in values if not 0 <= value <= 100]:  # noqa: PLR2004 - per cent
        return Finding(where, "unit", Word.WRONG, f"{strange[0]:g} is no percentage", "ask the technician for the unit")
    return Finding(where, "unit", Word.VERIFIED, f"between 0 and 100 {times(len(values))}")


def _direction(zones: list[Row]) -> Finding:
    """Never conclude this: a wrong sign would switch off what is to run."""
    hints = (_hint(row) for row in zones)
    text = next((hint for hint in hints if hint), "no reduced zone gives a hint")
    advice = "ask the technician: does a reduction of 10 % take 10 % away, or leave 10 %?"
    return Finding(part("reduction", "value"), "direction", Word.OPEN, text, advice)


def _hint(zone: Row) -> str:
    reduction: Json = zone.get("reduction")
    most, point = number(zone, "max_current"), number(zone, "set_point_current")
    return f"a reduced zone has a set point of {point:g} of {most:g} A" if reduction and most and point else ""


def _writes() -> list[Finding]:
    """Name the calls that a probe never makes."""
    advice = "try it with the technician present, on one zone and one connector"
    operations = ("PUT /zones/{id}/reduction", "DELETE /zones/{id}/reduction", "PUT /connectors/{id}/availability")
    return [Finding(operation, "path", Word.OPEN, "the probe only reads", advice) for operation in operations]
