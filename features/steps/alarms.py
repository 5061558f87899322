"""Steps that raise alarms on the controller, and see and acknowledge them in Building Operation."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby

from ebo_simulator import Point
from ebo_simulator.display import ALARM_STATES
from ebo_simulator.events import AlarmEvent
from pytest_bdd import given, parsers, then, when

from features.driver.world import World

NORMAL = 0
ACKNOWLEDGEABLE = {"Reset": 2, "Acknowledged": 0}
"""What is offered for acknowledging: required, or no more."""


def events_of(world: World, name: str) -> list[AlarmEvent]:
    """Return the present event of an alarm by the name of its item; none or one."""
    id_ = alarm_item(world, name).id
    return [event for event in world.operation.browse().alarm_events() if event.id == id_]


def alarm_item(world: World, name: str) -> Point:
    """Find an alarm item by its name."""
    (found,) = (point for path, point in world.operation.browse().tree.points.items() if path.endswith(f"/{name}"))
    return found


def station_alarm(station: str) -> str:
    """Name the alarm of a station as the guide does."""
    return f"Station-{station}_Alarm"


@given(parsers.parse("the alarm rule for {condition} has priority {priority:d} and category {category}"))
def rule_is_configured(world: World, condition: str, priority: int, category: str) -> None:
    rule = {"condition": condition, "priority": priority, "category": category, "enabled": True}
    world.connector.configure("alarms", rules=[rule])


@given(parsers.parse("the alarm rule for {condition} is switched on"))
def rule_is_switched_on(world: World, condition: str) -> None:
    world.connector.configure("alarms", rules=[{"condition": condition, "enabled": True}])


@when(parsers.parse('connector "{name}" is faulted with the error code {code}'))
def connector_is_faulted(world: World, name: str, code: str) -> None:
    world.controller.change("connector", name, status="faulted", errorCode=code)


@when(parsers.parse('the status of connector "{name}" flaps between {one} and {other} for {polls:d} polls'))
def connector_flaps(world: World, name: str, one: str, other: str, polls: int) -> None:
    for number in range(polls):
        world.controller.change("connector", name, status=other if number % 2 else one)
        world.poll()


@when(parsers.parse('Building Operation acknowledges the alarm of station "{station}"'))
def acknowledges(world: World, station: str) -> None:
    id_ = alarm_item(world, station_alarm(station)).id
    (result,) = world.operation.browse().acknowledge([id_]).values()
    assert (result.success, result.message) == (True, "")


@when(parsers.parse('Building Operation acknowledges the alarms of stations "{one}" and "{other}" at once'))
def acknowledges_two(world: World, one: str, other: str) -> None:
    ids = [alarm_item(world, station_alarm(station)).id for station in (one, other)]
    results = world.operation.browse().acknowledge(ids)
    assert [(id_, result.success, result.message) for id_, result in results.items()] == [
        (id_, True, "") for id_ in ids
    ]


@then(parsers.parse('Building Operation sees no alarm of station "{station}"'))
def no_alarm(world: World, station: str) -> None:
    assert [event for event in events_of(world, station_alarm(station)) if event.state != NORMAL] == []


@then(
    parsers.parse('the alarm of station "{station}" is Active with priority {priority:d} and category {category}'),
    target_fixture="event",
)
def alarm_is_active(world: World, station: str, priority: int, category: str) -> AlarmEvent:
    (event,) = events_of(world, station_alarm(station))
    assert (ALARM_STATES[event.state or 0], event.priority, event.type) == ("Active", priority, category)
    return event


@then(parsers.re(r'the alarm of station "(?P<station>[^"]+)" is (?P<state>Reset|Acknowledged)'))
def alarm_of_station_is(world: World, station: str, state: str) -> None:
    (event,) = events_of(world, station_alarm(station))
    assert (ALARM_STATES[event.state or 0], event.acknowledgeable) == (state, ACKNOWLEDGEABLE[state])


@then(parsers.parse('the alarm of station "{station}" began {seconds:d} s before its last change'))
def alarm_began(world: World, station: str, seconds: int) -> None:
    (event,) = events_of(world, station_alarm(station))
    assert event.transition
    assert event.occurrence
    assert event.transition - event.occurrence == timedelta(seconds=seconds)


@then(parsers.parse('the message of the alarm of station "{station}" names "{words}"'))
def message_of_alarm_names(world: World, station: str, words: str) -> None:
    (event,) = events_of(world, station_alarm(station))
    assert words in event.message


@then(parsers.parse('the acknowledgement of the alarm of station "{station}" is {needed}'))
def acknowledgement_is(world: World, station: str, needed: str) -> None:
    (event,) = events_of(world, station_alarm(station))
    assert event.acknowledgeable == ["not needed", "possible", "required"].index(needed)


@then(parsers.parse('the alarm "{name}" is {state}'))
def alarm_is(world: World, name: str, state: str) -> None:
    states = [ALARM_STATES[event.state or 0] for event in events_of(world, name)] or ["Normal"]
    assert states == [state]


@then(parsers.parse('the alarm "{name}" has priority {priority:d} and category {category}'))
def alarm_has(world: World, name: str, priority: int, category: str) -> None:
    (event,) = events_of(world, name)
    assert (ALARM_STATES[event.state or 0], event.priority, event.type) == ("Active", priority, category)


@then(parsers.parse('its message does not name "{words}"'))
def message_does_not_name(event: AlarmEvent, words: str) -> None:
    assert words not in event.message


@then(parsers.parse('its message names "{words}"'))
def message_names(event: AlarmEvent, words: str) -> None:
    assert words in event.message


@then(parsers.re(r'the alarm of station "(?P<station>[^"]+)" changed (?P<times>\d+) times?'))
def alarm_changed(world: World, station: str, times: str) -> None:
    history = world.operation.browse().client.get_alarm_history(alarm_item(world, station_alarm(station)).id)
    assert len(history.events) == int(times)


@then(parsers.parse('the alarm "{name}" was {states} and nothing else'))
def alarm_was(world: World, name: str, states: str) -> None:
    """Compare the states that it went through; its message may have changed in between."""
    history = world.operation.browse().client.get_alarm_history(alarm_item(world, name).id)
    found = [state for state, _ in groupby(ALARM_STATES[event.state or 0] for event in history.events)]
    assert found == states.split(", ")
