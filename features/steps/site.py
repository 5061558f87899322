"""Steps that put a site before the operator."""

from __future__ import annotations

from collections.abc import Callable

from pytest_bdd import given, parsers, when

from features.cells import cell, field_name
from features.driver.world import World


@given(parsers.parse('the site "{site}" in Building Operation'), target_fixture="world")
def polled_site(worlds: Callable[..., World], target: str, site: str) -> World:
    return worlds(target, site, polled=True)


@given(parsers.parse('the site "{site}" in Building Operation, set up and never polled'), target_fixture="world")
def set_up_site(worlds: Callable[..., World], target: str, site: str) -> World:
    return worlds(target, site, polled=False)


@given(parsers.parse('a charge controller with the site "{site}"'), target_fixture="world")
def controller_with_site(make_world: Callable[[str], World], site: str) -> World:
    return make_world(site)


@given("the connector runs")
@when("the connector starts")
def connector_runs(world: World) -> None:
    world.start()


@given(parsers.parse('the {what} of {kind} "{name}" is {value}'))
@when(parsers.parse('the {what} of {kind} "{name}" becomes {value}'))
def object_changes(world: World, what: str, kind: str, name: str, value: str) -> None:
    world.controller.change(kind, name, **{field_name(what): cell(value)})


@given(parsers.parse("a further station with OCPP identifier {identifier}"))
def further_station(world: World, identifier: str) -> None:
    world.controller.add("station", zoneId=1, ocppIdentifier=identifier)
