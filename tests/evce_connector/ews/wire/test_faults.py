"""The fault table: every fault of every operation in the contract, by a request here or a reason in ews_coverage.py."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from connector_documents import ews_coverage
from evce_connector.alarms.rules import Acknowledge
from evce_connector.alarms.state_machine import Judgement
from evce_connector.clock import ManualClock
from evce_connector.ews.server import EwsServer, EwsStores
from evce_connector.ews.wire.contract import OPERATIONS
from evce_connector.persistence.alarm_log import AlarmLog
from evce_connector.persistence.schema import metadata
from evce_connector.points.tree import Tree
from sqlalchemy import create_engine

from tests.evce_connector.ews.conftest import READER, SOAP_11, Fault, Notebook, Serve, Wire, envelope, request

LOG = "Zones/1/OverallConsumptionLogs/ZoneOverallActivePowerTotal-Readings"
ONE = "<Id>Zones/1/ZoneName</Id>"
CODES = {"Operation_Failed": "Receiver", "TimeOut": "Receiver"}


def _filter(operation: str, content: str) -> str:
    return f"<{operation}Filter>{content}</{operation}Filter>"


def _reference(operation: str) -> str:
    return f"<{operation}Parameter><MoreDataRef>rubbish</MoreDataRef></{operation}Parameter>"


def _subscribe(content: str) -> str:
    return f"<Filter>{content}</Filter>"


_BAD_PRIORITY = "<PriorityFrom>500</PriorityFrom><PriorityTo>100</PriorityTo>"
_BAD_TYPE = "<Types><Type>Nothing</Type></Types>"
_ONE_TIME = "<TimeFrom>2026-01-01T00:00:00Z</TimeFrom>"
_ALARM_HISTORY_ID = "<GetAlarmHistoryParameter><Id>Zones/1</Id></GetAlarmHistoryParameter>"
_NO_SUBSCRIPTION = "<SubscriptionId>none</SubscriptionId>"
_NOT_AN_INTEGER = "<PriorityFrom>high</PriorityFrom>"

RAISED: dict[tuple[str, str], str] = {
    ("GetItems", "Missing_Id_List"): "",
    ("GetValues", "Missing_Id_List"): "<GetValuesIds/>",
    ("SetValues", "Missing_Id_List"): "<SetValuesItems><ValueItem><Value>1</Value></ValueItem></SetValuesItems>",
    ("SetValues", "Missing_Value_List"): "<SetValuesItems/>",
    ("GetHistory", "Invalid_Reference"): _reference("GetHistory"),
    ("GetHistory", "Invalid_Id"): "<GetHistoryParameter><Id>Zones/1</Id></GetHistoryParameter>",
    ("GetHistory", "Invalid_Time"): f"<GetHistoryParameter><Id>{LOG}</Id></GetHistoryParameter>"
    + _filter("GetHistory", _ONE_TIME),
    ("GetAlarmEvents", "Invalid_Reference"): _reference("GetAlarmEvents"),
    ("GetAlarmEvents", "Invalid_Priority"): _filter("GetAlarmEvents", _BAD_PRIORITY),
    ("GetAlarmEvents", "Invalid_Type"): _filter("GetAlarmEvents", _BAD_TYPE),
    ("GetUpdatedAlarmEvents", "Invalid_Reference"): _reference("GetUpdatedAlarmEvents"),
    ("GetUpdatedAlarmEvents", "Invalid_Priority"): _filter("GetUpdatedAlarmEvents", "<PriorityTo>1001</PriorityTo>"),
    ("GetUpdatedAlarmEvents", "Invalid_Type"): _filter("GetUpdatedAlarmEvents", _BAD_TYPE),
    ("AcknowledgeAlarmEvents", "Missing_Id_List"): "",
    ("Subscribe", "InvalidRequest"): "",
    ("Subscribe", "Invalid_Time"): "<Expires>-PT1M</Expires>" + _subscribe("<EventType>1</EventType>"),
    ("Subscribe", "Missing_Id_List"): _subscribe("<EventType>0</EventType>"),
    ("Subscribe", "Invalid_EventMode"): _subscribe(f'<EventType>0</EventType><Ids eventMode="2">{ONE}</Ids>'),
    ("Subscribe", "Invalid_EventType"): _subscribe("<EventType>4</EventType>"),
    ("Subscribe", "Invalid_Priority"): _subscribe(
        "<EventType>1</EventType><EventFilter><PriorityTo>-1</PriorityTo></EventFilter>"
    ),
    ("Subscribe", "Invalid_Type"): _subscribe(f"<EventType>1</EventType><EventFilter>{_BAD_TYPE}</EventFilter>"),
    ("Subscribe", "Invalid_Alarmfilter"): _subscribe(
        f"<EventType>0</EventType><Ids>{ONE}</Ids><EventFilter><PriorityTo>9</PriorityTo></EventFilter>"
    ),
    ("GetEnums", "Missing_Id_List"): "",
    ("GetAlarmHistory", "InvalidRequest"): _filter("GetAlarmHistory", _NOT_AN_INTEGER),
    ("GetAlarmHistory", "Invalid_Id"): _ALARM_HISTORY_ID,
    ("GetAlarmHistory", "Invalid_Reference"): _reference("GetAlarmHistory"),
    ("GetAlarmHistory", "Invalid_Time"): _filter("GetAlarmHistory", _ONE_TIME),
    ("GetAlarmHistory", "Invalid_Priority"): _filter("GetAlarmHistory", _BAD_PRIORITY),
    ("GetAlarmHistory", "Invalid_Type"): _filter("GetAlarmHistory", _BAD_TYPE),
    ("GetHierarchicalInformation", "Invalid_Id"): "<GetHierarchicalInformationId>x</GetHierarchicalInformationId>",
    ("Unsubscribe", "Invalid_Subscription"): _NO_SUBSCRIPTION,
    ("Renew", "Invalid_Subscription"): _NO_SUBSCRIPTION,
    ("GetNotification", "Invalid_Subscription"): _NO_SUBSCRIPTION,
    ("GetSystemEvents", "InvalidRequest"): _filter("GetSystemEvents", _ONE_TIME),
    ("GetSystemEvents", "Invalid_Reference"): _reference("GetSystemEvents"),
    ("GetSystemEvents", "Invalid_Priority"): _filter("GetSystemEvents", _BAD_PRIORITY),
    ("GetSystemEvents", "Invalid_Type"): _filter("GetSystemEvents", _BAD_TYPE),
}
"""What raises a fault, where one request on the usual site is enough."""

ELSEWHERE = {
    ("Subscribe", "Operation_Failed"): "test_subscribing: one subscription too many",
    ("Unsubscribe", "Subscription_Terminated"): "test_subscribing: ended twice",
    ("Renew", "Invalid_Time"): "test_subscribing: renewed for no time",
    ("GetNotification", "Invalid_Notification_Id"): "test_subscribing: of another subscription",
    ("GetNotification", "InvalidRequest"): "test_subscribing: a MoreDataRef of another subscription",
}
MALFORMED = ("GetEnums", "GetHierarchicalInformation", "Unsubscribe", "Renew")
"""Operations without a number or a time that could be wrong: their InvalidRequest is a bad envelope."""


def _pairs() -> set[tuple[str, str]]:
    return {(operation.name, fault) for operation in OPERATIONS.values() for fault in operation.faults}


def _by_test() -> set[tuple[str, str]]:
    unsupported = {(name, "Operation_Not_Supported") for name in OPERATIONS}
    denied = {(name, "Permission_Denied") for name in DENIED}
    late = {(name, "TimeOut") for name in LATE}
    malformed = {(name, "InvalidRequest") for name in MALFORMED}
    return set(RAISED) | set(ELSEWHERE) | unsupported | denied | late | malformed


DENIED = ("SetValues", "AcknowledgeAlarmEvents")
LATE: dict[str, str] = {
    "GetHistory": f"<GetHistoryParameter><Id>{LOG}</Id></GetHistoryParameter>",
    "GetUpdatedAlarmEvents": "<GetUpdatedAlarmEventsParameter><LastUpdate>{cursor}</LastUpdate>"
    "</GetUpdatedAlarmEventsParameter>",
    "GetAlarmHistory": "",
}
HELD: dict[str, str] = {
    "Subscribe": _subscribe("<EventType>1</EventType>"),
    "Renew": "<SubscriptionId>{subscription}</SubscriptionId>",
    "Unsubscribe": "<SubscriptionId>{subscription}</SubscriptionId>",
    "GetSystemEvents": "",
}


def test_every_fault_of_the_contract_has_a_test_or_a_reason_and_none_has_both() -> None:
    reasons = set(ews_coverage.impossible())
    assert _by_test() | reasons == _pairs()
    assert _by_test() & reasons == set()


@pytest.mark.parametrize(("operation", "name"), RAISED, ids="-".join)
def test_fault(wire: Wire, operation: str, name: str) -> None:
    fault = wire.fault(operation, RAISED[operation, name])
    assert fault.name == name
    assert fault.reason == {"InvalidRequest": "INVALID_REQUEST"}.get(name, name.upper())
    assert (fault.code, fault.status) == (CODES.get(name, "Sender"), 500)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_that_is_not_offered_is_not_supported(serve: Serve, operation: str) -> None:
    wire = Wire(serve(operations=frozenset(OPERATIONS) - {operation}))
    assert wire.fault(operation).name == "Operation_Not_Supported"


@pytest.mark.parametrize("operation", DENIED)
def test_an_operation_that_changes_something_is_denied_to_readers(serve: Serve, operation: str) -> None:
    assert Wire(serve(), READER).fault(operation).name == "Permission_Denied"


@pytest.mark.parametrize("operation", MALFORMED)
def test_an_envelope_with_two_requests_is_invalid(wire: Wire, operation: str) -> None:
    fault = wire.send(envelope(request(operation) * 2))
    assert isinstance(fault, Fault)
    assert (fault.name, fault.reason) == ("InvalidRequest", "INVALID_REQUEST")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Name a database in which a writer holds up readers, which WAL would let pass."""
    return tmp_path / "busy.db"


