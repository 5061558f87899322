"""What a data point must show, computed from the controller's own JSON by the formula that stands in words beside it.

Nothing of the connector is used here: the words are those of datapoints.csv, the figures those of the lists zones,
stations and connectors as the API gives them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from evce_acceptance.guide.datapoints import named

Json = dict[str, Any]
Value = str | float | bool
Report = dict[str, list[Json]]

NO_REDUCTION: Json = {
    "value": 0,
    "type": "percentage",
    "description": "",
    "validity": "1970-01-01T00:00:00Z",
    "validityMode": "absolute",
}
"""What a zone without a reduction shows."""


class Oracle:
    """One report of the controller, and every value that follows from it.

    >>> connector = {"stationId": 7, "logicalConnector": 1, "activePower": [1.5, 1.5, 1.0], "status": "charging"}
    >>> oracle = Oracle({
    ...     "zones": [{"id": 1, "name": "Z1"}],
    ...     "stations": [{"id": 7, "zoneId": 1, "ocppIdentifier": "CP-7"}],
    ...     "connectors": [connector],
    ... })
    >>> oracle.value(named("SiteOverallActivePowerTotal").source, {})
    4.0
    >>> list(oracle.objects("connector"))
    ['EVCE Zones/Z1/CP-7/Connector-1']
    """

    def __init__(self, report: Report) -> None:
        self.zones, self.stations, self.connectors = report["zones"], report["stations"], report["connectors"]
        self._stations_of, self._connectors_of = defaultdict(list), defaultdict(list)
        for station in self.stations:
            self._stations_of[station["zoneId"]].append(station)
        for connector in self.connectors:
            self._connectors_of[connector["stationId"]].append(connector)

    def objects(self, level: str) -> dict[str, Json]:
        """Return the objects of a level by the path of their folder in Building Operation."""
        if level == "site":
            return {"EVCE Zones": {}}
        if level == "zone":
            return {f"EVCE Zones/{zone['name']}": zone for zone in self.zones}
        homes = {zone["id"]: path for path, zone in self.objects("zone").items()}
        stations = {f"{homes[one['zoneId']]}/{one['ocppIdentifier']}": one for one in self.stations}
        if level == "station":
            return stations
        homes = {station["id"]: path for path, station in stations.items()}
        return {f"{homes[one['stationId']]}/Connector-{one['logicalConnector']}": one for one in self.connectors}

    def parts(self, words: str, thing: Json) -> list[Json]:
        """Return what a sum or a number runs over, by the guide's words for it."""
        if words == "all zones":
            return self.zones
        if words == "the zone's stations":
            return self._stations_of[thing["id"]]
        assert words == "the station's connectors", words
        return self._connectors_of[thing["id"]]

    def value(self, formula: str, thing: Json) -> Value:
        """Return the value that a formula gives for an object."""
        if found := re.match(r"sum of (\S+) over ([a-z' ]*[a-z])", formula):
            part = named(found[1])
            total = 0.0
            for one in self.parts(found[2], thing):
                total += float(self.value(part.source, one))
            return total
        if formula in COUNTS:
            return self.count(COUNTS[formula], thing)
        if found := re.fullmatch(r"connector\.status is (\w+)", formula):
            return bool(thing["status"] == found[1])
        if formula in FORMULAS:
            return FORMULAS[formula](thing)
        return field(formula, thing)

    def count(self, kind: str, thing: Json) -> int:
        """Count zones, stations or connectors: of the site, of a zone, of a station."""
        if not thing:
            return len({"zones": self.zones, "stations": self.stations, "connectors": self.connectors}[kind])
        return len(self.parts("the zone's stations" if kind == "stations" else "the station's connectors", thing))


COUNTS = {
    "number of zones on the site": "zones",
    "number of stations on the site": "stations",
    "number of connectors on the site": "connectors",
    "number of stations in the zone": "stations",
    "number of the station's connectors": "connectors",
}


def field(path: str, thing: Json) -> Value:
    """Return a field as zone.reduction.value or connector.activePower[1]; absent text is empty."""
    value: Any = thing
    for name, phase in re.findall(r"\.(\w+)(?:\[(\d)\])?", path):
        value = NO_REDUCTION if name == "reduction" and value[name] is None else value[name]
        value = value[int(phase) - 1] if phase else value
    return "" if value is None else value


def total_power(connector: Json) -> float:
    """Add the three phases."""
    one, two, three = connector["activePower"]
    return float(one + two + three)


def average_current(connector: Json) -> float:
    """Take a third of three phases, or phase 1; direct current counts as three phases.

    >>> average_current({"rmsCurrent": [15.0, 16.0, 17.0], "dc": False, "phaseConnection": "tri"})
    16.0
    """
    one, two, three = connector["rmsCurrent"]
    if connector["dc"] or connector["phaseConnection"] == "tri":
        return float(one + two + three) / 3
    return float(one)


def maximum(connector: Json) -> int:
    """Take the power of a DC connector, the current of an AC one."""
    return int(connector["maxPower"] if connector["dc"] else connector["maxCurrent"])


FORMULAS = {
    "active power phase 1 + phase 2 + phase 3": total_power,
    "tri-phase: rms current (phase 1 + phase 2 + phase 3) / 3; mono: rms current phase 1": average_current,
    "connector.maxCurrent (A) on AC, connector.maxPower (kW) on DC; the unit follows": maximum,
}
