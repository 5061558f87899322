"""The health pages say whether the connector lives, whether it is ready, and its figures."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from evce_connector.clock import ManualClock
from evce_connector.host.service import ConnectorService

from features.driver.waiting import until
from tests.support.joined import JoinedSite, failing_disk

SITE = '{site="EVCE Ews Server"}'


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def site(clock: ManualClock, tmp_path: Path, empty_database: Path) -> Iterator[JoinedSite[ManualClock]]:
    portal = {"enabled": True, "address": "http://127.0.0.1:0"}
    with JoinedSite(tmp_path, clock, database=empty_database, portal=portal) as joined:
        yield joined


@pytest.fixture
def service(site: JoinedSite[ManualClock]) -> ConnectorService:
    """Serve the pages; nothing is set up or polled yet."""
    assert site.service.portal
    site.service.portal.start()
    return site.service


def page(service: ConnectorService, path: str) -> requests.Response:
    assert service.portal
    return requests.get(service.portal.address + path, timeout=20)


def test_it_lives_from_the_start(service: ConnectorService) -> None:
    assert page(service, "/health/live").json() == {"status": "live"}


def test_before_set_up_it_is_not_ready_and_says_why(service: ConnectorService) -> None:
    answer = page(service, "/health/ready")

    assert answer.status_code == 503
    assert answer.json()["reasons"] == ["EvceSetupProcessor has not succeeded yet."]


def test_before_the_first_poll_it_is_not_ready(service: ConnectorService) -> None:
    service.set_up()

    assert page(service, "/health/ready").json()["reasons"][0].startswith("No poll has succeeded yet")


def test_after_a_good_poll_it_is_ready(service: ConnectorService) -> None:
    service.set_up()
    service.poll()

    answer = page(service, "/health/ready")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "reasons": []})


def test_with_the_controller_lost_it_says_how_old_the_last_good_poll_is_and_what_is_wrong(
    service: ConnectorService, site: JoinedSite[ManualClock], clock: ManualClock
) -> None:
    service.set_up()
    service.poll()
    site.simulator.inject("unavailable")
    clock.advance(50)
    service.poll()

    answer = page(service, "/health/ready")
    assert answer.status_code == 503
    (reason,) = answer.json()["reasons"]
    assert reason.startswith("The last good poll is 50 s old: The charge controller is busy")


def test_it_is_not_ready_while_the_database_takes_nothing(service: ConnectorService) -> None:
    service.set_up()
    service.poll()
    with failing_disk(service):
        service.poll()
        assert f"evce_connector_storage_good{SITE} 0.0" in page(service, "/metrics").text.splitlines()
        answer = page(service, "/health/ready")
    assert answer.status_code == 503
    assert answer.json()["reasons"] == ["the database cannot be written: disk I/O error"]
    service.poll()
    assert f"evce_connector_storage_good{SITE} 1.0" in page(service, "/metrics").text.splitlines()
    assert page(service, "/health/ready").status_code == 200


def test_figures_are_gauges_with_their_units(service: ConnectorService, clock: ManualClock) -> None:
    service.set_up()
    service.poll()
    clock.advance(7)

    lines = page(service, "/metrics").text.splitlines()
    assert f"evce_connector_poll_age_seconds{SITE} 7.0" in lines
    assert f"evce_connector_failed_polls{SITE} 0.0" in lines
    assert f"evce_connector_good{SITE} 1.0" in lines
    assert f"evce_connector_items{SITE} {float(len(service.items.tree.nodes))}" in lines


def test_a_page_that_is_not_there_is_not_found(service: ConnectorService) -> None:
    assert page(service, "/health/ill").status_code == 404


def test_it_is_not_ready_while_the_ews_server_does_not_answer(
    service: ConnectorService,
) -> None:
    service.set_up()
    service.poll()
    service.ews.start()
    assert page(service, "/health/ready").status_code == 200

    loop = service.ews._server._loop
    goes_on = threading.Event()
    loop.call_soon_threadsafe(goes_on.wait, 20)
    try:
        until(lambda: page(service, "/health/ready").status_code == 503, "the held server is noticed")
        (reason,) = page(service, "/health/ready").json()["reasons"]
        assert reason.startswith("The ews-server server has not looked at its connections for")
    finally:
        goes_on.set()


def test_it_is_dead_when_a_thread_has_ended_that_never_should(
    service: ConnectorService, monkeypatch: pytest.MonkeyPatch
) -> None:
    staleness = service.steps[0]
    ended = threading.Thread(target=lambda: None, name="Staleness")
    ended.start()
    ended.join()
    monkeypatch.setattr(staleness, "thread", ended)

    answer = page(service, "/health/live")

    assert answer.status_code == 503
    assert answer.json()["reasons"] == ["The thread Staleness has ended by an error of its own."]
