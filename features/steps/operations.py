"""Steps that use the EWS operations one by one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from ebo_simulator import EwsFault
from ebo_simulator.display import ALARM_STATES
from ebo_simulator.events import Notification
from ebo_simulator.messages import Values
from evce_acceptance.guide.cells import rows
from pytest_bdd import parsers, then, when

from features.driver.world import World

HALF_AN_HOUR = timedelta(minutes=30)
VALUES, ALARMS = 0, 1
CHILDREN = 1


@dataclass
class Subscribed:
    """A subscription of Building Operation, and the last notification that reached it."""

    id: str
    notification: str = ""


def fetch(world: World, subscribed: Subscribed) -> Notification:
    """Fetch the next notification, and remember how far it went."""
    found = world.operation.client.get_notification(subscribed.id, subscribed.notification or None)
    subscribed.notification = found.notification_id
    return found


@then("the server offers")
def server_offers(world: World, datatable: list[list[str]]) -> None:
    offered = world.operation.client.get_web_service_information().operations
    assert set(offered) == {row["operation"] for row in rows(datatable)}


@then(parsers.parse("forcing a value is answered by the fault {name}"))
def forcing_is_refused(world: World, name: str) -> None:
    with pytest.raises(EwsFault) as fault:
        world.operation.client.force_values({"Zones/1/ZoneReduction": "5"})
    assert fault.value.name == name


@when(parsers.parse('Building Operation reads "{one}" and "{other}"'), target_fixture="answer")
def reads_two(world: World, one: str, other: str) -> Values:
    return world.operation.client.get_values([one, other])


@then(parsers.parse('it gets the value "{value}" and the refusal {message} of "{wrong}"'))
def gets_value_and_refusal(answer: Values, value: str, message: str, wrong: str) -> None:
    assert [found.value for found in answer.values] == [value]
    assert [(error.id, error.message) for error in answer.errors] == [(wrong, message)]


@then(parsers.re(r'the item "(?P<path>[^"]+)" stands below (?P<containers>.+)'))
def stands_below(world: World, path: str, containers: str) -> None:
    item = world.operation.browse().tree.point(path)
    wanted = tuple(part.strip(' "') for part in containers.replace(" and ", ", ").split(","))
    assert world.operation.client.get_hierarchical_information(item.id) == wanted


@then(parsers.parse('the enumeration "{name}" has the texts {texts}'))
def enumeration_texts(world: World, name: str, texts: str) -> None:
    (found,) = world.operation.client.get_enums([name]).enums
    assert sorted(value.text for value in found.values) == texts.split(", ")


@then(parsers.parse('the enumeration "{name}" has {count:d} texts'))
def enumeration_size(world: World, name: str, count: int) -> None:
    (found,) = world.operation.client.get_enums([name]).enums
    assert len({value.text for value in found.values}) == count


@when(parsers.parse('Building Operation subscribes to the values of "{folder}"'), target_fixture="subscribed")
def subscribes_to_values(world: World, folder: str) -> Subscribed:
    id_ = world.operation.browse().item_id(folder)
    made = world.operation.client.subscribe([id_], event_type=VALUES, event_mode=CHILDREN, expires=HALF_AN_HOUR)
    world.subscriptions.append(made.id)
    return Subscribed(made.id)


@when(parsers.parse('Building Operation subscribes to the alarms of "{folder}"'), target_fixture="subscribed")
def subscribes_to_alarms(world: World, folder: str) -> Subscribed:
    id_ = world.operation.browse().item_id(folder)
    made = world.operation.client.subscribe([id_], event_type=ALARMS, event_mode=CHILDREN, expires=HALF_AN_HOUR)
    return Subscribed(made.id)


@then(parsers.parse("the next notification brings {count:d} values"))
def brings_values(world: World, subscribed: Subscribed, count: int) -> None:
    assert len(fetch(world, subscribed).values) == count


@then(parsers.parse('the next notification brings "{name}" as {value}'))
def brings_value(world: World, subscribed: Subscribed, name: str, value: str) -> None:
    found = [(change.id.rpartition("/")[2], change.value) for change in fetch(world, subscribed).values]
    assert found == [(name, value)]


@when("the answer to the next notification is lost")
def answer_is_lost(world: World, subscribed: Subscribed) -> None:
    world.operation.client.get_notification(subscribed.id, subscribed.notification)


@when("Building Operation ends its subscription")
def ends_subscription(world: World, subscribed: Subscribed) -> None:
    world.operation.client.unsubscribe(subscribed.id)


@then(parsers.parse("the next notification is refused by the fault {name}"))
def notification_refused(world: World, subscribed: Subscribed, name: str) -> None:
    with pytest.raises(EwsFault) as fault:
        fetch(world, subscribed)
    assert fault.value.name == name


@then(parsers.parse("ending it again is refused by the fault {name}"))
def ending_again_refused(world: World, subscribed: Subscribed, name: str) -> None:
    with pytest.raises(EwsFault) as fault:
        world.operation.client.unsubscribe(subscribed.id)
    assert fault.value.name == name


@then("the next notification brings no alarm")
def brings_no_alarm(world: World, subscribed: Subscribed) -> None:
    assert fetch(world, subscribed).alarms == ()


@then(parsers.parse("the next notification brings an alarm of category {category}"))
def brings_alarm(world: World, subscribed: Subscribed, category: str) -> None:
    assert [event.type for event in fetch(world, subscribed).alarms] == [category]


@when("Building Operation has looked at the alarms", target_fixture="cursor")
def has_looked(world: World) -> list[str]:
    return [world.operation.browse().alarms_with_cursor()[1]]


@then(parsers.re(r"(?P<count>\d+) alarms? (?:has|have) changed since the last look(?:, and is (?P<state>\w+))?"))
def changed_since(world: World, cursor: list[str], count: str, state: str | None) -> None:
    found = world.operation.client.get_updated_alarm_events(cursor[-1])
    cursor.append(found.last_update)
    assert (len(found.events), found.needs_refresh) == (int(count), False)
    if state:
        assert {ALARM_STATES.get(event.state) for event in found.events if event.state is not None} == {state}


@then(parsers.parse("the alarm categories include {one}, {two} and {three}"))
def categories(world: World, one: str, two: str, three: str) -> None:
    assert {one, two, three} <= set(world.operation.client.get_alarm_event_types())


@then(parsers.parse('the values of "{a}", "{b}", "{c}" and "{d}" are {texts}'))
def values_in_order(world: World, a: str, b: str, c: str, d: str, texts: str) -> None:
    answer = world.operation.client.get_values([a, b, c, d])
    expected = texts.replace(" and ", ", ").split(", ")
    assert [(found.id, found.value) for found in answer.values] == list(zip((a, b, c, d), expected, strict=True))


@when(
    parsers.parse('Building Operation subscribes to the values of "{one}" and to those of "{other}"'),
    target_fixture="subscriptions",
)
def subscribes_twice(world: World, one: str, other: str) -> list[Subscribed]:
    found = [subscribes_to_values(world, folder) for folder in (one, other)]
    assert all(fetch(world, subscribed).values for subscribed in found)
    return found


@then(parsers.re(r'the (?P<which>first|second) subscription brings "(?P<id_>.+)" as (?P<value>\S+) and nothing else'))
def subscription_brings(world: World, subscriptions: list[Subscribed], which: str, id_: str, value: str) -> None:
    found = fetch(world, subscriptions[["first", "second"].index(which)]).values
    assert [(change.id, change.value) for change in found] == [(id_, value)]


@when("Building Operation renews its subscription")
def renews(world: World, subscribed: Subscribed) -> None:
    assert world.operation.client.renew(subscribed.id, HALF_AN_HOUR).id == subscribed.id
