"""Steps that put a site before the operator, and change it on the charge controller."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from evce_acceptance.guide.cells import cell, field_name
from pytest_bdd import given, parsers, when

from features.driver.world import World


@given(parsers.parse('the site "{site}" in Building Operation, set up and never polled'), target_fixture="world")
def set_up_site(worlds: Callable[..., World], target: str, site: str) -> World:
    return worlds(target, site, polled=False)


@given(parsers.parse('the site "{site}" in Building Operation, logged for {minutes:d} minutes'), target_fixture="world")
def logged_site(worlds: Callable[..., World], target: str, site: str, minutes: int) -> World:
    return worlds(target, site, polled=True, minutes=minutes)


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
def further_station(world: World, identifier: str, datatable: list[list[str]] | None = None) -> None:
    fields = {field_name(what): cell(value) for what, value in datatable or []}
    world.controller.add("station", **{"zoneId": 1, "ocppIdentifier": identifier} | fields)


@given(parsers.parse('a further connector on station "{station}"'))
def further_connector(world: World, station: str, datatable: list[list[str]]) -> None:
    fields = {field_name(what): cell(value) for what, value in datatable}
    world.controller.add("connector", stationId=world.controller.find("station", station)["id"], **fields)


@given(parsers.parse('a further zone "{name}" with the id {number:d}'))
def further_zone(world: World, name: str, number: int) -> None:
    world.controller.add("zone", name=name, id=number)


@given(parsers.re(r"the clock of the charge controller is (?P<seconds>\d+) s (?P<way>ahead|behind)"))
def other_clock(world: World, seconds: str, way: str) -> None:
    world.controller.simulator.clock.jump({"ahead": 1, "behind": -1}[way] * int(seconds))


@given(parsers.parse('the charge controller writes the validity of zone "{name}" as {text}'))
def validity_is_written(world: World, name: str, text: str) -> None:
    number = world.controller.find("zone", name)["id"]
    world.controller.raise_fault("text-field", field="reduction.validity", id=number, path="/zones*", value=text)


@given(parsers.parse("it is {instant}"))
def it_is(world: World, instant: str) -> None:
    world.clock.advance((datetime.fromisoformat(instant) - world.clock.now()).total_seconds())


@when(parsers.parse('station "{name}" disappears from the controller'))
def station_disappears(world: World, name: str) -> None:
    world.controller.remove_station(name)


@when("the charge controller vanishes")
def controller_vanishes(world: World) -> None:
    world.controller.vanish()


@when("the charge controller returns")
def controller_returns(world: World) -> None:
    world.controller.come_back()


@given("the time of writes is that of the site")
def writes_take_site_time(world: World) -> None:
    world.connector.network_clock = world.clock


@when(parsers.parse("the charge controller begins to take {seconds:g} s for each answer"))
def controller_slows_down(world: World, seconds: float) -> None:
    world.controller.slow_down(seconds)


@when("the journal of the charge controller is cleared")
def journal_is_cleared(world: World) -> None:
    world.controller.journal.clear()


@given(parsers.parse("the charge controller speaks API version {version}"))
@when(parsers.parse("the charge controller changes to API version {version}"))
def api_version(world: World, version: str) -> None:
    world.controller.model.set_system(apiVersion=version)


@when("Building Operation browses the tree again")
def browse_again(world: World) -> None:
    world.browse_again()
