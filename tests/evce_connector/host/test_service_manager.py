"""What a service manager is told over its socket, as sd_notify describes it: a real one of this machine."""

from __future__ import annotations

import logging
import os
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from evce_connector.clock import ManualClock
from evce_connector.host.service_manager import ServiceManager

from tests.support.service_socket import ServiceSocket

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="systemd is of Linux")
MINUTE = {"WATCHDOG_USEC": "60000000"}


@pytest.fixture(params=["a file", "an abstract name"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ServiceSocket]:
    name = str(tmp_path / "notify") if request.param == "a file" else f"@evce-{secrets.token_hex(8)}"
    with ServiceSocket(name) as listening:
        yield listening


def told(manager: ServiceSocket, clock: ManualClock, **environment: str) -> ServiceManager:
    return ServiceManager({"NOTIFY_SOCKET": manager.name, **environment}, clock)


def test_ready_comes_with_a_status_of_one_line(manager: ServiceSocket, clock: ManualClock) -> None:
    told(manager, clock).ready("EWS server at\nhttp://x")
    assert manager.heard() == ["READY=1\nSTATUS=EWS server at http://x"]


def test_a_reload_is_told_with_the_monotonic_time_in_microseconds(manager: ServiceSocket, clock: ManualClock) -> None:
    clock.advance(12.5)
    told(manager, clock).reloading()
    assert manager.heard() == ["RELOADING=1\nMONOTONIC_USEC=12500000"]


def test_the_end_is_told(manager: ServiceSocket, clock: ManualClock) -> None:
    told(manager, clock).stopping()
    (message,) = manager.heard()
    assert message.startswith("STOPPING=1\nSTATUS=")


def test_a_sign_of_life_comes_at_half_of_the_time_that_is_waited_for_it(
    manager: ServiceSocket, clock: ManualClock
) -> None:
    service = told(manager, clock, **MINUTE)
    beats = []
    for _ in range(65):
        service.look("", [])
        beats += [clock.monotonic()] * manager.heard().count("WATCHDOG=1")
        clock.advance(1)
    assert beats == [0, 30, 60]


def test_no_sign_of_life_comes_while_something_is_dead_and_the_log_says_once_what(
    manager: ServiceSocket, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    service = told(manager, clock, **MINUTE)
    with caplog.at_level(logging.ERROR, "evce_connector"):
        for _ in range(3):
            service.look("good", ["Staleness hangs for 61 s."])
            clock.advance(40)
    assert manager.heard() == ["STATUS=Staleness hangs for 61 s."]
    assert [record.getMessage().partition("anew: ")[2] for record in caplog.records] == ["Staleness hangs for 61 s."]


def test_a_status_is_told_when_it_changes_and_not_again(manager: ServiceSocket, clock: ManualClock) -> None:
    service = told(manager, clock)
    for status in ("good", "good", "no answer"):
        service.look(status, [])
    assert manager.heard() == ["STATUS=good", "STATUS=no answer"]


@pytest.mark.parametrize(
    "environment",
    [{}, {"WATCHDOG_USEC": "0"}, {"WATCHDOG_USEC": "soon"}, {**MINUTE, "WATCHDOG_PID": str(os.getpid() + 1)}],
    ids=["nothing said", "never", "no number", "of another process"],
)
def test_no_sign_of_life_comes_where_none_is_waited_for(
    manager: ServiceSocket, clock: ManualClock, environment: dict[str, str]
) -> None:
    told(manager, clock, **environment).look("", [])
    assert manager.heard() == []


def test_a_sign_of_life_comes_where_it_is_waited_for_from_this_process(
    manager: ServiceSocket, clock: ManualClock
) -> None:
    told(manager, clock, **MINUTE, WATCHDOG_PID=str(os.getpid())).look("", [])
    assert manager.heard() == ["WATCHDOG=1"]


@pytest.mark.parametrize("environment", [{}, {"NOTIFY_SOCKET": ""}, {"NOTIFY_SOCKET": "vsock:2:1234"}])
def test_without_a_socket_nothing_happens(
    clock: ManualClock, environment: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    service = ServiceManager(environment | MINUTE, clock)
    service.ready("good")
    service.look("bad", ["dead"])
    service.stopping()
    assert caplog.records == []


def test_a_socket_that_is_gone_is_logged_once_and_the_connector_goes_on(
    tmp_path: Path, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    service = ServiceManager({"NOTIFY_SOCKET": str(tmp_path / "gone")}, clock)
    service.ready("good")
    service.stopping()
    assert [record.getMessage() for record in caplog.records] == [
        "The service manager cannot be told how the connector is: NOTIFY_SOCKET: No such file or directory"
    ]
