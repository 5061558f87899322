"""Steps that read data points."""

from __future__ import annotations

from ebo_simulator import Kind, Point
from pytest_bdd import parsers, then

from features import cells
from features.acceptance.verdicts import all_right
from features.datapoints import named
from features.driver.world import World

GOOD = 0
SCREENS = {
    "site": "EVCE Zones",
    "zone": "EVCE Zones/Z1",
    "station": "EVCE Zones/Z1/EVSimu1",
    "connector": "EVCE Zones/Z1/EVSimu1/Connector-1",
}
"""What the screens of the guide show of each level."""


@then(parsers.parse('"{folder}" shows'))
def folder_shows(world: World, folder: str, datatable: list[list[str]]) -> None:
    lines = world.operation.lines(folder)
    expected = {row["Name"]: row["Value"] for row in cells.rows(datatable)}
    assert {name: lines[name][1] for name in expected} == expected


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


@then(parsers.parse('every {level} shows "{name}" as {shown}'))
def every_object_shows(world: World, level: str, name: str, shown: str) -> None:
    shows = {path: world.operation.show(point) for path, point in world.operation.points(name).items()}
    assert shows == dict.fromkeys(world.oracle.objects(level), shown)


@then(parsers.parse('the {level} on the screens of the guide shows "{name}" as Good'))
def screen_shows_good(world: World, level: str, name: str) -> None:
    assert world.operation.points(name)[SCREENS[level]].state == GOOD


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
