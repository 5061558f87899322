"""Steps that raise the named faults of the charge controller, and see what becomes of the live data points."""

from __future__ import annotations

from ebo_simulator.display import STATES
from pytest_bdd import parsers, then, when

from features.datapoints import datapoints
from features.driver.world import World

TIME_OUT = 10


@when(parsers.parse("the charge controller has the fault {name}"))
def fault_is_raised(world: World, name: str) -> None:
    world.controller.raise_fault(name)


@when("the charge controller has no fault")
def faults_are_over(world: World) -> None:
    world.controller.clear_faults()


@when(parsers.parse("{polls:d} polls and one time-out pass"))
def polls_pass(world: World, polls: int) -> None:
    world.pass_time(polls * world.interval + TIME_OUT)


@then(parsers.parse("every live data point of connectors is {state}"))
def live_points_are(world: World, state: str) -> None:
    names = [point.name for point in datapoints() if point.live and point.level == "connector"]
    states = {STATES[point.state or 0] for name in names for point in world.operation.points(name).values()}
    assert states == {state}
