from collections.abc import Callable
from datetime import timedelta

import pytest
from evce_connector.alarms.rules import Acknowledge
from evce_connector.alarms.state_machine import Judgement
from evce_connector.clock import ManualClock
from evce_connector.ews.server import EwsServer, EwsStores
from evce_connector.ews.settings import User
from evce_connector.points.tree import Folder, Tree
from evce_connector.site.values import State
from sqlalchemy import Engine

from tests.evce_connector.ews.conftest import READER, WRITER, Answer, Serve, Wire, add_station

POWER, NAME = "Zones/1/ZoneOverallActivePowerTotal", "Zones/1/ZoneName"
VALUES, ALARMS, SYSTEM, HIERARCHY = 0, 1, 2, 3
LOST = Judgement(True, 150, "EVCE Communication", "not connected", Acknowledge.POSSIBLE)


def subscribe(
    wire: Wire, kind: int, *names: str, mode: int | None = None, expires: str = "", event_filter: str = ""
) -> Answer:
    attribute = "" if mode is None else f'eventMode="{mode}"'
    listed = f"<Ids {attribute}>{''.join(f'<Id>{name}</Id>' for name in names)}</Ids>" if names else ""
    content = f"<Filter><EventType>{kind}</EventType>{listed}{event_filter}</Filter>"
    if expires:
        content = f"<Expires>{expires}</Expires>{content}"
    return wire.ask(
        "Subscribe", f"<Delivery><NotifyTo><Address/></NotifyTo></Delivery>{content}", attributes='Mode="0"'
    )


def asking(subscription: str, notification: str = "", more: str = "") -> str:
    content = f"<SubscriptionId>{subscription}</SubscriptionId>"
    content += f"<NotificationId>{notification}</NotificationId>" if notification else ""
    return content + (f"<MoreDataRef>{more}</MoreDataRef>" if more else "")


class Follower:
    """A client that holds a subscription and hands back what it was given."""

    def __init__(self, wire: Wire, kind: int, *names: str, **options: str | int) -> None:
        self.wire = wire
        self.granted = subscribe(wire, kind, *names, **options)
        self.id = self.granted.one("SubscriptionId")
        self.last = ""

    def ask(self, notification: str | None = None) -> Answer:
        wanted = self.last if notification is None else notification
        answer = self.wire.ask("GetNotification", asking(self.id, wanted))
        self.last = answer.one("NotificationId")
        return answer

    def ids(self, notification: str | None = None) -> list[str]:
        return self.ask(notification).all("Id")


def test_the_first_notification_brings_everything_and_later_ones_what_changed(wire: Wire, tree: Tree) -> None:
    follower = Follower(wire, VALUES, POWER, NAME)
    assert follower.ids() == [POWER, NAME]
    assert follower.ids() == []
    tree.apply([(tree.get(POWER), 3.5, State.UNCERTAIN)])
    (event,) = follower.ask().rows("Event")
    assert event == {"Id": POWER, "TimeStamp": "2026-01-01T00:00:00Z", "State": "1", "Value": "3.5"}


def test_an_answer_that_was_lost_can_be_had_again(wire: Wire, tree: Tree) -> None:
    follower = Follower(wire, VALUES, POWER, NAME)
    follower.ids()
    known = follower.last
    tree.apply([(tree.get(POWER), 3.5, State.GOOD)])
    assert follower.ids(known) == follower.ids(known) == [POWER]


def test_some_ids_may_fail(wire: Wire) -> None:
    answer = subscribe(wire, VALUES, NAME, "nothing")
    assert [(row["Success"], row["Message"]) for row in answer.rows("Result")] == [
        ("true", ""),
        ("false", "INVALID_ID"),
    ]


def test_ids_that_all_fail_make_no_subscription(wire: Wire, stores: EwsStores) -> None:
    content = "<Filter><EventType>1</EventType><Ids><Id>nothing</Id></Ids></Filter>"
    assert wire.fault("Subscribe", content).reason == "INVALID_REQUEST"
    assert len(stores.subscriptions) == 0


def test_mode_1_means_a_container_and_its_first_level(wire: Wire) -> None:
    follower = Follower(wire, VALUES, "Stations/1", mode=1)
    assert follower.ids() == ["Stations/1/StationStatus", "Stations/1/StationIsConnected"]
    alarms = Follower(wire, ALARMS, "Stations/1", mode=1)
    assert alarms.ask().rows("AlarmEvent") == []


def test_only_pulling_is_offered(wire: Wire) -> None:
    content = f"<Filter><EventType>0</EventType><Ids><Id>{NAME}</Id></Ids></Filter>"
    assert wire.fault("Subscribe", content, attributes='Mode="1"').reason == "INVALID_REQUEST"


