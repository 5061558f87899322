"""A site on which any one field can be odd, and what follows from it by the oracle, without the connector's help.

What depends on a field is found by the oracle, whose values change with it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from typing import Any

from evce_acceptance.guide.datapoints import datapoints
from evce_acceptance.guide.oracle import Oracle
from evce_simulator import EvceSimulator, generate

Json = dict[str, Any]
Report = dict[str, list[Json]]
LISTS = {"zone": "zones", "station": "stations", "connector": "connectors"}
PLACE = {("zone", "id"), ("station", "id"), ("station", "zoneId")} | {
    ("connector", name) for name in ("id", "stationId", "logicalConnector")
}
ABSENT = "no such field"
ODD: dict[str, Any] = {
    "null": None,
    "text": "odd",
    "a number as text": "32",
    "number": 7,
    "not a number": math.nan,
    "a huge number": 1e16,
    "yes": True,
    "list": ["odd"],
    "object": {"odd": 1},
    "absent": ABSENT,
}
TEXTS, EVERYTHING = {"text", "a number as text"}, set(ODD)
LABEL, NAME, WORD = TEXTS | {"number", "null"}, TEXTS | {"number"}, TEXTS
READABLE: dict[tuple[str, str], set[str]] = {
    ("zone", "name"): NAME,
    ("zone", "type"): WORD,
    ("zone", "reduction"): {"null"},
    **{("zone", name): {"number"} for name in ("maxCurrent", "setPointCurrent", "setPointPower")},
    ("zone", "numberOfTransactions"): {"number"},
    ("zone", "reduction.value"): {"number"},
    ("zone", "reduction.description"): LABEL,
    ("zone", "reduction.type"): WORD,
    ("zone", "reduction.validityMode"): WORD,
    ("zone", "reduction.validity"): set(),
    **{
        ("station", name): LABEL for name in ("friendlyName", "serialNumber", "model", "version", "ipAddress", "cpoUrl")
    },
    ("station", "ocppIdentifier"): NAME,
    ("station", "acceptedByCpo"): {"yes"},
    ("station", "connected"): {"yes"},
    **{("station", name): WORD for name in ("type", "status", "authenticationMode", "disconnectedAuthenticationMode")},
    **{("connector", name): {"yes"} for name in ("available", "dc", "fixedSetPoint")},
    **{("connector", name): {"number", "null"} for name in ("maxCurrent", "maxPower")},
    **{("connector", name): {"number"} for name in ("setPointCurrent", "setPointPower", "activeEnergy")},
    ("connector", "status"): WORD,
    ("connector", "phaseConnection"): WORD,
    **{("connector", name): set() for name in ("activePower", "rmsCurrent")},
    **{("connector", name): EVERYTHING for name in ("errorCode", "transactionId")},
    **{place: set() for place in PLACE},
}
"""Which odd values of a field can be read all the same, typed by hand."""
STATUSES = ["available", "preparing", "charging", "suspendedEVSE", "suspendedEV", "finishing"]
STATUSES += ["reserved", "unavailable", "faulted"]
EPOCH = "1970-01-01T00:00:00Z"
NOTHING = {"value": 0, "type": "", "description": "", "validity": EPOCH, "validityMode": ""}
SET_UP_FIELDS = {("zone", "name")} | {
    *(("station", name) for name in ("friendlyName", "ocppIdentifier", "type", "serialNumber", "model", "version")),
    *(("station", name) for name in ("ipAddress", "cpoUrl", "acceptedByCpo")),
    *(("connector", name) for name in ("fixedSetPoint", "dc", "maxCurrent", "maxPower", "phaseConnection")),
}
"""What set-up alone writes: polls leave it as it is."""


def whole_site() -> Report:
    """Return a site to be changed at will."""
    return deepcopy(_whole_site())


@cache
def _whole_site() -> Report:
    """Make a site of two zones, each with stations and connectors of all kinds, on which no two numbers are alike."""
    dump: Report = EvceSimulator(generate(2, 2, 4)).model.dump()
    for number, zone in enumerate(dump["zones"]):
        zone["reduction"] = NOTHING | {"value": 10 + number, "type": "percentage", "validityMode": "absolute"}
        zone["reduction"] |= {"validity": "2149-12-16T08:27:56Z", "description": "ours"}
    dump["zones"][1]["reduction"] = None
    for station in dump["stations"]:
        station["cpoUrl"] = "wss://cpo"
    for number, connector in enumerate(dump["connectors"], 1):
        connector |= {
            "activePower": [0.25 * number, 0.5 * number, 0.75 * number],
            "rmsCurrent": [1.0 * number, 3.0, 8.0],
        }
        connector |= {"activeEnergy": 100.5 * number, "setPointCurrent": 10 + number, "setPointPower": 20 + number}
        connector |= {
            "phaseConnection": ("tri", "mono1")[number % 2],
            "dc": number == 3,
            "maxCurrent": 32,
            "maxPower": 150,
        }
    return {name: dump[name] for name in LISTS.values()}


def leaf(thing: Json, field: str) -> tuple[Json, str]:
    """Return where a field stands: in the object, or in its reduction."""
    whole, _, part = field.rpartition(".")
    return (thing[whole], part) if whole else (thing, part)


def changed(report: Report, kind: str, number: int, field: str, value: object) -> Report:
    """Return the report with one field of one object replaced or taken away."""
    report = deepcopy(report)
    holder, name = leaf(report[LISTS[kind]][number], field)
    holder[name] = value
    if value is ABSENT:
        del holder[name]
    return report


def other_values(value: Any) -> Iterator[Any]:  # noqa: ANN401 - JSON
    """Yield values that a field could have instead."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, str):
        yield from ["other", EPOCH, *STATUSES]
    elif isinstance(value, list):
        yield [one + 1 for one in value]
    elif value is None:
        yield from [
            "other",
            5,
            NOTHING | {"value": 5, "type": "x", "description": "y", "validity": "z", "validityMode": "w"},
        ]
    elif isinstance(value, dict):
        yield {name: next(other_values(one)) for name, one in value.items()}
    else:
        yield value + 1


