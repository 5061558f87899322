"""EvceProcessor against a simulated controller: intervals, failures, states that the operator sees, restarts."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import pytest
from evce_connector.clock import ManualClock
from evce_connector.host.service import ConnectorService
from evce_connector.site.values import State
from evce_simulator import EvceSimulator, generate

from features.driver.waiting import until
from tests.support.joined import failing_disk, see

GOOD, UNCERTAIN, OFFLINE = State.GOOD, State.UNCERTAIN, State.OFFLINE
Simulate = Callable[..., EvceSimulator]
Serve = Callable[..., ConnectorService]
STATE = "Interface/EvceState"


@pytest.fixture
def site(simulate: Simulate) -> EvceSimulator:
    return simulate(generate(2, 6, 12))


@pytest.fixture
def service(site: EvceSimulator, serve: Serve) -> ConnectorService:
    """Make a connector that is set up and has polled once."""
    service = serve(site.url)
    service.set_up()
    service.poll()
    return service


def energy(service: ConnectorService, station: int = 1) -> State:
    return see(service, f"Stations/{station}/StationActiveEnergy")[1]


def pause(service: ConnectorService) -> float:
    """Poll once; return the seconds from this poll to the next."""
    with service.make_client() as client:
        return service.status_processor.cycle(client)


def test_before_set_up_it_waits_and_says_so(site: EvceSimulator, serve: Serve) -> None:
    service = serve(site.url)
    assert pause(service) == 1
    assert see(service, STATE) == ("waiting for EvceSetupProcessor to succeed once", GOOD)
    assert len(site.journal) == 0


def test_a_good_poll_is_told(service: ConnectorService, clock: ManualClock) -> None:
    assert see(service, STATE) == ("good", GOOD)
    assert see(service, "Interface/LastGoodPoll") == (clock.now(), GOOD)
    assert see(service, "Interface/FailedPolls")[0] == 0
    assert see(service, "Interface/PollDuration") == (0.0, GOOD)
    assert energy(service) is GOOD


def test_a_single_failed_poll_changes_nothing_but_is_told(service: ConnectorService, site: EvceSimulator) -> None:
    site.inject("server-error")
    assert pause(service) == 15
    assert energy(service) is GOOD
    assert see(service, "Interface/FailedPolls") == (1, GOOD)
    assert "status 500" in str(see(service, STATE)[0])


def test_failed_polls_let_live_items_age(service: ConnectorService, site: EvceSimulator, clock: ManualClock) -> None:
    site.inject("reset")
    states = []
    for _ in range(5):
        clock.advance(15)
        service.poll()
        states.append(energy(service))
    assert states == [GOOD, GOOD, GOOD, UNCERTAIN, OFFLINE]
    site.clear_faults()
    service.poll()
    assert energy(service) is GOOD
    assert see(service, STATE) == ("good", GOOD)


def test_a_refused_login_pauses_longer_each_time(service: ConnectorService, site: EvceSimulator) -> None:
    site.inject("unauthorized")
    assert [pause(service) for _ in range(7)] == [15, 60, 120, 240, 480, 600, 600]
    site.clear_faults()
    assert pause(service) == 15
    site.inject("unauthorized")
    assert [pause(service) for _ in range(2)] == [15, 60]


@pytest.mark.parametrize(("asked", "given"), [(5, 15), (45, 45), (99_999, 60)])
def test_a_busy_controller_is_granted_its_pause(
    service: ConnectorService, site: EvceSimulator, asked: int, given: float
) -> None:
    site.inject("too-many-requests", retry_after=asked)
    assert pause(service) == given


def test_polls_follow_each_other_start_to_start(site: EvceSimulator, serve: Serve, clock: ManualClock) -> None:
    service = serve(site.url, status={"interval_seconds": 20})
    service.set_up()
    site.journal.clear()
    stop = threading.Event()
    thread = threading.Thread(target=service.status_processor.execute, args=(stop,))
    thread.start()
    try:
        for polls in (1, 2, 3):
            site.journal.wait_for(polls, "/connectors")
            until(clock.waiting)
            clock.advance(20)
    finally:
        stop.set()
        thread.join(5)
    assert site.journal.intervals("/zones")[:2] == [20, 20]


@pytest.mark.parametrize("interval", [15, 30])
def test_the_interval_is_the_configured_one(site: EvceSimulator, serve: Serve, interval: float) -> None:
    service = serve(site.url, status={"interval_seconds": interval})
    service.set_up()
    assert pause(service) == interval


def test_an_empty_list_fails_the_poll(service: ConnectorService, site: EvceSimulator) -> None:
    site.inject("empty-list", path="/connectors")
    service.poll()
    assert "12 of the 12 connectors" in str(see(service, STATE)[0])
    assert energy(service) is GOOD


@pytest.mark.parametrize(("missing", "state"), [(2, OFFLINE), (3, GOOD)])
def test_a_list_that_misses_more_than_a_fifth_fails_the_poll(
    service: ConnectorService, site: EvceSimulator, missing: int, state: State
) -> None:
    site.inject("missing-objects", path="/connectors", count=missing)
    service.poll()
    assert see(service, "Stations/1/Connectors/1/ConnectorActiveEnergy")[1] is state


def test_new_objects_are_counted_until_the_next_set_up(service: ConnectorService, site: EvceSimulator) -> None:
    site.model.add("zone", **site.model.zone(1) | {"id": 9, "name": "New"})
    site.model.add("station", **site.model.station(1) | {"id": 9, "zoneId": 9, "ocppIdentifier": "NEW"})
    site.model.add("connector", **site.model.connector(1) | {"id": 99, "stationId": 9})
    service.poll()
    assert see(service, "Interface/NewObjects") == (3, GOOD)
    service.set_up()
    assert see(service, "Interface/NewObjects") == (0, GOOD)


def test_the_skew_is_the_controllers_time_less_ours(service: ConnectorService, site: EvceSimulator) -> None:
    site.clock.jump(90)
    service.poll()
    assert see(service, "Interface/ClockSkew") == (90.0, GOOD)


def test_troubles_are_logged_once_as_long_as_they_last(
    service: ConnectorService, site: EvceSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    site.model.set_station(2, status=None)
    before = site.model.connector(1)["phaseConnection"]
    site.model.set_connector(1, phaseConnection="two")
    with caplog.at_level(logging.WARNING, "evce_connector"):
        for _ in range(3):
            service.poll()
    assert sorted(record.getMessage() for record in caplog.records) == [
        (
            f"EvceProcessor: connectors/1 has the phaseConnection 'two' now, and set-up found {before!r}: "
            "its average current goes by that until set-up runs again"
        ),
        "EvceProcessor: stations/2/status cannot be read: None is not a text",
    ]


def test_a_loss_and_a_return_are_one_line_each(
    service: ConnectorService, site: EvceSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "evce_connector"):
        site.inject("reset")
        for _ in range(3):
            service.poll()
        site.clear_faults()
        for _ in range(2):
            service.poll()
    assert [(record.levelname, record.getMessage().endswith(": good")) for record in caplog.records] == [
        ("WARNING", False),
        ("INFO", True),
    ]


def test_a_field_that_was_never_readable_since_the_start_keeps_the_value_of_set_up(
    site: EvceSimulator, serve: Serve
) -> None:
    service = serve(site.url)
    service.set_up()
    site.model.set_station(2, status=None)
    service.poll()
    assert see(service, "Stations/2/StationStatus") == ("available", UNCERTAIN)
    assert energy(service, 2) is GOOD


def test_after_a_restart_values_are_there_at_once_and_uncertain(
    service: ConnectorService, site: EvceSimulator, serve: Serve, clock: ManualClock
) -> None:
    before = see(service, "Stations/1/StationActiveEnergy")[0]
    site.inject("refused")
    clock.advance(300)
    again = serve(site.url)
    assert see(again, "Stations/1/StationActiveEnergy") == (before, UNCERTAIN)
    assert see(again, "Stations/1/StationStatus") == ("available", GOOD)
    assert see(again, "Interface/LastGoodPoll") == (clock.now().replace(minute=0), GOOD)
    clock.advance(601)
    assert see(again, "Stations/1/StationActiveEnergy") == (before, OFFLINE)


def test_after_a_restart_the_first_good_poll_makes_all_good(
    service: ConnectorService, site: EvceSimulator, serve: Serve, clock: ManualClock
) -> None:
    assert energy(service) is GOOD
    clock.advance(3600)
    again = serve(site.url)
    assert energy(again) is OFFLINE
    again.poll()
    assert energy(again) is GOOD


def test_a_restart_before_the_first_poll_has_the_tree_with_live_items_offline(
    site: EvceSimulator, serve: Serve
) -> None:
    serve(site.url).set_up()
    again = serve(site.url)
    assert see(again, "Stations/1/StationStatus") == ("available", GOOD)
    assert energy(again) is OFFLINE


def test_a_restart_before_any_set_up_has_no_tree(site: EvceSimulator, serve: Serve) -> None:
    serve(site.url)
    assert serve(site.url).items.index is None


def test_after_a_restart_what_is_gone_is_still_known_to_be(
    service: ConnectorService, site: EvceSimulator, serve: Serve
) -> None:
    site.model.remove_station(6)
    service.set_up()
    service.poll()
    again = serve(site.url)
    assert again.items.index is not None
    assert not again.items.index.stations[6].expected
    assert see(again, "Stations/6/StationStatus")[1] is OFFLINE


def test_a_clock_that_was_set_back_makes_no_restored_value_good(
    service: ConnectorService, site: EvceSimulator, serve: Serve, clock: ManualClock
) -> None:
    assert energy(service) is GOOD
    clock.jump(-7200)
    assert energy(serve(site.url)) is UNCERTAIN


def test_a_database_that_cannot_be_written_is_told_and_polling_goes_on(
    service: ConnectorService, site: EvceSimulator
) -> None:
    with failing_disk(service, "INSERT INTO poll_pages"):
        assert pause(service) == 15
    assert see(service, STATE) == ("good", GOOD)
    assert str(see(service, "Interface/StorageState")[0]) == "the database cannot be written: disk I/O error"
    service.poll()
    assert see(service, "Interface/StorageState") == ("good", GOOD)
    assert site.journal.count(path="/zones") == 4
