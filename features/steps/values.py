"""Steps that read data points."""

from __future__ import annotations

from evce_acceptance.guide import cells
from pytest_bdd import parsers, then

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


@then(parsers.parse('every {level} shows "{name}" as {shown}'))
def every_object_shows(world: World, level: str, name: str, shown: str) -> None:
    shows = {path: world.operation.show(point) for path, point in world.operation.points(name).items()}
    assert shows == dict.fromkeys(world.oracle.objects(level), shown)


@then(parsers.parse('the {level} on the screens of the guide shows "{name}" as Good'))
def screen_shows_good(world: World, level: str, name: str) -> None:
    assert world.operation.points(name)[SCREENS[level]].state == GOOD