@pytest.fixture
def busy(serve: Serve, file: Path, tree: Tree, clock: ManualClock) -> Iterator[Wire]:
    """Serve from a database that waits no time for a lock, and holds an alarm event of before this start."""
    impatient = create_engine(f"sqlite:///{file}", connect_args={"timeout": 0})
    metadata.create_all(impatient)
    condition = Judgement(True, 100, "EVCE Fault", "faulted", Acknowledge.REQUIRED)
    AlarmLog(impatient).move([(tree.get("Stations/1/Alarm"), condition)], clock.now())
    server = EwsServer(tree, serve().settings, clock, stores=EwsStores.of(impatient))
    yield Wire(server)
    impatient.dispose()


@pytest.mark.parametrize("operation", LATE)
def test_a_database_that_does_not_answer_is_a_time_out(busy: Wire, file: Path, operation: str) -> None:
    book, _, _ = busy.ask("GetAlarmEvents").one("LastUpdate").partition(".")
    content = LATE[operation].format(cursor=f"{book}.0")
    with closing(sqlite3.connect(file, isolation_level=None)) as blocker:
        blocker.execute("BEGIN EXCLUSIVE")
        fault = busy.fault(operation, content)
    assert (fault.name, fault.reason, fault.code) == ("TimeOut", "TIMEOUT", "Receiver")


