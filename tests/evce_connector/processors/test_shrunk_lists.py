"""Lists that are shorter than the tree: when a poll or a set-up believes that something was taken away."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from evce_connector.clock import ManualClock
from evce_connector.host.service import ConnectorService
from evce_connector.processors.base import Severity
from evce_connector.site.values import State
from evce_simulator import EvceSimulator, generate

from tests.support.joined import see

GOOD, OFFLINE = State.GOOD, State.OFFLINE
Simulate = Callable[..., EvceSimulator]
Serve = Callable[..., ConnectorService]
INTERVAL = 15.0


@pytest.fixture
def site(simulate: Simulate) -> EvceSimulator:
    return simulate(generate(2, 10, 10))


@pytest.fixture
def service(site: EvceSimulator, serve: Serve) -> ConnectorService:
    """Make a connector that is set up and has polled once."""
    return running(serve(site.url))


def running(service: ConnectorService) -> ConnectorService:
    service.set_up()
    service.poll()
    return service


def polled(service: ConnectorService, clock: ManualClock, times: int = 1) -> list[str]:
    """Poll so often, an interval apart; return what EvceState said after each."""
    states = []
    for _ in range(times):
        clock.advance(INTERVAL)
        service.poll()
        states.append(str(see(service, "Interface/EvceState")[0]))
    return states


def station(service: ConnectorService, number: int) -> State:
    return see(service, f"Stations/{number}/StationStatus")[1]


def take_away(site: EvceSimulator, *stations: int) -> None:
    for number in stations:
        site.model.remove_station(number)


@pytest.mark.parametrize("missing", [1, 2])
def test_one_or_two_of_three_stations_are_believed_to_be_gone_at_once(
    simulate: Simulate, serve: Serve, clock: ManualClock, missing: int
) -> None:
    site = simulate(generate(1, 3, 3))
    service = running(serve(site.url))
    take_away(site, *range(1, missing + 1))
    assert polled(service, clock) == ["good"]
    assert [station(service, number) for number in (1, 2, 3)] == [OFFLINE] * missing + [GOOD] * (3 - missing)
    assert service.set_up() == []


def test_more_than_a_fifth_is_believed_to_be_gone_when_four_polls_in_a_row_say_the_same(
    service: ConnectorService, site: EvceSimulator, clock: ManualClock
) -> None:
    take_away(site, 8, 9, 10)
    states = polled(service, clock, 5)
    assert [state == "good" for state in states] == [False, False, False, True, True]
    assert see(service, "Interface/FailedPolls")[0] == 3
    assert [station(service, number) for number in (7, 8, 9, 10)] == [GOOD, OFFLINE, OFFLINE, OFFLINE]
    assert see(service, "Stations/7/StationActiveEnergy")[1] is GOOD
    assert service.items.tree.get("Stations/10") is not None


def test_the_sentence_says_what_to_do(service: ConnectorService, site: EvceSimulator, clock: ManualClock) -> None:
    take_away(site, 8, 9, 10)
    (state,) = polled(service, clock)
    assert state == (
        "The charge controller gives an unusable answer at /stations: 3 of the 10 stations that set-up found are "
        "missing; if they were taken away, run evce-connector setup --prune, or wait: four polls in a row that miss "
        "the same are believed."
    )


def test_lists_that_go_on_changing_are_not_believed(
    service: ConnectorService, site: EvceSimulator, clock: ManualClock
) -> None:
    for number in (5, 6, 7):
        take_away(site, number)
    states = polled(service, clock, 3)
    take_away(site, 8)
    states += polled(service, clock, 4)
    assert [state == "good" for state in states] == [False] * 6 + [True]


@pytest.mark.parametrize("fault", ["server-error", "refused"])
def test_a_poll_that_fails_otherwise_begins_the_count_anew(
    service: ConnectorService, site: EvceSimulator, clock: ManualClock, fault: str
) -> None:
    take_away(site, 8, 9, 10)
    states = polled(service, clock, 3)
    site.inject(fault)
    states += polled(service, clock)
    site.clear_faults()
    states += polled(service, clock, 4)
    assert [state == "good" for state in states] == [False] * 7 + [True]


def test_a_list_that_is_whole_again_in_between_begins_the_count_anew(
    service: ConnectorService, site: EvceSimulator, clock: ManualClock
) -> None:
    site.inject("missing-objects", path="/connectors", count=5, calls=3)
    states = polled(service, clock, 4)
    site.inject("missing-objects", path="/connectors", count=5)
    states += polled(service, clock, 4)
    assert [state == "good" for state in states] == [False, False, False, True, False, False, False, True]


def test_what_was_believed_to_be_gone_and_comes_back_is_good_and_missed_again(
    service: ConnectorService, site: EvceSimulator, clock: ManualClock
) -> None:
    site.inject("missing-objects", path="/connectors", count=5)
    polled(service, clock, 4)
    assert see(service, "Stations/1/Connectors/1/ConnectorActiveEnergy")[1] is OFFLINE
    site.clear_faults()
    assert polled(service, clock) == ["good"]
    assert see(service, "Stations/1/Connectors/1/ConnectorActiveEnergy")[1] is GOOD
    site.inject("missing-objects", path="/connectors", count=5)
    assert polled(service, clock) != ["good"]


def test_the_only_station_is_believed_to_be_gone_while_its_zone_is_there(
    simulate: Simulate, serve: Serve, clock: ManualClock
) -> None:
    site = simulate(generate(1, 1, 1))
    service = running(serve(site.url))
    take_away(site, 1)
    assert [state == "good" for state in polled(service, clock, 4)] == [False, False, False, True]
    assert station(service, 1) is OFFLINE


def test_a_controller_without_zones_is_never_believed(
    service: ConnectorService, site: EvceSimulator, clock: ManualClock
) -> None:
    site.inject("empty-list")
    states = polled(service, clock, 6)
    assert "good" not in states
    assert states[-1].endswith(
        "2 of the 2 zones that set-up found are missing; a controller without zones is not believed: if it is right, "
        "run evce-connector setup --prune."
    )


def test_set_up_believes_what_polls_believe_and_keeps_it_for_its_grace_time(
    service: ConnectorService, site: EvceSimulator, clock: ManualClock
) -> None:
    take_away(site, 8, 9, 10)
    (refused,) = service.set_up()
    assert refused.severity is Severity.MAY_NOT_CONTINUE
    polled(service, clock, 4)
    assert service.set_up() == []
    assert (see(service, "Interface/SetupState")[0], station(service, 10)) == ("good", OFFLINE)
    clock.advance(7 * 86400)
    assert service.set_up() == []
    assert service.items.tree.get("Stations/10") is None


def test_a_restart_has_to_see_it_anew(
    service: ConnectorService, site: EvceSimulator, serve: Serve, clock: ManualClock
) -> None:
    take_away(site, 8, 9, 10)
    polled(service, clock, 4)
    again = serve(site.url)
    assert [state == "good" for state in polled(again, clock, 4)] == [False, False, False, True]
