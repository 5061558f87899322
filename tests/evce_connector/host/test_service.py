"""The running connector: started, stopped, and told why it cannot start."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import requests
from evce_connector import config
from evce_connector.clock import ManualClock
from evce_connector.errors import ConnectorError
from evce_connector.host.options import evce_options, ews_settings
from evce_connector.processors.unreadable import GOOD
from evce_connector.site.values import State
from evce_simulator import EvceSimulator
from requests.auth import HTTPDigestAuth

from features.driver.waiting import until
from tests.support.joined import JoinedSite, connect, failing_disk, see

Simulate = Callable[..., EvceSimulator]
Document = dict[str, dict[str, Any]]


def threads() -> set[str]:
    return {thread.name for thread in threading.enumerate() if not thread.name.startswith("closer")}


def only_those_are_left(before: set[str]) -> bool:
    """Wait until no other threads run; controllers of earlier tests may just be ending, by threads of their own."""
    with suppress(AssertionError):
        until(lambda: threads() <= before)
    assert threads() - before == set()
    return True


def test_a_running_connector_sets_up_and_polls_by_itself(simulate: Simulate, document: Document) -> None:
    simulator = simulate("campus")
    document["evce"]["base_url"] = simulator.url
    document["portal"] = {"address": "http://127.0.0.1:0"}
    before = threads()
    with connect(document) as service:
        until(lambda: service.items.age() is not None)
        assert see(service, "Stations/1/StationIsConnected") == (True, State.GOOD)
        answer = requests.get(f"{service.ews.address}?wsdl", auth=HTTPDigestAuth("ebo", "Building-7"), timeout=20)
        assert answer.status_code == 200
        assert service.portal is not None
        assert requests.get(f"{service.portal.address}/health/live", timeout=20).status_code == 200
    assert only_those_are_left(before)


@pytest.mark.parametrize("section", ["ews", "portal"])
def test_a_port_in_use_is_named_and_nothing_is_left_running(
    simulate: Simulate, document: Document, section: str
) -> None:
    document["evce"]["base_url"] = simulate().url
    document["portal"] = {"address": "http://127.0.0.1:0"}
    before = threads()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        document[section]["address"] = f"http://127.0.0.1:{port}/EcoStruxure/DataExchange"
        service = connect(document)
        with pytest.raises(ConnectorError, match=rf"127\.0\.0\.1:{port}"):
            service.start()
    assert only_those_are_left(before)


def test_the_client_gets_what_the_configuration_says(document: Document) -> None:
    document["evce"] |= {
        "authentication": "token",
        "verify_tls": "ca.pem",
        "connect_timeout_seconds": 3,
        "read_timeout_seconds": 4,
    }
    options = evce_options(config.parse(document, {}).evce)
    assert (options.base_url, options.login) == (document["evce"]["base_url"], "bms")
    assert (options.authentication, options.verify_tls) == ("token", "ca.pem")
    assert (options.connect_timeout, options.read_timeout) == (3, 4)
    assert options.password == document["evce"]["password"]


def test_the_clients_of_a_service_number_objects_by_its_database(document: Document) -> None:
    service = connect(document, ManualClock())
    try:
        with service.make_client() as client:
            assert client._numbers is service.stores.numbers
    finally:
        service.stop()


def test_the_server_gets_what_the_configuration_says(document: Document) -> None:
    document["ews"] |= {
        "users": [{"username": "guest", "password": "g"}, {"username": "boss", "password": "b", "role": "writer"}],
        "digest": ["SHA-256"],
        "fault_status": 200,
        "max_ids": 1000,
        "server_name": "Depot",
        "public_url": "https://bms.example/ews",
    }
    settings = ews_settings(config.parse(document, {}))
    assert [(user.name, user.password, user.role) for user in settings.users] == [
        ("ebo", "Building-7", "writer"),
        ("guest", "g", "reader"),
        ("boss", "b", "writer"),
    ]
    assert (settings.algorithms, settings.fault_status, settings.max_ids) == (("SHA-256",), 200, 1000)
    assert (settings.realm, settings.server_name) == ("EVCE", "Depot")
    assert settings.public_url == "https://bms.example/ews"


def test_a_server_that_cannot_be_is_a_sentence_that_names_its_key(document: Document) -> None:
    document["ews"] |= {"address": "https://127.0.0.1:0/EWS"}
    with pytest.raises(ConnectorError, match=r"^ews\.address: .*certificate"):
        ews_settings(config.parse(document, {}))


def test_a_profile_that_is_not_there_stops_the_start(document: Document) -> None:
    document["evce"]["profile"] = "v99"
    with pytest.raises(ConnectorError, match="The profile 'v99' cannot be read"):
        connect(document)


def test_a_password_file_that_is_not_there_stops_the_start(document: Document, tmp_path: Path) -> None:
    document["ews"] = {"username": "ebo", "password_file": str(tmp_path / "missing")}
    with pytest.raises(ConnectorError, match="password_file"):
        connect(document)


@pytest.mark.parametrize("work", ["poll", "set_up", "log"])
@pytest.mark.parametrize("statement", ["SELECT", "INSERT", "BEGIN", ""])
def test_no_processor_ends_by_a_database_that_fails_after_a_start(
    tmp_path: Path, empty_database: Path, work: str, statement: str
) -> None:
    with JoinedSite(tmp_path, ManualClock(), "guide", database=empty_database) as site:
        site.set_up()
        site.poll()
        site.restart()
        with failing_disk(site.service, statement):
            getattr(site.service, work)()
        site.poll()
        assert site.see("Interface/StorageState") == (GOOD, State.GOOD)
