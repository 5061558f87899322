"""Steps that write as an operator does, and look at what reached the charge controller."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from ebo_simulator.messages import Result
from ebo_simulator.soap import results as answers
from evce_acceptance.guide.cells import column, rows
from evce_simulator.errors import NotConnectedError
from pytest_bdd import given, parsers, then, when

from features.driver.world import World

CHANGES = ("PUT", "DELETE")


@given("writes are switched off")
def writes_off(world: World) -> None:
    world.connector.configure("writes", enabled=False)


@when(parsers.parse('Building Operation sets "{name}" of "{folder}" to {value}'), target_fixture="results")
def sets(world: World, folder: str, name: str, value: str) -> list[Result]:
    return list(world.operation.browse().write({f"{folder}/{name}": value}).values())


@when(
    parsers.parse('Building Operation sets "{name}" of "{folder}" twice in one write, to {one} and {other}'),
    target_fixture="results",
)
def sets_twice(world: World, folder: str, name: str, one: str, other: str) -> list[Result]:
    id_ = world.operation.browse().item_id(f"{folder}/{name}")
    items = {"ValueItem": [{"Id": id_, "Value": value} for value in (one, other)]}
    return list(answers(world.operation.client.call("SetValues", SetValuesItems=items), "SetValuesResults"))


@given(parsers.parse("a validity may lie at most {hours:d} hours ahead"))
def longest_validity(world: World, hours: int) -> None:
    world.connector.configure("writes", max_validity_hours=hours)


@given(parsers.parse("the charge controller keeps no reduction of {refused:d}"))
def keeps_no_reduction(world: World, refused: int) -> None:
    model = world.controller.model
    keep = model.set_reduction

    def forget(number: int, value: float, validity: datetime) -> dict[str, Any]:
        kept = keep(number, value, validity)
        return model.clear_reduction(number) if value == refused else kept

    world.controller.do_instead("set_reduction", forget)


@given("the charge controller refuses every reduction")
def refuses_reductions(world: World) -> None:
    def refuse(*_: object) -> None:
        raise NotConnectedError("No zone takes a reduction now.")

    world.controller.do_instead("set_reduction", refuse)


@given(parsers.parse("the charge controller rounds reductions by {percent:g} % and {seconds:g} s"))
def rounds_reductions(world: World, percent: float, seconds: float) -> None:
    keep = world.controller.model.set_reduction

    def round_(number: int, value: float, validity: datetime) -> dict[str, Any]:
        return keep(number, value + percent, validity + timedelta(seconds=seconds))

    world.controller.do_instead("set_reduction", round_)


@given(
    parsers.re(r'the charge controller answers a change of availability with "(?P<word>.*)" and does nothing'),
)
def answers_and_does_nothing(world: World, word: str) -> None:
    model = world.controller.model

    def answer(number: int, _: object) -> dict[str, Any]:
        return {"status": word, "connector": model.connector(number)}

    world.controller.do_instead("set_availability", answer)


@given("there is no default validity")
def no_default_validity(world: World) -> None:
    world.connector.configure("writes", default_validity="none")


@given("ConnectorState_Available can be set")
def state_can_be_set(world: World) -> None:
    world.connector.configure("writes", state_available=True)


@given("a reduction of 10 % leaves 10 % there, as the profile says")
def reductions_leave(world: World) -> None:
    world.controller.model.let_reductions_leave(True)
    world.connector.use_profile(reduction_percent="left")


@when("Building Operation sets at once", target_fixture="results")
def sets_at_once(world: World, datatable: list[list[str]]) -> list[Result]:
    values = {f"{row['folder']}/{row['name']}": row["value"] for row in rows(datatable)}
    return list(world.operation.browse().write(values).values())


@then(parsers.parse('of "{folder}" the write of "{name}" is refused: {reason}'))
def one_is_refused(world: World, results: list[Result], folder: str, name: str, reason: str) -> None:
    id_ = world.operation.browse().item_id(f"{folder}/{name}")
    refused([result for result in results if result.id == id_], reason)


@then(parsers.parse('of "{folder}" the write of "{name}" succeeds'))
def one_succeeds(world: World, results: list[Result], folder: str, name: str) -> None:
    id_ = world.operation.browse().item_id(f"{folder}/{name}")
    succeeds([result for result in results if result.id == id_])


@then(parsers.parse('zone "{name}" has no reduction at the controller'))
def no_reduction(world: World, name: str) -> None:
    assert world.controller.find("zone", name)["reduction"] is None


@then("these connectors are inoperative at the controller, and no other")
def are_inoperative(world: World, datatable: list[list[str]]) -> None:
    expected = {world.controller.find("connector", name)["id"] for name in column(datatable)}
    assert {one["id"] for one in world.controller.model.connectors() if not one["available"]} == expected


@then("no connector is inoperative at the controller")
def none_is_inoperative(world: World) -> None:
    assert {one["available"] for one in world.controller.model.connectors()} == {True}


@then("the controller has these reductions and no other")
def reductions_are(world: World, datatable: list[list[str]]) -> None:
    zones = [zone for zone in world.controller.model.zones() if zone["reduction"]]
    found = [(zone["name"], f"{zone['reduction']['value']:g}", zone["reduction"]["validity"]) for zone in zones]
    assert found == [(row["zone"], row["reduction"], row["validity"]) for row in rows(datatable)]


@then("the write succeeds")
def succeeds(results: list[Result]) -> None:
    assert {(result.success, result.message) for result in results} == {(True, "")}


@then(parsers.parse("the write is refused: {reason}"))
def refused(results: list[Result], reason: str) -> None:
    """Compare the whole sentence; one that ends with three dots is a beginning."""
    assert {result.success for result in results} == {False}
    beginning = reason.endswith("...")
    told = {result.message[: len(reason) - 3] if beginning else result.message for result in results}
    assert told == {reason.removesuffix("...")}


@then(parsers.parse('the controller has in zone "{name}" a reduction of {value:g} % until {validity}'))
def controller_has(world: World, name: str, value: float, validity: str) -> None:
    reduction = world.controller.find("zone", name)["reduction"]
    assert (reduction["value"], reduction["validity"]) == (value, validity)


@then(parsers.parse('the reduction of zone "{name}" ends {minutes:d} minutes from now'))
def ends(world: World, name: str, minutes: int) -> None:
    end = datetime.fromisoformat(world.controller.find("zone", name)["reduction"]["validity"])
    assert abs(end - world.clock.now() - timedelta(minutes=minutes)) <= timedelta(seconds=1)


@then(parsers.parse("the controller was sent {count:d} change"))
@then(parsers.parse("the controller was sent {count:d} changes"))
def changes(world: World, count: int) -> None:
    assert sum(entry.method in CHANGES for entry in world.controller.journal.entries()) == count
