"""Steps that read data points."""

from __future__ import annotations

from ebo_simulator import Kind, Point
from pytest_bdd import parsers, then

from features import cells
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
    points = world.operation.points(name)
    assert set(points) == set(world.oracle.objects(level))
    return points


@then(parsers.parse("its type is {kind}, its unit {unit}"))
def type_and_unit(world: World, points: dict[str, Point], kind: str, unit: str) -> None:
    objects = world.oracle.objects(named(next(iter(points.values())).name).level)
    units = {path: "" if unit == "none" else cells.unit_of(unit, thing) for path, thing in objects.items()}
    assert {point.type for point in points.values()} == {kind}
    assert {path: point.unit for path, point in points.items()} == units


@then(parsers.parse("writing it is possible: {writeable}"))
def writeable_or_not(points: dict[str, Point], writeable: str) -> None:
    assert {point.writeable for point in points.values()} == {cells.cell(writeable)}


@then(parsers.parse("its value is {formula}"))
def value_follows(world: World, points: dict[str, Point], formula: str) -> None:
    oracle = world.oracle
    for path, thing in oracle.objects(named(next(iter(points.values())).name).level).items():
        point, expected = points[path], oracle.value(formula, thing)
        assert cells.is_same(point.type, point.value, expected), f"{point.path}: {point.value}, not {expected}"


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
    for path in world.oracle.objects(level):
        (point,) = (
            one for one in world.operation.folder(f"{path}/OverallConsumptionLogs").points if one.name == history
        )
        assert (point.kind, point.value_item_id) == (Kind.HISTORY, values[path].id)
