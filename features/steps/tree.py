"""Steps that look at folders, names and descriptions."""

from __future__ import annotations

from ebo_simulator import Kind, Point
from evce_acceptance.guide.cells import column
from evce_acceptance.guide.datapoints import datapoints
from pytest_bdd import parsers, then

from features.driver.world import World


@then(parsers.parse('the folder "{path}" holds the folders'))
def folder_holds_folders(world: World, path: str, datatable: list[list[str]]) -> None:
    assert sorted(folder.name for folder in world.operation.folder(path).folders) == column(datatable)


@then("the top of the tree holds the folders")
def root_holds_folders(world: World, datatable: list[list[str]]) -> None:
    folder_holds_folders(world, "", datatable)


@then(parsers.parse('the folder "{path}" holds no folders'))
def folder_holds_no_folders(world: World, path: str) -> None:
    assert world.operation.folder(path).folders == []


@then(parsers.parse('the folder "{path}" holds the history items'))
def folder_holds_histories(world: World, path: str, datatable: list[list[str]]) -> None:
    points = world.operation.folder(path).points
    assert sorted(point.name for point in points if point.kind is Kind.HISTORY) == column(datatable)


@then(parsers.parse('the folder "{path}" holds the alarm "{name}"'), target_fixture="alarm")
def folder_holds_alarm(world: World, path: str, name: str) -> Point:
    (alarm,) = (point for point in world.operation.folder(path).points if point.kind is Kind.ALARM)
    assert alarm.name == name
    return alarm


@then(parsers.parse('its description begins with "{beginning}"'))
def description_begins(alarm: Point, beginning: str) -> None:
    assert alarm.description.startswith(beginning)


@then(parsers.parse('the folder "{path}" holds the {number:d} data points of a {level} and no other'))
def folder_holds_level(world: World, path: str, number: int, level: str) -> None:
    names = [point.name for point in world.operation.folder(path).points if point.kind is Kind.VALUE]
    assert sorted(names) == sorted(point.name for point in datapoints() if point.level == level)
    assert len(names) == number


@then(parsers.parse('the description of alarm "{path}" is as before'))
def alarm_description_stays(world: World, path: str) -> None:
    before = world.operation.workstation.tree.points[path].description
    world.operation.forget_tree()
    (alarm,) = (point for point in world.operation.everything() if point.path == path)
    assert alarm.description == before