def values(report: Report) -> dict[str, str | float | bool]:
    """Return the value of every data point of the guide, by our ids."""
    oracle = Oracle(report)
    found: dict[str, str | float | bool] = {}
    for point in datapoints():
        for thing in [{}] if point.level == "site" else report[LISTS[point.level]]:
            folder = {"site": "Site", "zone": f"Zones/{thing.get('id')}", "station": f"Stations/{thing.get('id')}"}.get(
                point.level, f"Stations/{thing.get('stationId')}/Connectors/{thing.get('logicalConnector')}"
            )
            found[f"{folder}/{point.name}"] = oracle.value(point.source, thing)
    return found


def depending(report: Report, kind: str, number: int, field: str) -> set[str]:
    """Return the ids of the data points whose values depend on a field."""
    return _depending(json.dumps(report), kind, number, field)


@cache
def _depending(text: str, kind: str, number: int, field: str) -> set[str]:
    report: Report = json.loads(text)
    before, found = values(report), set()
    holder, name = leaf(report[LISTS[kind]][number], field)
    for other in other_values(holder[name]):
        try:
            after = values(changed(report, kind, number, field, other))
        except (TypeError, KeyError):
            continue  # no value of this field
        found |= {id_ for id_, value in after.items() if value != before[id_]}
    return found


def fields_of(kind: str) -> list[str]:
    return [field for owner, field in READABLE if owner == kind and (owner, field) not in PLACE]


def outside_the_guide(report: Report) -> set[str]:
    """Return what is Uncertain although it was read: fallbacks where the guide does not cover what is reported."""
    found = {f"Zones/{zone['id']}/ZoneValidity" for zone in report["zones"] if zone["reduction"] is None}
    for number, one in enumerate(report["connectors"]):
        if not one["dc"] and one["phaseConnection"] not in ("tri", "mono1"):
            found |= {id_ for id_ in depending(report, "connector", number, "rmsCurrent") if id_.endswith("Average")}
        if one["maxPower" if one["dc"] else "maxCurrent"] == 0:
            found.add(f"Stations/{one['stationId']}/Connectors/{one['logicalConnector']}/ConnectorMaxCurrentorPower")
    return found


