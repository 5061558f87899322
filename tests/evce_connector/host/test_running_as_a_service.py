"""What a service manager hears of a connector that starts, is reloaded and ends."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from evce_connector.clock import SystemClock
from evce_connector.host.service_manager import ServiceManager

from features.driver.waiting import until
from tests.support.connector_process import running
from tests.support.joined import settings
from tests.support.running_connector import RunningConnector
from tests.support.service_socket import ServiceSocket

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="systemd is of Linux")


class Service:
    """A connector, whoever started it, and what that one has heard."""

    def __init__(self, connector: RunningConnector, socket: ServiceSocket) -> None:
        self.connector, self._socket, self._heard = connector, socket, list[str]()

    def heard(self) -> list[str]:
        """Return the beginning of each message so far, without what tells the status alone."""
        self._heard += [message.partition("\n")[0] for message in self._socket.heard()]
        return [message for message in self._heard if not message.startswith("STATUS")]

    def hears(self, *messages: str) -> None:
        until(lambda: self.heard() == list(messages), f"the service manager hears {messages}")


@pytest.fixture
def service(tmp_path: Path, empty_database: Path) -> Iterator[Service]:
    with ServiceSocket(str(tmp_path / "notify")) as socket:
        manager = ServiceManager({"NOTIFY_SOCKET": socket.name, "WATCHDOG_USEC": "3600000000"}, SystemClock())
        with RunningConnector(tmp_path, empty_database, manager=manager) as connector:
            yield Service(connector, socket)


def test_a_start_is_ready_and_lives_an_end_stops(service: Service) -> None:
    service.hears("READY=1", "WATCHDOG=1")
    service.connector.stop()
    service.hears("READY=1", "WATCHDOG=1", "STOPPING=1")


def test_a_reload_ends_with_the_new_connector_ready(service: Service) -> None:
    service.hears("READY=1", "WATCHDOG=1")
    service.connector.reload()
    service.hears("READY=1", "WATCHDOG=1", "RELOADING=1", "READY=1")


def test_a_reload_that_is_refused_ends_with_the_one_before_ready(service: Service) -> None:
    service.hears("READY=1", "WATCHDOG=1")
    service.connector.spoil()
    service.hears("READY=1", "WATCHDOG=1", "RELOADING=1", "READY=1")


@pytest.mark.once
def test_the_command_tells_who_started_it_from_its_start_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ServiceSocket(str(tmp_path / "notify")) as socket:
        monkeypatch.setenv("NOTIFY_SOCKET", socket.name)
        heard: list[str] = []

        def hears(word: str) -> bool:
            heard.extend(socket.heard())
            return any(message.startswith(word) for message in heard)

        with running(settings(tmp_path), tmp_path) as process:
            until(lambda: hears("READY=1\nSTATUS=EWS server at http://127.0.0.1:"), "it says that it is ready")
            process.terminate()
            until(lambda: hears("STOPPING=1"), "it says that it ends")
            process.communicate(timeout=30)
    assert process.returncode == 0
