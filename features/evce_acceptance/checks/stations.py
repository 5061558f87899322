"""What is said of stations while alarms settle: by the controller, or alone by the connector's own items."""

from __future__ import annotations

from collections.abc import Callable

from ebo_simulator import Point
from evce_acceptance.checks.by_itself import ONE_STATE
from evce_acceptance.checks.controller_history import Look
from evce_acceptance.checks.inspection import Inspection
from evce_acceptance.checks.matching import Matched, value_points
from evce_acceptance.checks.shown import Shown
from evce_acceptance.site.objects import Json

HALVES = 2
STATION, CONNECTOR = ("StationIsConnected", "StationStatus"), ("ConnectorAvailability", ONE_STATE)
"""With what the names of items begin that tell whether a station has a reason for its alarm."""


def seen_while(inspection: Inspection, span: float, then: Callable[[], None]) -> list[Look]:
    """Wait for so many s, do something, and return what was said of the stations in that time."""
    if not inspection.alone:
        history = inspection.controller_history
        history.watch_until(history.looks[0].ended + span)
        then()
        return history.between(inspection.clock.monotonic() - span, inspection.clock.monotonic())
    looks = [_look(inspection)]
    for _ in range(HALVES):
        inspection.wait(span / HALVES)
        looks.append(_look(inspection))
    then()
    return [*looks, _look(inspection)]


def _look(inspection: Inspection) -> Look:
    """Read what the items of stations say, as the controller would say it; what is not Good says nothing."""
    matched, shown, begun = inspection.matched, inspection.shown, inspection.clock.monotonic()
    telling = {
        level: _telling(matched, level, names) for level, names in (("station", STATION), ("connector", CONNECTOR))
    }
    shown.read(point for folders in telling.values() for points in folders.values() for point in points.values())
    numbers = {folder.path: number for (_, number), folder in matched.of("station")}
    connectors = [
        _connector(points, shown) | {"stationId": numbers[path.rpartition("/")[0]], "id": number}
        for number, (path, points) in enumerate(telling["connector"].items(), 1)
    ]
    doubtful = {one["stationId"] for one in connectors if one["status"] is None}
    stations = [
        station | {"id": numbers[path], "zoneId": 0}
        for path, points in telling["station"].items()
        if (station := _station(points, shown)) and (not station["connected"] or numbers[path] not in doubtful)
    ]
    report = {"zones": [], "stations": stations, "connectors": connectors}
    return Look(begun, inspection.clock.monotonic(), report)


def _telling(matched: Matched, level: str, names: tuple[str, ...]) -> dict[str, dict[str, Point]]:
    return {
        folder.path: {name: point for name, point in value_points(folder).items() if name.startswith(names)}
        for _, folder in matched.of(level)
    }


def _station(points: dict[str, Point], shown: Shown) -> Json:
    if any(name not in points or not shown.is_good(points[name]) for name in STATION):
        return {}
    return {"connected": shown.is_true(points[STATION[0]]), "status": shown.value(points[STATION[1]])}


def _connector(points: dict[str, Point], shown: Shown) -> Json:
    """Return status and availability; the status None where the items do not tell it."""
    states = {name.removeprefix(ONE_STATE): point for name, point in points.items() if name.startswith(ONE_STATE)}
    true = [name[0].lower() + name[1:] for name, point in states.items() if shown.is_true(point)]
    told = len(true) == 1 and shown.is_good(*states.values())
    availability = points.get(CONNECTOR[0])
    return {
        "status": true[0] if told else None,
        "available": availability is None or shown.is_true(availability),
    }