def objects(kind: str, field: str) -> list[int]:
    """Return which objects of the site have a field."""
    things = whole_site()[LISTS[kind]]
    return [number for number, thing in enumerate(things) if not ("." in field and thing["reduction"] is None)]


def reads_as(kind: str, field: str, how: str) -> object:
    """Return what an odd value that can be read is read as; a maximum that is null shows 0."""
    if (kind, field) in {("connector", "maxCurrent"), ("connector", "maxPower")} and how == "null":
        return 0
    if how == "null":
        return None if field == "reduction" else ""
    return str(ODD[how]) if how == "number" and READABLE[kind, field] >= NAME else ODD[how]


def empty(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return what stands for a value that could never be read."""
    if isinstance(value, list):
        return [0.0, 0.0, 0.0]
    if isinstance(value, dict) or value is None:
        return NOTHING
    return EPOCH if value == "2149-12-16T08:27:56Z" else type(value)()


ONE_FIELD = [(kind, field) for kind, field in READABLE if (kind, field) not in PLACE]


def odd_sites(kind: str, field: str, *, last: bool) -> Iterator[tuple[str, int, Report, Report, bool]]:
    """Yield how a field is odd, on which object, that report, what should be seen of it, and whether it is readable.

    What cannot be read is seen as it was `last`, or empty. Each object has its turn, and nothing every one.
    """
    site, having = whole_site(), objects(kind, field)
    for turn, how in enumerate(ODD):
        readable = how in READABLE[kind, field]
        for number in having if how == "null" else [having[turn % len(having)]]:
            holder, name = leaf(site[LISTS[kind]][number], field)
            unread = holder[name] if last else empty(holder[name])
            seen = changed(site, kind, number, field, reads_as(kind, field, how) if readable else unread)
            yield how, number, changed(site, kind, number, field, ODD[how]), seen, readable


def all_of(site: Report, kind: str, number: int) -> set[str]:
    """Return what an object shows by itself in polls, and the sums of it."""
    found: set[str] = set()
    for field in fields_of(kind):
        if (kind, field) not in SET_UP_FIELDS and number in objects(kind, field):
            found |= depending(site, kind, number, field)
    return found


def without(site: Report, kind: str, number: int) -> Report:
    """Return a report without an object and all that belongs to it."""
    rest = deepcopy(site)
    del rest[LISTS[kind]][number]
    zones, stations = ({one["id"] for one in rest[name]} for name in ("zones", "stations"))
    rest["stations"] = [one for one in rest["stations"] if one["zoneId"] in zones]
    stations = {one["id"] for one in rest["stations"]}
    rest["connectors"] = [one for one in rest["connectors"] if one["stationId"] in stations]
    return rest


def missing_it(site: Report, rest: Report, kind: str, number: int, field: str) -> set[str]:
    """Return what would have another value with the object; wherever it may belong when that cannot be told."""
    parent = {"station": "zoneId", "connector": "stationId"}.get(kind, "")
    homes = sorted({one[parent] for one in site[LISTS[kind]]}) if field == parent else [None]
    found: set[str] = set()
    for home in homes:
        whole = deepcopy(site)
        thing = whole[LISTS[kind]][number]
        if home is not None:
            thing |= {parent: home, "logicalConnector": 99}
        for one in whole["connectors"]:  # so that each counts in everything that adds it up
            one |= {"setPointCurrent": 5, "rmsCurrent": [1.0, 2.0, 3.0], "activePower": [1.0, 2.0, 3.0]}
        before, after = values(without(whole, kind, number)), values(whole)
        found |= {id_ for id_, value in before.items() if value != after[id_]}
    return found & values(rest).keys()


def path_of(kind: str, number: int, field: str) -> str:
    return f"{LISTS[kind]}/{whole_site()[LISTS[kind]][number]['id']}/{field.replace('.', '/')}"
