"""Steps that look at a site as an operator does, on a real site and on a simulated one alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from ebo_simulator import Folder, Kind, Point
from evce_acceptance.checks.inspection import Findings
from evce_acceptance.guide import cells
from evce_acceptance.guide.datapoints import named
from evce_acceptance.results.verdicts import all_right
from evce_acceptance.site.objects import Json
from pytest_bdd import given, parsers, then


class Operation(Protocol):
    """What an operator of Building Operation sees."""

    def points(self, name: str) -> dict[str, Point]:
        """Return every data point of a name, by the path of its folder."""
        ...

    def folder(self, path: str) -> Folder:
        """Return a folder of the tree."""
        ...

    def everything(self) -> list[Point]:
        """Return every item of the guide's tree."""
        ...


class World(Protocol):
    """A site with its controller and what Building Operation sees of it."""

    @property
    def operation(self) -> Operation:
        """What Building Operation sees."""
        ...

    def objects(self, level: str) -> dict[str, Json]:
        """Return the controller's objects of a level by the path of their folder."""
        ...

    def wrong_values(self, name: str, formula: str) -> Findings:
        """Find data points of a name that do not show what the formula gives."""
        ...


@given(parsers.parse('the site "{site}" in Building Operation'), target_fixture="world")
def polled_site(worlds: Callable[..., World], target: str, site: str) -> World:
    return worlds(target, site, polled=True)


@then("every station has one alarm, named Station-, its OCPP identifier and _Alarm")
def every_station_has_its_alarm(world: World) -> None:
    wrong = {}
    for path, station in world.objects("station").items():
        alarms = [point.name for point in world.operation.folder(path).points if point.kind is Kind.ALARM]
        if alarms != [name := f"Station-{station['ocppIdentifier']}_Alarm"]:
            wrong[f"{path}/{name}"] = f"is not the one alarm of its station: {', '.join(alarms) or 'there is none'}"
    all_right(wrong)


@then("the description of every value item equals its name")
def descriptions_equal_names(world: World) -> None:
    points = [point for point in world.operation.everything() if point.kind is Kind.VALUE]
    assert points
    all_right({one.path: f"is described as {one.description!r}" for one in points if one.description != one.name})


@then(parsers.parse('every {level} has the data point "{name}"'), target_fixture="points")
def every_object_has(world: World, level: str, name: str) -> dict[str, Point]:
    points, objects = world.operation.points(name), world.objects(level)
    lacking = {f"{path}/{name}": "the data point is missing" for path in objects.keys() - points.keys()}
    all_right(lacking | {f"{path}/{name}": f"stands on no {level}" for path in points.keys() - objects.keys()})
    return points


@then(parsers.parse("its type is {kind}, its unit {unit}"))
def type_and_unit(world: World, points: dict[str, Point], kind: str, unit: str) -> None:
    wrong = {}
    for path, thing in world.objects(named(next(iter(points.values())).name).level).items():
        point = points[path]
        expected = (kind, "" if unit == "none" else cells.unit_of(unit, thing))
        if (point.type, point.unit) != expected:
            wrong[point.path] = (
                f"is {point.type} in {point.unit or 'no unit'}, not {kind} in {expected[1] or 'no unit'}"
            )
    all_right(wrong)


@then(parsers.parse("writing it is possible: {writeable}"))
def writeable_or_not(points: dict[str, Point], writeable: str) -> None:
    wrong = [point for point in points.values() if point.writeable is not cells.cell(writeable)]
    all_right({point.path: f"can be written: {'yes' if point.writeable else 'no'}" for point in wrong})


@then(parsers.parse("its value is {formula}"))
def value_follows(world: World, points: dict[str, Point], formula: str) -> None:
    all_right(world.wrong_values(next(iter(points.values())).name, formula))


@then(parsers.parse('every {level} has the history item "{history}" of "{name}" in OverallConsumptionLogs'))
def every_object_has_history(world: World, level: str, history: str, name: str) -> None:
    values = world.operation.points(name)
    wrong = {}
    for path in world.objects(level):
        logs = world.operation.folder(f"{path}/OverallConsumptionLogs")
        found = [one for one in logs.points if one.name == history and one.kind is Kind.HISTORY]
        if [one.value_item_id for one in found] != [values[path].id]:
            wrong[f"{logs.path}/{history}"] = f"is not there once, as the history of {name}"
    all_right(wrong)
