"""Which state an item must have, as far as the controller tells: Good, or anything but Good.

The rules are the project's own reading of the guide (requirement D-5), each row marked so.
"""

from __future__ import annotations

from ebo_simulator import Point
from evce_acceptance.checks.controller_history import Look
from evce_acceptance.checks.matching import Key
from evce_acceptance.guide.datapoints import DataPoint
from evce_acceptance.site.objects import Json

GOOD = 0
NOTHING_HOLDS = ("ZoneValidity",)
"""Assumed: without a reduction its validity is a placeholder that may be Uncertain."""
PHASES = ("tri", "mono")
"""How the phase connections begin whose average the guide defines."""


def doubt(datapoint: DataPoint, key: Key, looks: list[Look], point: Point) -> str:
    """Say what is wrong with an item's state; "" when nothing is, or when it cannot be told."""
    lost = is_lost(datapoint, key, looks)
    if lost and point.state == GOOD:
        return "shown as Good although the controller has no connection to what it is read from"
    if lost is False and point.state != GOOD:
        return "not shown as Good although the controller is connected to all that it is read from"
    return ""


def is_lost(datapoint: DataPoint, key: Key, looks: list[Look]) -> bool | None:
    """Whether an item lacks a source; None while a connection comes or goes, or when no rule says."""
    lost = {_is_lost(datapoint, key, look) for look in looks if key in look.objects}
    return lost.pop() if len(lost) == 1 else None


def _is_lost(datapoint: DataPoint, key: Key, look: Look) -> bool | None:
    """Whether an item lacks a source at the moment of a look; None when no rule says."""
    level, thing = key[0], look.objects[key]
    if _is_open(datapoint, level, thing):
        return None
    if not datapoint.live or (level == "zone" and datapoint.updated_by == "polled"):
        return False  # known from set-up on; the zone's own figure
    if level == "connector":
        return not look.objects["station", thing["stationId"]]["connected"]
    if level == "station":
        return not thing["connected"]
    return any(not one["connected"] for one in look.oracle.stations if level == "site" or one["zoneId"] == key[1])


def _is_open(datapoint: DataPoint, level: str, thing: Json) -> bool:
    """Whether an item may have any state: a placeholder, or an average that the guide does not define."""
    if level == "zone":
        return datapoint.name in NOTHING_HOLDS and thing["reduction"] is None
    return level == "connector" and not thing["dc"] and not str(thing["phaseConnection"]).startswith(PHASES)