@pytest.mark.parametrize("operation", HELD)
def test_what_holds_in_memory_waits_for_no_database(busy: Wire, file: Path, operation: str) -> None:
    subscribed = busy.ask("Subscribe", HELD["Subscribe"])
    content = HELD[operation].format(subscription=subscribed.one("SubscriptionId"))
    with closing(sqlite3.connect(file, isolation_level=None)) as blocker:
        blocker.execute("BEGIN EXCLUSIVE")
        busy.ask(operation, content)


def test_faults_can_be_sent_with_status_200(serve: Serve) -> None:
    assert Wire(serve(fault_status=200)).fault("GetValues").status == 200


def test_a_soap_1_1_client_gets_its_faults_in_soap_1_1(wire: Wire) -> None:
    fault = wire.send(envelope(request("GetValues"), SOAP_11), content_type="text/xml")
    assert (fault.code, fault.reason) == ("Client", "MISSING_ID_LIST")


def test_a_failure_of_ours_is_a_fault_that_tells_nothing(
    serve: Serve, notebook: Notebook, caplog: pytest.LogCaptureFixture
) -> None:
    notebook.write = lambda *_: 1 / 0
    row = "<ValueItem><Id>Zones/1/ZoneReduction</Id><Value>1</Value></ValueItem>"
    fault = Wire(serve()).fault("SetValues", f"<SetValuesItems>{row}</SetValuesItems>")
    assert (fault.reason, fault.code) == ("OPERATION_FAILED", "Receiver")
    assert "division" not in fault.text
    assert "division" in caplog.text
