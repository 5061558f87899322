"""Thousands of requests that are almost right: each gets a valid answer or a fault, and nothing stays behind."""

from __future__ import annotations

import contextlib
import copy
import gc
import logging
import random
import socket
import threading
from collections.abc import Callable

import pytest
import requests
from evce_connector.ews.wire.contract import OPERATIONS
from evce_connector.http_server.messages import Limits
from lxml import etree
from requests.auth import HTTPDigestAuth

from tests.evce_connector.ews.conftest import SOAP_11, WRITER, Serve, Wire, envelope, ids, read, request

pytestmark = pytest.mark.once

XSI = "http://www.w3.org/2001/XMLSchema-instance"
LOG = "Zones/1/OverallConsumptionLogs/ZoneOverallActivePowerTotal-Readings"
FILTER = "<PriorityFrom>0</PriorityFrom><PriorityTo>1000</PriorityTo><Types><Type>EVCE Fault</Type></Types>"
TIMES = "<TimeFrom>2026-01-01T00:00:00Z</TimeFrom><TimeTo>2026-01-02T00:00:00Z</TimeTo>"
CONTENTS = {
    "GetContainerItems": ids("GetContainerItemsIds", "Zones/1", "Site"),
    "GetItems": ids("GetItemsIds", "Zones/1/ZoneReduction", LOG, "Stations/1/Alarm"),
    "GetValues": ids("GetValuesIds", "Zones/1/ZoneReduction", "x"),
    "SetValues": "<SetValuesItems><ValueItem><Id>Zones/1/ZoneReduction</Id><Value>1</Value></ValueItem>"
    "</SetValuesItems>",
    "GetHistory": f"<GetHistoryParameter><Id>{LOG}</Id></GetHistoryParameter>"
    f"<GetHistoryFilter>{TIMES}</GetHistoryFilter>",
    "GetAlarmEvents": f"<GetAlarmEventsFilter>{FILTER}</GetAlarmEventsFilter>",
    "GetUpdatedAlarmEvents": "<GetUpdatedAlarmEventsParameter><LastUpdate>ab.1</LastUpdate>"
    "</GetUpdatedAlarmEventsParameter>",
    "AcknowledgeAlarmEvents": ids("AcknowledgeAlarmEventsIds", "Stations/1/Alarm"),
    "Subscribe": "<Expires>PT30M</Expires><Filter><EventType>1</EventType>"
    f"<EventFilter>{FILTER}</EventFilter></Filter>",
    "GetEnums": ids("GetEnumIds", "Enums/Boolean"),
    "GetAlarmHistory": f"<GetAlarmHistoryParameter><Id>Stations/1/Alarm</Id></GetAlarmHistoryParameter>"
    f"<GetAlarmHistoryFilter>{TIMES}{FILTER}</GetAlarmHistoryFilter>",
    "GetHierarchicalInformation": "<GetHierarchicalInformationId>Zones/1</GetHierarchicalInformationId>",
    "Renew": "<SubscriptionId>ab</SubscriptionId><Expires>P1DT2H</Expires>",
    "GetNotification": "<SubscriptionId>ab</SubscriptionId><NotificationId>cd</NotificationId>",
    "GetSystemEvents": f"<GetSystemEventsFilter>{FILTER}{TIMES}</GetSystemEventsFilter>",
}
CORPUS = [envelope(request(name, CONTENTS.get(name, ""))) for name in OPERATIONS]
CORPUS.append(envelope(request("GetValues", CONTENTS["GetValues"], "1.1"), SOAP_11))
SCRAPS = [
    b"<",
    b">",
    b"&",
    b"\0",
    b"&amp;",
    b"<!--",
    b"]]>",
    b"<![CDATA[x]]>",
    b'"',
    b"xsi:nil='true'",
    b"<a/>",
    b"\xff",
]
SCRAPS += [
    b"-1",
    b"99999999999999999999",
    b"PT",
    b"2026-99-99",
    b"<Id/>",
    b"<!DOCTYPE a>",
    b"&#0;",
    b"\xed\xa0\x80",
    b"NaN",
]
SCRAPS += [b' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="x:y"', b' xsi:nil="1"', b' href="#x"']


