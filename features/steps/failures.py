"""Steps that measure how soon a failure is noticed, and how soon it is over; and what makes the ten failures."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest
from pytest_bdd import given, parsers, then, when

from features.driver import controller
from features.driver.conditions import condition
from features.driver.watching import Watch
from features.driver.world import World
from features.failures.measuring import MEASURED
from features.steps.alarms import alarm_item, station_alarm


@then(parsers.parse("{case} is noticed within {limit:g} s: {what}"))
def is_noticed(world: World, request: pytest.FixtureRequest, case: str, limit: float, what: str) -> None:
    measure(world, request, "noticed", case, limit, what)


@then(parsers.parse("{case} is over within {limit:g} s: {what}"))
def is_over(world: World, request: pytest.FixtureRequest, case: str, limit: float, what: str) -> None:
    measure(world, request, "over", case, limit, what)


def measure(world: World, request: pytest.FixtureRequest, kind: str, case: str, limit: float, what: str) -> None:
    """Wait for something, in the time of the site, and note how long that took."""
    look = condition(what)
    watch = Watch(world, lambda: look(world), limit)
    watch.run()
    assert watch.after is not None, f"{case} is not {kind} within {limit:g} s: {what}; at the last look {watch.seen}"
    request.node.user_properties.append((MEASURED, {"case": case, "kind": kind, "seconds": round(watch.after, 1)}))


@given("time-outs pass on the clock of the site")
def time_outs_pass(world: World) -> None:
    world.connector.network_clock = world.clock


@when("Building Operation dies without a word")
def operation_dies(world: World) -> None:
    world.disconnect()


@when('another workstation acknowledges the alarm of station "EVSimu1"')
def other_acknowledges(world: World) -> None:
    workstation = world.operation_like("as-p").browse()
    (result,) = workstation.acknowledge([alarm_item(world, station_alarm("EVSimu1")).id]).values()
    assert (result.success, result.message) == (True, "")


@when(parsers.re(r"the clock of the charge controller is set (?P<way>forward|back) by (?P<hours>\d+) hours"))
def controller_clock_is_set(world: World, way: str, hours: str) -> None:
    world.controller.simulator.clock.jump({"forward": 3600, "back": -3600}[way] * int(hours))


@when(parsers.parse("{count:d} quarter-hours pass, and the connector sleeps in between"))
def quarters_pass(world: World, count: int) -> None:
    world.pass_quarters(count)


@when(parsers.parse("the connector loses its power for {minutes:d} minutes"))
def power_is_cut(world: World, minutes: int) -> None:
    world.cut_power()
    world.clock.advance(60 * minutes)
    world.start()


@when(parsers.parse("the database takes nothing more: {words}"))
def database_takes_nothing(world: World, words: str) -> None:
    world.connector.spoil_database(words)


@when("the database takes everything again")
def database_is_mended(world: World) -> None:
    world.connector.mend_database()


@given("the charge controller vanishes as soon as it has a reduction")
def vanishes_with_a_reduction(world: World) -> None:
    keep = world.controller.model.set_reduction

    def vanish(number: int, value: float, validity: datetime) -> dict[str, Any]:
        kept = keep(number, value, validity)
        world.controller.vanish()
        return kept

    world.controller.do_instead("set_reduction", vanish)


@when(parsers.parse('stations "{one}" and "{other}" swap their OCPP identifiers'))
def stations_swap(world: World, one: str, other: str) -> None:
    ids = [world.controller.find("station", name)["id"] for name in (other, one)]
    for number, name in zip(ids, (one, other), strict=True):
        station_gets_identifier(world, number, name)


@when(parsers.parse("station {number:d} gets the OCPP identifier {identifier}"))
def station_gets_identifier(world: World, number: int, identifier: str) -> None:
    world.controller.model.set_station(number, ocppIdentifier=identifier)


@then("no two requests to the charge controller overlapped")
def no_overlap(world: World) -> None:
    entries = world.controller.journal.entries()
    assert len(entries) > 4
    assert all(after.monotonic >= before.monotonic + before.seconds for before, after in pairwise(entries))


@then("no item and no line of the log holds the password")
def password_is_nowhere(world: World, caplog: pytest.LogCaptureFixture) -> None:
    shown = [point.value for point in world.operation.everything()]
    told = [event.message for event in world.operation.browse().alarm_events()]
    assert "EvceProcessor" in caplog.text
    assert not [words for words in (*shown, *told, caplog.text) if controller.PASSWORD in words]


@when("the charge controller's password is the one before")
def password_is_the_old_one(world: World) -> None:
    world.controller.clear_faults("rotated-password")
