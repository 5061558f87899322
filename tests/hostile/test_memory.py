"""The largest requests, many at once, cost a bounded amount of memory: whether clients take their answers or not."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest

from load import clock
from load.driver import EwsDriver
from load.messages import id_list, request
from load.processes import Child
from tests.hostile.conftest import LOGIN, Connector, Measured, Start

pytestmark = pytest.mark.once

CLIENTS = 30
"""Half of them take nothing of their answers."""
MOST_IDS = 5_000
"""Different ids that a request may name."""
MOST_GROWTH = 300.0
"""MB of resident memory."""
SECONDS = 4.0
"""How long memory is watched after the last answer was taken."""
LARGE_SITE = 10_000
"""Connectors of the controller: half as many stations, which are containers."""
PATIENCE = 40.0
"""Time in s within which whoever takes its answer has it."""


@pytest.fixture(scope="module")
def large_controller() -> Iterator[str]:
    """Serve a large site."""
    with Child("load.bench.controller", str(LARGE_SITE)) as child:
        yield child.ready["url"]


def bodies(connector: Connector) -> dict[str, bytes]:
    """Return the largest request of each operation that reads items."""
    containers = connector.child.ask("containers")[:MOST_IDS]
    ids = connector.ids[:MOST_IDS]
    assert len(containers) == len(ids) == MOST_IDS
    return {
        "GetContainerItems": request("GetContainerItems", id_list("GetContainerItemsIds", containers)),
        "GetItems": request("GetItems", id_list("GetItemsIds", ids)),
        "GetValues": request("GetValues", id_list("GetValuesIds", ids)),
    }


class Peak(threading.Thread):
    """Watches the memory of a process, in MB, until it is told to stop."""

    def __init__(self, process: int) -> None:
        super().__init__()
        self._process = psutil.Process(process)
        self._stop_it = threading.Event()
        self.first = self.most = self._now()

    def _now(self) -> float:
        return float(self._process.memory_info().rss) / 1e6

    def run(self) -> None:
        while not self._stop_it.wait(0.02):
            self.most = max(self.most, self._now())

    def stop(self) -> None:
        self._stop_it.set()
        self.join()


def ask_and_take_nothing(stack: ExitStack, address: str, body: bytes, authorization: str) -> None:
    """Send a request over a connection whose window stays small, and leave the answer where it is."""
    parts = urlsplit(address)
    connection = stack.enter_context(socket.socket())
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.settimeout(PATIENCE)
    connection.connect((parts.hostname, parts.port))
    head = (
        f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: application/soap+xml\r\n"
        f"Content-Length: {len(body)}\r\nAuthorization: {authorization}\r\n\r\n"
    )
    connection.sendall(head.encode() + body)


def ask_and_take(driver: EwsDriver, body: bytes, answers: list[Any]) -> None:
    answers.append(driver.send(body))


@pytest.mark.timeout(150)
@pytest.mark.parametrize("operation", ["GetContainerItems", "GetItems", "GetValues"])
def test_thirty_clients_that_ask_the_largest_request_at_once_cost_less_than_300_mb(
    operation: str, start: Start, large_controller: str, measured: Measured
) -> None:
    connector = start(large_controller)
    body = bodies(connector)[operation]
    with ExitStack() as stack:
        drivers = [stack.enter_context(EwsDriver(connector.ews, *LOGIN, PATIENCE)) for _ in range(CLIENTS // 2)]
        for driver in drivers:
            driver.send(request("GetWebServiceInformation"))
        headers = [drivers[0]._login.header() for _ in range(CLIENTS // 2)]
        peak = Peak(connector.child.process.pid)
        peak.start()
        stack.callback(peak.stop)
        answers: list[Any] = []
        asking = [threading.Thread(target=ask_and_take, args=(driver, body, answers)) for driver in drivers]
        asking += [
            threading.Thread(target=ask_and_take_nothing, args=(stack, connector.ews, body, header))
            for header in headers
        ]
        for thread in asking:
            thread.start()
        for thread in asking:
            thread.join()
        clock.pause(SECONDS)
    whole = [answer for answer in answers if answer.status == 200]
    told = [answer for answer in answers if answer.status != 200]
    measured({"before, MB": peak.first, "growth, MB": peak.most - peak.first, "whole": len(whole), "told": len(told)})
    assert len(answers) == CLIENTS // 2
    assert whole, told
    assert {count(answer.body, operation) for answer in whole} == {MOST_IDS}
    assert all(b"Fault>" in answer.body for answer in told), told
    assert peak.most - peak.first < MOST_GROWTH


_ITEM = {
    "GetContainerItems": re.compile(rb"<(?:\w+:)?Items>"),
    "GetItems": re.compile(rb"<(?:\w+:)?ValueItem>"),
    "GetValues": re.compile(rb"<(?:\w+:)?ValueItem>"),
}


def count(body: bytes, operation: str) -> int:
    """Count the items that were asked for in an answer; only a container that was asked for shows what is in it."""
    return len(_ITEM[operation].findall(body))
