"""What values must be: on the site of a load test the meter of each connector shows the time at which it was read.

The site's beat sets every meter to the seconds that all processes of the machine count alike (without the millions).
A value that a client reads then tells by itself how old it is, on each of thousands of items and by a clock that nobody
sets. What does not change on the site must be what the controller's own API says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from load.messages import Value

WRAP = 1_000_000
ENERGY = "ConnectorActiveEnergy"
_FUTURE = 1.0
"""Seconds that a reading may lie ahead: clocks are read one after the other."""
_FIELDS = {
    "zones": ("Zones/{id}/", {"ZoneName": "name", "ZoneMaxCurrent(A)": "maxCurrent"}),
    "stations": ("Stations/{id}/", {"StationFriendlyName": "friendlyName"}),
    "connectors": (
        "Stations/{stationId}/Connectors/{logicalConnector}/",
        {"ConnectorSetPointCurrent": "setPointCurrent", "ConnectorPhaseConnection": "phaseConnection"},
    ),
}
"""Data points (guide, section 4.2) that do not change on the site, and the contract's names of their fields."""


def reading_at(shared: float) -> float:
    """Return what every meter shows at an instant (s of `load.clock.shared`)."""
    return round(shared % WRAP, 3)


def age_of(reading: float, shared: float) -> float:
    """Return how old a reading is at an instant, in s; a little negative when it is from just after it."""
    age = (shared - reading) % WRAP
    return age - WRAP if age > WRAP - _FUTURE else age


def ages(values: Iterable[Value], shared: float) -> dict[str, float]:
    """Return the age at an instant of each connector's meter among some values."""
    return {value.id: age_of(float(value.text), shared) for value in values if value.id.endswith(f"/{ENERGY}")}


def expected(kind: str, objects: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return, by id of the item, what objects of a list of the API must show over EWS."""
    template, fields = _FIELDS[kind]
    return {f"{template.format_map(one)}{point}": str(one[field]) for one in objects for point, field in fields.items()}


def differing(values: Iterable[Value], truth: Mapping[str, str]) -> list[str]:
    """Say of values that are not what the controller says what both are."""
    return [
        f"{value.id} is {value.text!r}, the controller says {truth[value.id]!r}"
        for value in values
        if value.id in truth and value.text != truth[value.id]
    ]


def reduction_of(zone: Mapping[str, Any]) -> float:
    """Return the reduction (%) that a zone of the API has; 0 for none."""
    return float((zone["reduction"] or {"value": 0})["value"])
