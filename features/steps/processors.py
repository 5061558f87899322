"""Steps that run the connector's processors, let time pass, and ask how the processors are."""

from __future__ import annotations

from itertools import pairwise

import pytest
from evce_acceptance.guide.cells import column
from evce_connector.config import ConfigurationError
from pytest_bdd import given, parsers, then, when

from features.driver.world import World

TOLERANCE = 0.001


@when("the connector serves Building Operation and no processor runs")
def connector_serves(world: World) -> None:
    world.connector.serve()


@when("the set-up processor runs")
def set_up_runs(world: World) -> None:
    world.set_up()


@when("the status processor starts")
def status_processor_starts(world: World) -> None:
    world.connector.runner.start_polling()


@when("the connector polls once more")
def polls_once(world: World) -> None:
    world.poll()


@when("the database's file is deleted")
def database_is_deleted(world: World) -> None:
    world.connector.delete_database()


@when(parsers.parse("the connector polls {times:d} times"))
def polls(world: World, times: int) -> None:
    world.poll(times)


@when(parsers.parse("{seconds:d} seconds pass"))
def seconds_pass(world: World, seconds: int) -> None:
    world.pass_time(seconds)


@when(parsers.parse("{seconds:d} seconds pass in which the connector does nothing"))
def seconds_pass_unused(world: World, seconds: int) -> None:
    world.clock.advance(seconds)


@when(parsers.parse("{minutes:d} minutes pass"))
def minutes_pass(world: World, minutes: int) -> None:
    world.pass_time(60 * minutes)


@when(parsers.parse("the last good poll is {seconds:d} s old"))
def last_poll_is_old(world: World, seconds: int) -> None:
    world.pass_time_after_last_poll(seconds)


@when(parsers.re(r"the connector's clock is set (?P<way>forward|back) by (?P<hours>\d+) hours"))
def clock_is_set(world: World, way: str, hours: str) -> None:
    world.set_clock_of_connector({"forward": 3600, "back": -3600}[way] * int(hours))


@when(parsers.parse("the connector is stopped for {minutes:d} minutes and started again"))
def connector_restarts(world: World, minutes: int) -> None:
    world.stop_connector()
    world.clock.advance(60 * minutes)
    world.start()


@given(parsers.parse("the status interval is {seconds:d} s"))
def status_interval(world: World, seconds: int) -> None:
    world.connector.configure("status", interval_seconds=seconds)


@then(parsers.parse("all polls began {seconds:d} s apart"))
@then(parsers.parse("all polls since then began {seconds:d} s apart"))
def polls_began_apart(world: World, seconds: int) -> None:
    gaps = [after - before for before, after in pairwise(world.controller.poll_starts())]
    assert gaps == pytest.approx([seconds] * max(4, len(gaps)), abs=TOLERANCE)


@then(parsers.parse("the configuration is refused: {key}"))
def configuration_refused(world: World, key: str) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        world.connector.configuration()
    (trouble,) = refusal.value.troubles
    assert trouble.startswith(f"{key}: ")


@then("the configuration is accepted")
def configuration_accepted(world: World) -> None:
    world.connector.configuration()


@then("the set-up processor says nothing")
def set_up_says_nothing(world: World) -> None:
    assert world.connector.prompts == []


@then(parsers.parse('the set-up processor says "{words}"'))
def set_up_says(world: World, words: str) -> None:
    (prompt,) = world.connector.prompts
    assert words in prompt


@when(parsers.parse("the charge controller is busy and asks to be left alone for {seconds:d} s"))
def is_busy(world: World, seconds: int) -> None:
    world.controller.raise_fault("too-many-requests", retry_after=seconds)


@then(parsers.parse("the charge controller was asked {times:d} times"))
def asked_times(world: World, times: int) -> None:
    assert len(world.controller.asked_for()) == times


@then("the charge controller was asked for nothing")
def asked_for_nothing(world: World) -> None:
    assert world.controller.asked_for() == []


@then("the charge controller was asked for")
def asked_for(world: World, datatable: list[list[str]]) -> None:
    assert world.controller.asked_for() == column(datatable)
