"""Where changes come from: polling, subscriptions that are kept alive, and the list of alarms."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from ebo_simulator import EboClient, EwsFault, Workstation
from ebo_simulator.clock import ManualClock
from ebo_simulator.feeds import AlarmList, PollingFeed, SubscriptionFeed, value_feed
from ebo_simulator.profiles import profile

from tests.ebo_simulator.canned import Subscriptions, alarm_answer, alarm_event
from tests.ebo_simulator.ews_stub import SOAP_TYPE, E, Stub, fault


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 3, 1, 10, tzinfo=UTC))


@pytest.fixture
def feed(workstation: Workstation, subscriptions: Subscriptions, clock: ManualClock) -> SubscriptionFeed:  # noqa: ARG001 (the stub learns them before the feed asks)
    return SubscriptionFeed(workstation, clock)


def test_the_first_notification_changes_nothing_that_was_just_discovered(feed: SubscriptionFeed) -> None:
    assert feed.changes() == []


def test_a_change_on_the_server_arrives_once(feed: SubscriptionFeed, workstation: Workstation, stub: Stub) -> None:
    feed.changes()
    stub.items["max"]["Value"] = "80"

    assert feed.changes() == [workstation.tree.by_id["max"]]
    assert feed.changes() == []


def test_the_notification_id_received_is_sent_with_the_next_request(feed: SubscriptionFeed, stub: Stub) -> None:
    feed.changes()
    feed.changes()

    first, second = stub.asked("GetNotification")
    assert [child.text for child in first] == ["s1"]
    assert [child.text for child in second] == ["s1", "n2"]


def test_a_subscription_is_renewed_at_half_of_the_time_granted(
    feed: SubscriptionFeed, clock: ManualClock, stub: Stub
) -> None:
    clock.advance(299)
    feed.changes()
    assert stub.asked("Renew") == []

    clock.advance(1)
    feed.changes()
    feed.changes()
    assert len(stub.asked("Renew")) == 1


def test_a_subscription_that_the_server_forgot_is_made_again(
    feed: SubscriptionFeed, workstation: Workstation, subscriptions: Subscriptions, stub: Stub
) -> None:
    feed.changes()
    subscriptions.forget()
    stub.items["max"]["Value"] = "80"

    assert feed.changes() == [workstation.tree.by_id["max"]]
    assert feed.subscribed == 2


def test_another_fault_is_not_taken_for_a_lost_subscription(feed: SubscriptionFeed, stub: Stub) -> None:
    stub.replace["GetNotification"] = lambda _: (500, SOAP_TYPE, fault("TimeOut", "TIMEOUT", "Busy."))

    with pytest.raises(EwsFault, match="TimeOut"):
        feed.changes()
    assert feed.subscribed == 1


def test_what_the_server_will_not_watch_is_polled(
    client: EboClient, subscriptions: Subscriptions, clock: ManualClock, stub: Stub
) -> None:
    workstation = Workstation(client, like=replace(profile("es"), ids=3))
    assert workstation.tree.by_id
    row = stub.items.pop("max")
    feed = SubscriptionFeed(workstation, clock)
    stub.items["max"] = row | {"Value": "80"}
    stub.replace["GetNotification"] = lambda _: E.GetNotificationResponse(E.MoreDataAvailable("false"))

    assert [result.id for result in feed.refused] == ["max"]
    assert feed.changes() == [workstation.tree.by_id["max"]]
    assert len(subscriptions.seen) == 3


def test_closing_unsubscribes(feed: SubscriptionFeed, subscriptions: Subscriptions) -> None:
    feed.close()

    assert subscriptions.seen == {}


def test_closing_after_the_server_forgot_is_no_error(feed: SubscriptionFeed, subscriptions: Subscriptions) -> None:
    subscriptions.forget()

    feed.close()
    assert feed._open == []


@pytest.mark.usefixtures("subscriptions")
def test_a_profile_with_subscriptions_subscribes(workstation: Workstation, clock: ManualClock) -> None:
    assert isinstance(value_feed(workstation, clock), SubscriptionFeed)


def test_a_server_without_subscriptions_is_polled(workstation: Workstation, clock: ManualClock, stub: Stub) -> None:
    feed = value_feed(workstation, clock)
    stub.items["max"]["Value"] = "80"

    assert isinstance(feed, PollingFeed)
    assert [point.id for point in feed.changes()] == ["max"]
    feed.close()


@pytest.mark.usefixtures("subscriptions")
def test_a_profile_without_subscriptions_polls(client: EboClient, clock: ManualClock) -> None:
    assert isinstance(value_feed(Workstation(client, like=profile("as-p")), clock), PollingFeed)


def test_a_server_that_fails_to_subscribe_is_not_silently_polled(
    workstation: Workstation, clock: ManualClock, stub: Stub
) -> None:
    stub.replace["Subscribe"] = lambda _: (500, SOAP_TYPE, fault("Permission_Denied", "PERMISSION_DENIED", "No."))

    with pytest.raises(EwsFault, match="Permission_Denied"):
        value_feed(workstation, clock)


@pytest.mark.usefixtures("subscriptions")
def test_the_alarms_are_loaded_once_and_then_kept(workstation: Workstation, stub: Stub) -> None:
    alarms = AlarmList(workstation)

    assert [event.state for event in alarms.changes()] == [1]
    assert [event.state for event in alarms.changes()] == [2]
    assert {key: event.state for key, event in alarms.alarms.items()} == {"alarm": 2}
    assert len(stub.asked("GetAlarmEvents")) == 1


@pytest.mark.usefixtures("subscriptions")
def test_a_server_that_wants_a_refresh_gets_its_alarms_loaded_again(workstation: Workstation, stub: Stub) -> None:
    operation = "GetUpdatedAlarmEvents"
    stub.replace[operation] = lambda _: alarm_answer(operation, "c9", alarm_event("3"), needs_refresh="true")
    alarms = AlarmList(workstation)
    alarms.changes()

    assert [event.state for event in alarms.changes()] == [1]
    assert alarms.reloads == 1