@pytest.mark.parametrize(
    ("asked", "granted"),
    [("", "PT30M"), ("PT1H30M", "PT1H30M"), ("PT0.5S", "PT10S"), ("P2D", "PT24H"), ("P1Y2M3DT4H5M6S", "PT24H")],
)
def test_expires_is_granted_within_bounds(wire: Wire, asked: str, granted: str) -> None:
    assert subscribe(wire, VALUES, NAME, expires=asked).one("Expires") == granted


def test_a_subscription_runs_out(wire: Wire, clock: ManualClock) -> None:
    follower = Follower(wire, VALUES, NAME, expires="PT1M")
    clock.advance(59)
    follower.ids()
    clock.advance(1)
    assert wire.fault("GetNotification", asking(follower.id)).reason == "INVALID_SUBSCRIPTION"


def test_renew_keeps_the_id_and_lengthens_the_life(wire: Wire, clock: ManualClock) -> None:
    follower = Follower(wire, VALUES, NAME, expires="PT1M")
    clock.advance(50)
    answer = wire.ask("Renew", f"<SubscriptionId>{follower.id}</SubscriptionId><Expires>PT2M</Expires>")
    assert (answer.one("SubscriptionId"), answer.one("Expires")) == (follower.id, "PT2M")
    clock.advance(110)
    assert follower.ids() == [NAME]


def test_renewing_for_no_time_is_an_invalid_time(wire: Wire) -> None:
    follower = Follower(wire, VALUES, NAME)
    for expires in ("PT0S", "soon", "-P1D", "P"):
        content = f"<SubscriptionId>{follower.id}</SubscriptionId><Expires>{expires}</Expires>"
        assert wire.fault("Renew", content).name == "Invalid_Time"


def test_after_unsubscribe_there_is_no_notification_and_a_second_one_says_terminated(wire: Wire) -> None:
    follower = Follower(wire, VALUES, NAME)
    content = f"<SubscriptionId>{follower.id}</SubscriptionId>"
    assert wire.ask("Unsubscribe", content).one("SubscriptionId") == follower.id
    assert wire.fault("GetNotification", asking(follower.id)).name == "Invalid_Subscription"
    assert wire.fault("Renew", content).name == "Invalid_Subscription"
    fault = wire.fault("Unsubscribe", content)
    assert (fault.name, fault.reason) == ("Subscription_Terminated", "SUBSCRIPTION_TERMINATED")


def test_one_subscription_too_many_fails_until_one_ends(serve: Serve) -> None:
    wire = Wire(serve(max_subscriptions=2))
    first, _ = Follower(wire, VALUES, NAME), Follower(wire, VALUES, NAME)
    content = f"<Filter><EventType>0</EventType><Ids><Id>{NAME}</Id></Ids></Filter>"
    fault = wire.fault("Subscribe", content)
    assert (fault.name, fault.code) == ("Operation_Failed", "Receiver")
    wire.ask("Unsubscribe", f"<SubscriptionId>{first.id}</SubscriptionId>")
    assert subscribe(wire, VALUES, NAME).one("SubscriptionId")


@pytest.mark.parametrize(("greedy", "other"), [(READER, WRITER), (WRITER, READER)])
def test_one_user_gets_a_share_of_the_subscriptions_and_leaves_the_rest(
    serve: Serve, greedy: User, other: User
) -> None:
    server = serve(max_subscriptions=4, max_subscriptions_per_user=2)
    wire = Wire(server, greedy)
    first, _ = Follower(wire, VALUES, NAME), Follower(wire, VALUES, NAME)
    fault = wire.fault("Subscribe", f"<Filter><EventType>0</EventType><Ids><Id>{NAME}</Id></Ids></Filter>")
    assert fault.text == "This user has 2 subscriptions already; unsubscribe one or let it expire."
    assert Follower(Wire(server, other), VALUES, NAME).ids() == [NAME]
    wire.ask("Unsubscribe", f"<SubscriptionId>{first.id}</SubscriptionId>")
    assert Follower(wire, VALUES, NAME).ids() == [NAME]


@pytest.mark.parametrize("empty", ["<EventFilter/>", "<EventFilter><Types/></EventFilter>"])
@pytest.mark.parametrize(("kind", "ids"), [(VALUES, NAME), (ALARMS, ""), (HIERARCHY, "Zones/1")])
def test_an_empty_event_filter_is_none(wire: Wire, kind: int, ids: str, empty: str) -> None:
    wanted = [ids] if ids else []
    assert Follower(wire, kind, *wanted, event_filter=empty).id


