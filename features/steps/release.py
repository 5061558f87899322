"""Steps of a technician who releases all reductions at the command line."""

from __future__ import annotations

from evce_acceptance.guide.cells import column, field_name
from evce_connector.writes.release import Release, reductions, release
from pytest_bdd import given, parsers, then, when

from features.driver.world import World


@given("the charge controller clears no reduction")
def clears_nothing(world: World) -> None:
    world.controller.do_instead("clear_reduction", world.controller.model.zone)


@when(parsers.parse("the charge controller has the fault {name} once, in a release"))
def fault_is_raised_in_a_release(world: World, name: str) -> None:
    world.controller.raise_fault(name, calls=1, method="DELETE")


@when(parsers.parse('the charge controller has the fault {name} in the {what} of zone "{zone}"'))
def field_of_zone_is_odd(world: World, name: str, what: str, zone: str) -> None:
    number = world.controller.find("zone", zone)["id"]
    world.controller.raise_fault(name, field=field_name(what), id=number, path="/zones*")


@when("a technician releases all reductions", target_fixture="releases")
def releases_all(world: World) -> list[Release]:
    service = world.connector.service
    with service.make_client() as client:
        return list(release(client, service.stores.commands, world.clock, reductions(client)))


@then("it is told")
def is_told(releases: list[Release], datatable: list[list[str]]) -> None:
    assert [one.text for one in releases] == column(datatable)


@then("every zone is released")
def all_are_released(releases: list[Release]) -> None:
    assert [one.success for one in releases] == [True] * len(releases)


@then("no zone is released")
def none_is_released(releases: list[Release]) -> None:
    assert [one.success for one in releases] == [False] * len(releases)


@then("no zone has a reduction at the controller")
def no_reductions(world: World) -> None:
    assert {zone["reduction"] for zone in world.controller.model.zones()} == {None}


@then(parsers.parse('zone "{zone}" is told to be {told}'))
def zone_is_told(releases: list[Release], zone: str, told: str) -> None:
    """Compare the end of its sentence; one that ends with three dots is a beginning of that."""
    (one,) = (one for one in releases if one.text.startswith(f"Zone {zone} "))
    end = one.text.rpartition("Z is ")[2] if "Z is " in one.text else one.text
    assert end.startswith(told.removesuffix("...")) if told.endswith("...") else end == f"{told}."
    assert one.success == (told == "released")