WORDS = [
    "",
    "-1",
    "0",
    "1",
    "3",
    "1001",
    "9" * 30,
    "x" * 300,
    "PT1S",
    "-P1D",
    "P",
    "2026-99-99",
    "2026-01-01T00:00:00+14:00",
]
WORDS += [
    "Zones/1",
    LOG,
    "Stations/1/Alarm",
    "Server",
    "NaN",
    "é\U0001f600",
    "true",
    "1.1",
    "AAAA",
    "EVCE Fault",
    "\t\n",
]
ATTRIBUTES = ["version", "metadata", "eventMode", "Mode", "id", "href", f"{{{XSI}}}nil", f"{{{XSI}}}type"]


def mutated(rng: random.Random) -> bytes:
    """Change a real request: three times of four as a tree that stays well-formed, else as bytes that may not."""
    body = rng.choice(CORPUS)
    return _bytes_changed(rng, body) if rng.randrange(4) == 0 else _tree_changed(rng, body)


def _tree_changed(rng: random.Random, body: bytes) -> bytes:
    """Drop, double, rename, move and refill elements and attributes of the request."""
    root = etree.fromstring(body)
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        nodes = list(root[0].iter())[1:]
        if not nodes:
            break
        node, other = rng.choice(nodes), rng.choice(nodes)
        change = rng.randrange(8)
        if change == 0:
            node.getparent().remove(node)
        elif change == 1:
            node.append(copy.deepcopy(other))
        elif change == 2:
            node.tag = rng.choice([other.tag, "Other", "{urn:x}Id"])
        elif change == 3:
            node.set(rng.choice(ATTRIBUTES), rng.choice(WORDS))
        else:
            leaf = rng.choice([one for one in nodes if not len(one)])
            leaf.text = rng.choice(WORDS)
    return etree.tostring(root, encoding="utf-8")


def _bytes_changed(rng: random.Random, original: bytes) -> bytes:
    """Change bytes in one to four places."""
    body = bytearray(original)
    for _ in range(rng.choice((1, 1, 2, 4))):
        at, length = rng.randrange(len(body)), rng.randint(1, 40)
        change = rng.randrange(5)
        if change == 0:
            body[at] = rng.randrange(256)
        elif change == 1:
            del body[at : at + length]
        elif change == 2:
            body[at:at] = rng.choice(SCRAPS)
        elif change == 3:
            body[at:at] = body[at : at + length]
        else:
            body[at : at + length] = rng.choice(CORPUS)[at : at + length]
        body = body or bytearray(b"<")
    return bytes(body)


@pytest.fixture
def quiet(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """Return what was logged as an error: a failure of ours."""
    return lambda: [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


def test_mutated_requests_get_an_answer_or_a_fault_and_the_process_does_not_grow(
    wire: Wire, quiet: Callable[[], list[str]]
) -> None:
    rng = random.Random(20260101)  # noqa: S311 - repeatable, not secret
    faults = {"OK": 0}
    sizes = []
    for number in range(3000):
        answer = read(wire.post(mutated(rng)))
        reason = getattr(answer, "reason", "OK")
        faults[reason] = faults.get(reason, 0) + 1
        if number % 1000 == 999:
            gc.collect()
            sizes.append(len(gc.get_objects()))
    assert quiet() == []
    assert min(faults["OK"], faults["INVALID_REQUEST"], faults["INVALID_TIME"]) > 50
    assert len(faults) > 10
    assert sizes[-1] < sizes[0] * 1.1


def test_broken_http_leaves_no_hung_worker(serve: Serve, quiet: Callable[[], list[str]]) -> None:
    rng = random.Random(7)  # noqa: S311 - repeatable, not secret
    with serve(address="http://127.0.0.1:0/x", limits=Limits(threads=4)) as server:
        threads = threading.active_count()
        port = int(server.address.split(":")[2].split("/")[0])
        head = (
            b"POST /x HTTP/1.1\r\nHost: a\r\nContent-Type: application/soap+xml\r\nContent-Length: 10\r\n\r\n"
            + b"y" * 10
        )
        for _ in range(200):
            raw = bytearray(head)
            for _ in range(rng.randint(1, 5)):
                raw[rng.randrange(len(raw))] = rng.randrange(256)
            with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
                connection.sendall(bytes(raw[: rng.randrange(len(raw))]))
                connection.shutdown(socket.SHUT_WR)
                with contextlib.suppress(ConnectionError):
                    while connection.recv(65536):
                        pass
        with requests.Session() as session:
            session.auth = HTTPDigestAuth(WRITER.name, WRITER.password)
            response = session.post(
                server.address, CORPUS[0], headers={"Content-Type": "application/soap+xml"}, timeout=9
            )
        assert read(response)
        assert threading.active_count() <= threads + 1  # the pool has begun one thread, for this one request
    assert quiet() == []
