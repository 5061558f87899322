"""Each operation of EWS: what is sent follows the contract, what comes back is plain data."""

import gc
import re
import socket
from datetime import UTC, datetime, timedelta

import pytest
from ebo_simulator import EboClient
from ebo_simulator.client import EboClient as Driver
from ebo_simulator.errors import BadOptionError
from ebo_simulator.events import AggregationRecord, HistoryRecord, ValueChanged
from ebo_simulator.messages import ErrorResult, Result, System, Value
from lxml import etree

from tests.ebo_simulator import canned
from tests.ebo_simulator.canned import Subscriptions
from tests.ebo_simulator.ews_stub import E, Stub, StubServer

TEN = datetime(2026, 3, 1, 10, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def sent(stub: Stub, operation: str) -> str:
    """Give the last request of an operation without namespaces."""
    return re.sub(r' xmlns:[\w-]+="[^"]*"|ns0:', "", etree.tostring(stub.asked(operation)[-1]).decode())


def test_the_driver_has_a_method_for_each_operation_of_the_contract(client: EboClient) -> None:
    operations = client._service._operations

    methods = [name for name in vars(Driver) if not name.startswith("_")]

    assert len(operations) == 22
    assert sorted(methods) == sorted("".join(f"_{c.lower()}" if c.isupper() else c for c in o)[1:] for o in operations)


def test_the_information_tells_name_versions_and_operations(client: EboClient) -> None:
    found = client.get_web_service_information()

    assert (found.version, found.major, found.minor) == ("1.2", 1, "2")
    assert found.operations == ("GetItems", "GetValues")
    assert found.profiles == ("Minimum",)
    assert found.system == System("1.2.0", "stub", "EVCE Ews Server")


@pytest.mark.parametrize(
    ("ids", "request_text"),
    [
        (None, '<GetContainerItemsRequest version="1.2"/>'),
        ([], '<GetContainerItemsRequest version="1.2"><GetContainerItemsIds/></GetContainerItemsRequest>'),
    ],
)
def test_no_id_list_and_an_empty_one_are_told_apart(
    client: EboClient, stub: Stub, ids: list[str] | None, request_text: str
) -> None:
    root = client.get_container_items(ids)

    assert [(one.id, one.type) for one in root.containers] == [("0", "Server")]
    assert sent(stub, "GetContainerItems") == request_text


def test_the_requests_carry_the_version_asked_for(server: StubServer, stub: Stub) -> None:
    with EboClient(server.url, "ebo", "s3cret", version="1.1") as client:
        answer = client.get_values(["max"])

    assert answer.version == "1.1"
    assert 'version="1.1"' in sent(stub, "GetValues")


def test_a_version_that_ews_does_not_have_is_refused() -> None:
    with pytest.raises(BadOptionError, match=r"'2\.0' is not known; use 1\.1 or 1\.2"):
        EboClient("http://127.0.0.1:1/x", "ebo", "s3cret", version="2.0")


def test_a_wrong_id_among_good_ones_comes_back_as_an_error_beside_the_values(client: EboClient) -> None:
    answer = client.get_values(["max", "nowhere"])

    assert answer.values == (Value("max", 0, "100"),)
    assert answer.errors == (ErrorResult("nowhere", "INVALID_ID"),)


def test_items_tell_type_unit_and_whether_they_can_be_written(client: EboClient) -> None:
    answer = client.get_items(["reduction", "power-log", "alarm"], metadata=False)

    (value,), (history,), (alarm,) = answer.values, answer.histories, answer.alarms
    assert (value.type, value.unit, value.value, value.state, value.writeable) == ("Double", "", "10.0", 0, 1)
    assert (history.unit, history.value_item_id) == ("kW", "power")
    assert (alarm.state, alarm.value_item_id) == (1, "connected")


def test_a_write_tells_the_result_of_each_item(client: EboClient, stub: Stub) -> None:
    results = client.set_values({"reduction": "25", "max": "90"})

    assert results == (Result("reduction", success=True), Result("max", success=False, message="VALUE_NOT_WRITEABLE"))
    assert stub.items["reduction"]["Value"] == "25"


def test_a_write_of_nothing_has_no_results(client: EboClient) -> None:
    assert client.set_values({}) == ()


@pytest.mark.usefixtures("subscriptions")
def test_a_history_page_holds_records_bounds_and_the_way_to_the_next(client: EboClient, stub: Stub) -> None:
    page = client.get_history("power-log", time_from=TEN, time_to=TEN + QUARTER)

    assert page.records == (HistoryRecord("0.13", 0, TEN), HistoryRecord("0.58", 1, TEN + QUARTER))
    assert (page.unit, page.type, page.value_item_id) == ("kW", "Double", "power")
    assert (page.more_data_available, page.more_data_ref) == (True, "page 2")
    assert (page.time_from, page.time_to) == (TEN, TEN + QUARTER)
    assert "<TimeFrom>2026-03-01T10:00:00Z</TimeFrom>" in sent(stub, "GetHistory")


@pytest.mark.usefixtures("subscriptions")
def test_alarm_events_carry_the_times_of_occurrence_and_of_change(client: EboClient, stub: Stub) -> None:
    answer = client.get_alarm_events(priority_from=0, priority_to=500, types=["EVCE Availability"])

    (event,) = answer.events
    assert (event.id, event.state, event.priority, event.acknowledgeable) == ("alarm", 1, 300, 2)
    assert (event.occurrence, event.transition) == (TEN, TEN + QUARTER)
    assert (event.type, event.source_name) == ("EVCE Availability", "StationIsConnected")
    assert (answer.last_update, answer.needs_refresh) == ("c1", False)
    assert "<PriorityTo>500</PriorityTo><Types><Type>EVCE Availability" in sent(stub, "GetAlarmEvents")


@pytest.mark.usefixtures("subscriptions")
def test_updated_alarm_events_are_asked_for_with_the_cursor(client: EboClient, stub: Stub) -> None:
    answer = client.get_updated_alarm_events("c1")

    assert ([event.state for event in answer.events], answer.last_update) == ([2], "c2")
    assert "<LastUpdate>c1</LastUpdate>" in sent(stub, "GetUpdatedAlarmEvents")


@pytest.mark.usefixtures("subscriptions")
def test_an_acknowledge_tells_the_result_of_each_alarm(client: EboClient) -> None:
    results = client.acknowledge_alarm_events(["alarm", "other"])

    assert [(result.id, result.success) for result in results] == [("alarm", True), ("other", False)]


@pytest.mark.usefixtures("subscriptions")
def test_forcing_and_unforcing_tell_the_result_of_each_item(client: EboClient) -> None:
    assert client.force_values({"reduction": "5"}) == (Result("reduction", success=True),)
    assert client.unforce_values(["max"]) == (Result("max", success=False, message="INVALID_ID"),)


@pytest.mark.usefixtures("subscriptions")
def test_past_alarm_events_can_be_asked_for_by_alarm_time_and_priority(client: EboClient, stub: Stub) -> None:
    answer = client.get_alarm_history("alarm", time_from=TEN, time_to=TEN + QUARTER, priority_from=1, types=["x"])

    assert [event.state for event in answer.events] == [1, 0]
    assert "<Id>alarm</Id>" in sent(stub, "GetAlarmHistory")


@pytest.mark.usefixtures("subscriptions")
def test_a_subscription_lives_from_subscribe_to_unsubscribe(client: EboClient, stub: Stub) -> None:
    granted = client.subscribe(["max", "nowhere"], expires=timedelta(minutes=30))
    first = client.get_notification(granted.id)
    later = client.get_notification(granted.id, first.notification_id)
    renewed = client.renew(granted.id, timedelta(minutes=30))

    assert (granted.expires, [result.success for result in granted.results]) == (timedelta(minutes=10), [True, False])
    assert ValueChanged("max", TEN, 0, "100") in first.values
    assert later.values == ()
    assert (renewed.id, renewed.expires) == (granted.id, timedelta(minutes=10))
    assert client.unsubscribe(granted.id) == granted.id
    assert 'Mode="0"' in sent(stub, "Subscribe")
    assert '<Ids eventMode="0"><Id>max</Id>' in sent(stub, "Subscribe")
    assert "<NotifyTo><Address/></NotifyTo>" in sent(stub, "Subscribe")


def test_a_notification_carries_alarms_hierarchy_and_system_events_too(client: EboClient, stub: Stub) -> None:
    change = E.Event(E.Id("Zones/1"), E.TimeStamp(canned.MOMENT), E.Type("1"))
    stub.replace["GetNotification"] = lambda _: E.GetNotificationResponse(
        E.MoreDataAvailable("false"),
        E.Events(
            E.SystemEvents(canned.system_event()),
            E.HierarchyChangedEvents(change),
            E.AlarmEvents(canned.alarm_event()),
        ),
    )

    found = client.get_notification("s1")

    assert [event.id for event in found.alarms] == ["alarm"]
    assert [(event.id, event.type) for event in found.hierarchy] == [("Zones/1", 1)]
    assert [event.message for event in found.system] == ["ebo came in"]


@pytest.mark.usefixtures("subscriptions")
def test_the_containers_above_an_item_come_outermost_first(client: EboClient) -> None:
    assert client.get_hierarchical_information("max") == ("EVCE Zones", "Z1")


@pytest.mark.usefixtures("subscriptions")
def test_enumerations_come_with_their_values_and_wrong_ids_as_errors(client: EboClient) -> None:
    answer = client.get_enums(["boolean", "other"])

    assert [(value.value, value.text) for enum in answer.enums for value in enum.values] == [("1", "yes")]
    assert answer.errors == (ErrorResult("other", "INVALID_ID"),)


@pytest.mark.usefixtures("subscriptions")
def test_a_history_can_be_summed_up_by_periods(client: EboClient, stub: Stub) -> None:
    answer = client.get_historical_data_aggregation("power-log", time_from=TEN, time_to=TEN + QUARTER, periods=[3600])

    assert answer.records == (AggregationRecord("1.5", TEN, 3600),)
    assert "<AggregationPeriods><Period>3600</Period>" in sent(stub, "GetHistoricalDataAggregation")


@pytest.mark.usefixtures("subscriptions")
def test_system_events_and_the_types_of_events_are_read(client: EboClient) -> None:
    (event,) = client.get_system_events(time_from=TEN, time_to=TEN + QUARTER, ids=["server"]).events

    assert (event.id, event.timestamp, event.priority, event.source_name) == ("e1", TEN, 500, "EWS")
    assert client.get_system_event_types() == ("Login",)
    assert client.get_alarm_event_types() == ("EVCE Fault", "EVCE Availability")


def test_the_login_uses_sha_256_when_the_server_offers_it_last(client: EboClient, stub: Stub) -> None:
    client.get_values(["max"])

    assert stub.algorithms == ["SHA-256"]


def test_an_observer_is_told_of_every_exchange(client: EboClient, subscriptions: Subscriptions) -> None:
    told = []
    client.observer = told.append
    client.get_values(["max"])
    subscriptions.forget()
    with pytest.raises(Exception, match="Invalid_Subscription"):
        client.get_notification("s9")

    assert [(one.operation, one.http_status, one.error) for one in told] == [
        ("GetValues", 200, ""),
        ("GetNotification", 500, "Invalid_Subscription"),
    ]
    assert all(one.seconds > 0 and one.size > 0 for one in told)


def test_a_closed_client_leaves_no_socket(server: StubServer) -> None:
    def open_sockets() -> int:
        found = [one for one in gc.get_objects() if isinstance(one, socket.socket) and one.fileno() != -1]
        return sum(one.type is socket.SOCK_STREAM and peer_port(one) == server.server_port for one in found)

    def peer_port(one: socket.socket) -> int:
        try:
            return one.getpeername()[1]
        except OSError:
            return 0

    with EboClient(server.url, "ebo", "s3cret") as client:
        client.get_values(["max"])
        assert open_sockets() == 1

    assert open_sockets() == 0