def test_what_ran_out_makes_room(serve: Serve, clock: ManualClock) -> None:
    wire = Wire(serve(max_subscriptions=1))
    Follower(wire, VALUES, NAME, expires="PT10S")
    clock.advance(10)
    assert Follower(wire, VALUES, NAME).ids() == [NAME]


def test_another_user_s_subscription_is_unknown(wire: Wire) -> None:
    follower = Follower(wire, VALUES, NAME)
    other = Wire(wire.server, READER)
    assert other.fault("GetNotification", asking(follower.id)).name == "Invalid_Subscription"


def test_a_notification_id_of_another_subscription_or_of_the_future_is_refused(wire: Wire) -> None:
    first, second = Follower(wire, VALUES, NAME), Follower(wire, VALUES, NAME)
    first.ids()
    for notification in (first.last, "rubbish", first.last[:-6] + "AAAAA="):
        fault = wire.fault("GetNotification", asking(second.id, notification))
        assert (fault.name, fault.reason) == ("Invalid_Notification_Id", "INVALID_NOTIFICATION_ID")


def test_many_changes_come_in_pages(serve: Serve) -> None:
    wire = Wire(serve(page_size=2))
    follower = Follower(wire, VALUES, "Zones/1", mode=1)
    answer = follower.ask()
    found = answer.all("Id")
    while answer.one("MoreDataAvailable") == "true":
        answer = wire.ask("GetNotification", asking(follower.id, more=answer.one("MoreDataRef")))
        found += answer.all("Id")
    assert len(found) == len(set(found)) == 5
    assert follower.ids(answer.one("NotificationId")) == []


def test_a_page_of_another_subscription_is_refused(serve: Serve) -> None:
    wire = Wire(serve(page_size=2))
    first, second = Follower(wire, VALUES, "Zones/1", mode=1), Follower(wire, VALUES, "Zones/1", mode=1)
    reference = first.ask().one("MoreDataRef")
    assert wire.fault("GetNotification", asking(second.id, more=reference)).name == "InvalidRequest"


def test_a_set_up_sends_every_value_again(wire: Wire, tree: Tree) -> None:
    follower = Follower(wire, VALUES, NAME, POWER)
    follower.ids()
    tree.replace(tree.root)
    assert follower.ids() == [NAME, POWER]
    assert follower.ids() == []


@pytest.fixture
def restarted(serve: Serve, engine: Engine, tree: Tree, clock: ManualClock) -> Callable[[], Wire]:
    """Make a further server on the same database, as after a restart."""

    def make() -> Wire:
        return Wire(EwsServer(tree, serve().settings, clock, stores=EwsStores.of(engine)))

    return make


def test_a_subscription_survives_a_restart_and_sends_everything_once_more(
    wire: Wire, restarted: Callable[[], Wire]
) -> None:
    follower = Follower(wire, VALUES, NAME)
    follower.ids()
    follower.wire = restarted()
    assert follower.ids() == [NAME]
    assert follower.ids() == []


def test_an_ended_subscription_stays_ended_after_a_restart(wire: Wire, restarted: Callable[[], Wire]) -> None:
    follower = Follower(wire, VALUES, NAME)
    content = f"<SubscriptionId>{follower.id}</SubscriptionId>"
    wire.ask("Unsubscribe", content)
    assert restarted().fault("Unsubscribe", content).name == "Subscription_Terminated"


def test_a_page_from_before_a_restart_begins_anew(serve: Serve, engine: Engine, tree: Tree, clock: ManualClock) -> None:
    settings = serve(page_size=2).settings
    follower = Follower(Wire(serve(page_size=2)), VALUES, "Zones/1", mode=1)
    reference = follower.ask().one("MoreDataRef")
    again = Wire(EwsServer(tree, settings, clock, stores=EwsStores.of(engine)))
    answer = again.ask("GetNotification", asking(follower.id, more=reference))
    assert answer.all("Id")[0] == NAME


def move(stores: EwsStores, tree: Tree, clock: ManualClock, condition: Judgement) -> None:
    stores.alarms.move([(tree.get("Stations/1/Alarm"), condition)], clock.now())


def test_alarms_are_notified_by_every_transition(wire: Wire, stores: EwsStores, tree: Tree, clock: ManualClock) -> None:
    move(stores, tree, clock, LOST)
    follower = Follower(wire, ALARMS)
    assert follower.ask().all("State") == ["1"]
    move(stores, tree, clock, Judgement(False))
    move(stores, tree, clock, LOST)
    assert follower.ask().all("State") == ["0", "1"]
    assert follower.ask().all("State") == []


