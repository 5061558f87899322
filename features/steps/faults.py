"""Steps that raise the named faults of the charge controller, and see what becomes of the live data points."""

from __future__ import annotations

from collections import defaultdict

from ebo_simulator.display import STATES
from evce_acceptance.guide.datapoints import datapoints
from pytest_bdd import given, parsers, then, when

from features.driver.world import World

TIME_OUT = 10


@when(parsers.parse("the charge controller has the fault {name}"))
def fault_is_raised(world: World, name: str) -> None:
    world.controller.raise_fault(name)


@given(parsers.parse("the charge controller has the fault {name} once, in a poll"))
@when(parsers.parse("the charge controller has the fault {name} once, in a poll"))
def fault_is_raised_once(world: World, name: str) -> None:
    world.controller.raise_fault(name, calls=1, path="/zones*")


@when("the charge controller has no fault")
def faults_are_over(world: World) -> None:
    world.controller.clear_faults()


@when(parsers.parse("{polls:d} polls and one time-out pass"))
def polls_pass(world: World, polls: int) -> None:
    world.pass_time(polls * world.interval + TIME_OUT)


@then(parsers.parse("every live data point of connectors is {state}"))
def live_points_are(world: World, state: str) -> None:
    assert set().union(*states_of_connectors(world).values()) == {state}


@then("every live data point of connectors but their average current, which hangs on a word, is Good")
def live_points_but_one_are_good(world: World) -> None:
    assert set().union(*states_of_connectors(world, but=("ConnectorOverallRmsCurrentAverage",)).values()) == {"Good"}


@then(parsers.parse("every live data point of the first connector is {first}, and of the last connector {last}"))
def first_and_last_are(world: World, first: str, last: str) -> None:
    paths = list(world.controller.known.objects("connector"))
    states = states_of_connectors(world)
    assert (states[paths[0]], states[paths[-1]]) == ({first}, {last})


def states_of_connectors(world: World, but: tuple[str, ...] = ()) -> dict[str, set[str]]:
    """Return the states of each connector's live data points, by its path."""
    states: dict[str, set[str]] = defaultdict(set)
    names = {point.name for point in datapoints() if point.live and point.level == "connector"} - set(but)
    for name in names:
        for path, point in world.operation.points(name).items():
            states[path].add(STATES[point.state or 0])
    return states
