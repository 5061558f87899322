"""Steps that raise the named faults of the charge controller, and see what becomes of the live data points."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from ebo_simulator.display import STATES
from evce_acceptance.guide.cells import field_name
from evce_acceptance.guide.datapoints import datapoints
from evce_simulator.catalogue import fault_named
from evce_simulator.journal import Entry
from pytest_bdd import given, parsers, then, when

from features.driver.world import World

TIME_OUT = 10
OK, REFUSED = 200, (401, 403)
LISTS = ("/zones", "/stations", "/connectors")
Proof = Callable[[Entry, dict[str, Any]], bool]
PROOFS: dict[str, Proof] = {
    "cut": lambda entry, _: entry.status == 0,
    "status": lambda entry, options: entry.status == options["status"],
    **dict.fromkeys(
        ("rotated-password", "expired-token", "refused-token", "locked-out"),
        lambda entry, _: entry.status in REFUSED,
    ),
    "slow": lambda entry, _: entry.status == OK and entry.seconds > 0,
    "dribbled": lambda entry, _: entry.status == OK and entry.seconds > 0,
    "object": lambda entry, _: entry.status == OK and entry.path in LISTS,
    "list": lambda entry, _: entry.status == OK and entry.path in LISTS,
    "field": lambda entry, _: entry.status == OK and entry.path in LISTS,
}
"""What the journal says of a request that met a fault, by the fault's kind; of other kinds that it was answered."""


def answered(entry: Entry, _: dict[str, Any]) -> bool:
    """Say whether a request was answered, whatever with."""
    return entry.status == OK


@given(parsers.parse("the charge controller has the fault {name}"))
@when(parsers.parse("the charge controller has the fault {name}"))
def fault_is_raised(world: World, name: str) -> None:
    world.controller.raise_fault(name)


@given(parsers.parse("the charge controller has the fault {name} once, in a poll"))
@when(parsers.parse("the charge controller has the fault {name} once, in a poll"))
def fault_is_raised_once(world: World, name: str) -> None:
    world.controller.raise_fault(name, calls=1, path="/zones*")


@when(parsers.parse("the charge controller has the fault {name} of {seconds:g} s"))
def fault_takes_seconds(world: World, name: str, seconds: float) -> None:
    """Raise a fault that takes its time, or asks for it."""
    asks = "retry_after" in fault_named(name).options
    world.controller.raise_fault(name, **{"retry_after": int(seconds)} if asks else {"delay": seconds})


@when(parsers.parse("the charge controller has the fault {name} once, in a write"))
def fault_is_raised_in_a_write(world: World, name: str) -> None:
    world.controller.raise_fault(name, calls=1, method="PUT")


@when(parsers.parse("the charge controller has the fault {name} in its list of {kind}"))
def fault_is_raised_in_a_list(world: World, name: str, kind: str) -> None:
    world.controller.raise_fault(name, path=f"/{kind}")


@given(parsers.parse('the charge controller has the fault {name} in the {what} of connector "{connector}"'))
@when(parsers.parse('the charge controller has the fault {name} in the {what} of connector "{connector}"'))
def field_is_odd(world: World, name: str, what: str, connector: str) -> None:
    number = world.controller.find("connector", connector)["id"]
    world.controller.raise_fault(name, field=field_name(what), id=number, path="/connectors*")


@then(parsers.parse("the connector has met the fault {name}"))
def fault_is_met(world: World, name: str) -> None:
    heard, row = world.controller.heard(), fault_named(name)
    if name == "refused":  # nobody listens: what is refused is in no journal, and nothing else may be
        assert heard == []
        return
    proof = PROOFS.get(row.kind, answered)
    assert any(entry.fault == name and proof(entry, row.options) for entry in heard)


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


@then("every live data point of the last connector is Good")
def last_is_good(world: World) -> None:
    states = states_of_connectors(world)
    assert states[list(world.controller.known.objects("connector"))[-1]] == {"Good"}


def states_of_connectors(world: World, but: tuple[str, ...] = ()) -> dict[str, set[str]]:
    """Return the states of each connector's live data points, by its path."""
    states: dict[str, set[str]] = defaultdict(set)
    names = {point.name for point in datapoints() if point.live and point.level == "connector"} - set(but)
    for name in names:
        for path, point in world.operation.points(name).items():
            states[path].add(STATES[point.state or 0])
    return states
