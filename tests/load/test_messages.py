"""Requests that load tests build, and what they read out of answers."""

from __future__ import annotations

import pytest
from lxml import etree

from load import messages
from load.messages import Value

NAMESPACE = f"{{{messages.NAMESPACE}}}"


def root(body: bytes) -> etree._Element:
    return etree.fromstring(body)[0][0]


def test_a_read_asks_for_its_ids_in_order_in_its_version() -> None:
    request = root(messages.get_values(["a<b", "c&d"], "1.1"))
    assert request.tag == f"{NAMESPACE}GetValuesRequest"
    assert request.get("version") == "1.1"
    assert [id_.text for id_ in request.iter(f"{NAMESPACE}Id")] == ["a<b", "c&d"]


def test_browsing_without_ids_asks_for_the_root_without_a_list() -> None:
    assert len(root(messages.get_container_items([]))) == 0


@pytest.mark.parametrize("operation", ["Subscribe", "Renew", "Unsubscribe"])
def test_the_requests_of_subscriptions_are_called_like_their_operation(operation: str) -> None:
    assert root(messages.request(operation)).tag == f"{NAMESPACE}{operation}"


def test_a_write_carries_ids_and_values() -> None:
    request = root(messages.set_values({"Zones/1/ZoneReduction": "5"}))
    assert [node.text for node in request.iter() if not len(node)] == ["Zones/1/ZoneReduction", "5"]


@pytest.mark.parametrize("prefix", ["", "ns1:", "d:"])
def test_values_are_read_whatever_the_prefix_and_also_when_empty(prefix: str) -> None:
    item = f"<{prefix}Id>a&amp;b</{prefix}Id><{prefix}State>0</{prefix}State>"
    body = f"{item}<{prefix}Value>1.5</{prefix}Value>{item}<{prefix}Value/>{item}<{prefix}Value></{prefix}Value>"
    assert messages.values_of(body.encode()) == [Value("a&b", 0, "1.5"), Value("a&b", 0, ""), Value("a&b", 0, "")]


def test_children_are_told_apart_from_their_parents() -> None:
    body = (
        b"<Item><Id>Site</Id><Items><ContainerItems><ContainerItem><Id>Zones/1</Id></ContainerItem></ContainerItems>"
        b"<ValueItems><ValueItem><Id>Site/A</Id></ValueItem></ValueItems></Items></Item>"
    )
    assert messages.children_of(body) == (["Zones/1"], ["Site/A"])


def test_a_value_without_a_state_is_read() -> None:
    assert messages.values_of(b"<Id>a</Id><Value>7</Value>") == [Value("a", 0, "7")]


def test_histories_are_told_apart_from_the_values_that_they_log() -> None:
    row = b"<d:HistoryItem><d:Id>log</d:Id><d:ValueItemId>a</d:ValueItemId></d:HistoryItem>"
    assert messages.histories_of(b"<d:HistoryItems>" + row + b"</d:HistoryItems>") == ["log"]


@pytest.mark.parametrize(("available", "page"), [("true", "p&2"), ("1", "p&2"), ("false", ""), ("0", "")])
def test_there_is_a_next_page_where_the_answer_says_so(available: str, page: str) -> None:
    status = f"<MoreDataAvailable>{available}</MoreDataAvailable><MoreDataRef>p&amp;2</MoreDataRef>"
    assert messages.next_page(status.encode()) == page
    assert [node.text for node in root(messages.get_container_items([], more="p&2")).iter() if node.text] == ["p&2"]


def test_a_good_answer_is_no_trouble() -> None:
    assert messages.trouble_in(200, b"<GetValuesErrorResults/><Success>true</Success>") == ""


@pytest.mark.parametrize(
    ("status", "body", "trouble"),
    [
        (200, b"<s:Body><s:Fault><s:Reason><s:Text xml:lang='en'>TIMEOUT</s:Text>", "SOAP fault: TIMEOUT"),
        (500, b"<Fault>", "SOAP fault: without a reason"),
        (401, b"", "HTTP status 401"),
        (200, b"<ErrorResult><Id>x</Id><Message>INVALID_ID</Message></ErrorResult>", "ErrorResult: INVALID_ID"),
        (200, b"<Result><Success>false</Success><Message>NO</Message></Result>", "Result: NO"),
    ],
)
def test_faults_and_errors_of_items_are_trouble_on_any_status(status: int, body: bytes, trouble: str) -> None:
    assert messages.trouble_in(status, body) == trouble
