"""Steps that make single fields of the charge controller odd, and see which data points that touches."""

from __future__ import annotations

from evce_acceptance.guide.cells import column, field_name
from evce_acceptance.guide.datapoints import datapoints
from pytest_bdd import given, parsers, then, when

from features.driver.controller import LISTS
from features.driver.world import World

UNCERTAIN = 1


@when(parsers.parse('phase {phase:d} of the {what} of connector "{name}" cannot be read'))
def phase_cannot_be_read(world: World, phase: int, what: str, name: str) -> None:
    field = field_name(what)
    reading = list(world.controller.find("connector", name)[field])
    reading[phase - 1] = None
    world.controller.change("connector", name, **{field: reading})


@given(parsers.parse('the validity of the reduction of zone "{name}" cannot be read'))
@when(parsers.parse('the validity of the reduction of zone "{name}" cannot be read'))
def validity_cannot_be_read(world: World, name: str) -> None:
    reduction = world.controller.find("zone", name)["reduction"]
    world.controller.change("zone", name, reduction=reduction | {"validity": "for ever"})


@when("the charge controller reports everything as it is")
def reports_as_it_is(world: World) -> None:
    world.controller.show_as_is()


@then("only these data points are Uncertain")
def only_these_are_uncertain(world: World, datatable: list[list[str]]) -> None:
    assert uncertain(world) == set(column(datatable))


@then("these data points are Uncertain, among others")
def these_are_uncertain(world: World, datatable: list[list[str]]) -> None:
    assert set(column(datatable)) - uncertain(world) == set()


@then("no data point is Uncertain")
def none_is_uncertain(world: World) -> None:
    assert uncertain(world) == set()


def uncertain(world: World) -> set[str]:
    """Return the paths of what is Uncertain, without the validity of zones that have no reduction."""
    known = world.controller.report()[LISTS["zone"]]
    endless = {f"EVCE Zones/{zone['name']}/ZoneValidity" for zone in known if zone["reduction"] is None}
    names = {point.name for point in datapoints()}
    points = [point for point in world.operation.everything() if point.name in names]
    return {point.path for point in points if point.state == UNCERTAIN} - endless