def test_alarm_notifications_go_on_after_a_restart_without_repeating(
    wire: Wire, restarted: Callable[[], Wire], stores: EwsStores, tree: Tree, clock: ManualClock
) -> None:
    follower = Follower(wire, ALARMS, "Stations/1/Alarm")
    follower.ask()
    move(stores, tree, clock, LOST)
    follower.wire = restarted()
    assert follower.ask().all("State") == ["1"]
    assert follower.ask().all("State") == []


def test_alarms_can_be_filtered(wire: Wire, stores: EwsStores, tree: Tree, clock: ManualClock) -> None:
    other = Follower(wire, ALARMS, event_filter="<EventFilter><Types><Type>EVCE Fault</Type></Types></EventFilter>")
    urgent = Follower(wire, ALARMS, event_filter="<EventFilter><PriorityTo>150</PriorityTo></EventFilter>")
    move(stores, tree, clock, LOST)
    assert other.ask().all("State") == []
    assert urgent.ask().all("State") == ["1"]


def test_alarm_events_that_were_pruned_mean_a_full_resend_with_what_is_normal(
    wire: Wire, stores: EwsStores, tree: Tree, clock: ManualClock
) -> None:
    move(stores, tree, clock, LOST)
    follower = Follower(wire, ALARMS)
    follower.ask()
    move(stores, tree, clock, Judgement(False))
    list(stores.alarms.prune(clock.now() + timedelta(days=1)))
    assert follower.ask().all("State") == ["0"]


def test_system_events_are_notified(wire: Wire, stores: EwsStores, clock: ManualClock) -> None:
    stores.system_events.add(clock.now(), "EWS server", "started", 900)
    follower = Follower(wire, SYSTEM, "Server")
    assert follower.ask().all("Message") == ["started"]
    stores.system_events.add(clock.now(), "EWS login", "locked out", 200)
    assert follower.ask().all("Message") == ["locked out"]
    assert follower.ask().all("Message") == []


def test_hierarchy_tells_which_containers_changed_came_and_went(wire: Wire, tree: Tree) -> None:
    follower = Follower(wire, HIERARCHY, "Zones/1", "Site", mode=1)
    assert follower.ids() == ["Zones/1", "Site", "Zones/1/OverallConsumptionLogs", "Stations/1"]
    assert follower.ids() == []
    add_station(tree, tree.get("Zones/1"), 2)
    assert [(row["Id"], row["Type"]) for row in follower.ask().rows("Event")] == [("Zones/1", "0"), ("Stations/2", "1")]
    tree.get("Zones/1").folders.pop()
    tree.get("Site").add(Folder("Zones/2", "Z2"))
    tree.replace(tree.root)
    expected = [("Site", "0"), ("Zones/1", "0"), ("Zones/2", "1")]
    assert [(row["Id"], row["Type"]) for row in follower.ask().rows("Event")] == expected


def test_a_container_that_left_is_told_to_who_asked_for_it(wire: Wire, tree: Tree) -> None:
    follower = Follower(wire, HIERARCHY, "Stations/1")
    follower.ids()
    tree.get("Zones/1").folders.pop()
    tree.replace(tree.root)
    assert [(row["Id"], row["Type"]) for row in follower.ask().rows("Event")] == [("Stations/1", "2")]


def test_more_hierarchy_changes_than_are_kept_mean_a_full_resend(wire: Wire, tree: Tree) -> None:
    follower = Follower(wire, HIERARCHY, "Site")
    follower.ids()
    zone = tree.get("Zones/1")
    for _ in range(2):
        zone.folders = []
        for number in range(600):
            zone.add(Folder(f"Stations/{_ * 1000 + number}", "many"))
        tree.replace(tree.root)
        other = Follower(wire, HIERARCHY, "Site")
        other.ids()
    assert follower.ids() == ["Site"]


def test_values_without_alarm_book_have_no_alarm_events(
    tree: Tree, clock: ManualClock, stores: EwsStores, serve: Serve
) -> None:
    bare = EwsServer(tree, serve().settings, clock, stores=EwsStores(subscriptions=stores.subscriptions))
    fault = Wire(bare).fault("Subscribe", "<Filter><EventType>1</EventType></Filter>")
    assert fault.name == "Invalid_EventType"


def test_a_subscription_to_events_that_are_no_longer_offered_is_invalid(
    wire: Wire, tree: Tree, clock: ManualClock, stores: EwsStores, serve: Serve
) -> None:
    follower = Follower(wire, ALARMS)
    bare = EwsServer(tree, serve().settings, clock, stores=EwsStores(subscriptions=stores.subscriptions))
    assert Wire(bare).fault("GetNotification", asking(follower.id)).name == "Invalid_Subscription"
