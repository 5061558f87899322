"""The connector ends within 3 s, whatever the controller does, and without a word against it."""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import Any

import pytest
import requests
from ebo_simulator import EboClient
from evce_connector.clock import SystemClock
from evce_connector.persistence.portal_users import PortalUser, Role
from evce_connector.portal.passwords import Passwords
from evce_simulator import EvceSimulator

from features.driver.waiting import until
from tests.support import portal
from tests.support.connector_process import running
from tests.support.forms import typed
from tests.support.joined import EWS_PASSWORD, LOGIN, PASSWORD, USER, connect, settings
from tests.support.stopwatch import Stopwatch

Simulate = Callable[..., EvceSimulator]
Document = dict[str, dict[str, Any]]
HANGS = 20.0
"""Seconds that the controller keeps whoever asks waiting: longer than any time-out of the connector."""
LIMIT = 3.0
"""Seconds that an end may take."""
REDUCTION = "Zones/2/ZoneReduction"


@pytest.fixture
def simulate() -> Iterator[Simulate]:
    """Start simulated controllers; they end with the test."""
    with ExitStack() as running:

        def start(**options: Any) -> EvceSimulator:  # noqa: ANN401 - as the simulator's
            return running.enter_context(EvceSimulator("guide", login=LOGIN, password=PASSWORD, **options))

        yield start


@pytest.fixture
def document(tmp_path: Path) -> Document:
    """Give a configuration to be completed with the controller's address."""
    return settings(tmp_path)


def ended_within(end: Callable[[], object]) -> float:
    clock = SystemClock()
    began = clock.monotonic()
    end()
    return clock.monotonic() - began


def has_ended(process: int) -> bool:
    """Tell whether a child has ended, and leave its status, with which the kernel would forget what it waited for."""
    return os.waitid(os.P_PID, process, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def hang(simulator: EvceSimulator, **choices: Any) -> Callable[[], bool]:  # noqa: ANN401 - choices of the fault
    """Let the controller hang, and return what tells whether somebody waits for it."""
    fault = simulator.inject("slow", delay=HANGS, **choices)
    return lambda: fault.hits > 0


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
def test_a_set_up_that_waits_for_the_controller_ends_with_the_connector(
    simulate: Simulate, document: Document, tls: bool
) -> None:
    simulator = simulate(tls=tls)
    document["evce"] |= {"base_url": simulator.url, "verify_tls": str(simulator.ca_file) if tls else True}
    somebody_waits = hang(simulator)
    service = connect(document)
    service.start()
    until(somebody_waits, "somebody waits for the controller")
    assert ended_within(service.stop) < LIMIT
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("Evce")] == []
    simulator.clear_faults()


def test_a_poll_that_is_cut_raises_no_alarm_and_counts_as_no_failed_poll(
    simulate: Simulate, document: Document
) -> None:
    simulator = simulate()
    document["evce"]["base_url"] = simulator.url
    service = connect(document)
    service.set_up()
    somebody_waits = hang(simulator, path="/zones*")
    service.start()
    until(somebody_waits, "somebody waits for the controller")
    assert ended_within(service.stop) < LIMIT
    assert service.items.interface.get("FailedPolls") in (None, 0)
    again = connect(document)
    assert again.stores.alarms.state("EVCE-Interface_Alarm") == 0
    again.stop()
    simulator.clear_faults()


def test_a_write_under_way_is_told_to_its_client_and_kept_in_the_ledger(simulate: Simulate, document: Document) -> None:
    simulator = simulate()
    document["evce"]["base_url"] = simulator.url
    service = connect(document)
    service.set_up()
    service.start()
    until(lambda: service.items.age() is not None, "polled")
    somebody_waits = hang(simulator, method="PUT")
    results: list[Any] = []
    client = EboClient(service.ews.address, USER, EWS_PASSWORD)
    thread = threading.Thread(target=lambda: results.extend(client.set_values({REDUCTION: "10"})))
    thread.start()
    until(somebody_waits, "somebody waits for the controller")
    taken = ended_within(service.stop)
    thread.join(5)
    client.close()
    again = connect(document)
    (line,) = again.stores.commands.lines()
    again.stop()
    simulator.clear_faults()
    assert taken < LIMIT
    assert [(result.success, "is being stopped" in (result.message or "")) for result in results] == [(False, True)]
    assert (line.success, "is being stopped" in line.answer) == (False, True)


@pytest.mark.parametrize(
    ("page", "button"),
    [
        ("/configurations/EVCE Processor", "/configurations/EVCE Processor/validate"),
        ("/first-steps", "/first-steps/try"),
    ],
)
def test_a_page_that_waits_for_the_controller_ends_with_the_connector(
    simulate: Simulate, document: Document, page: str, button: str
) -> None:
    """Validate and Test connection would hold up the end for the whole time-out of the controller."""
    simulator = simulate()
    document["evce"]["base_url"] = simulator.url
    document["portal"] = {"enabled": True, "address": "http://127.0.0.1:0"}
    somebody_waits = hang(simulator)
    service = connect(document)
    hashed = Passwords().hash(portal.PASSWORD)
    service.stores.portal_users.add(PortalUser("ann", Role.ADMIN, hashed, must_change=False, since=service.clock.now()))
    assert service.portal
    service.portal.start()
    ann = portal.Person(service.portal.address)
    ann.log_in("ann", portal.PASSWORD)
    fields = typed(ann, page, {}) | {"csrf_token": ann.token(page)}

    def press() -> None:
        with suppress(requests.ConnectionError):
            ann.post(button, fields)

    thread = threading.Thread(target=press)
    thread.start()
    until(somebody_waits, "the page waits for the controller")
    assert ended_within(service.stop) < LIMIT
    thread.join(5)
    ann.close()
    simulator.clear_faults()


def test_a_database_that_another_program_has_locked_does_not_hold_up_the_end(
    simulate: Simulate, document: Document, tmp_path: Path
) -> None:
    document["evce"]["base_url"] = simulate().url
    service = connect(document)
    service.set_up()
    service.start()
    until(lambda: service.items.age() is not None, "polled")
    with closing(sqlite3.connect(tmp_path / "connector.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        until(lambda: service.stores.engine.pool.checkedout() > 0, "somebody waits for the database", 20)  # type: ignore[attr-defined]
        assert ended_within(service.stop) < LIMIT


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process by other means")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_process_ends_in_good_order_within_3_s_of_a_signal(
    simulate: Simulate, document: Document, tmp_path: Path, number: signal.Signals
) -> None:
    simulator = simulate()
    document["evce"]["base_url"] = simulator.url
    somebody_waits = hang(simulator)
    with running(document, tmp_path) as process:
        until(somebody_waits, "somebody waits for the controller")
        watch = Stopwatch(process.pid)
        process.send_signal(number)
        until(lambda: has_ended(process.pid), "the process has ended", 20)
        took = watch.took(process.pid)
        process.wait()
        assert process.stderr is not None
        said = process.stderr.read()
    simulator.clear_faults()
    assert took.own < LIMIT, took
    assert process.returncode == 0
    assert [words for words in ("does not answer", "Traceback") if words in said] == []
