"""How long EvceProcessor leaves a controller alone that refuses the login, or says that it is busy."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from evce_connector.clock import ManualClock
from evce_connector.host.service import ConnectorService
from evce_connector.site.values import State
from evce_simulator import EvceSimulator, generate

from tests.support.joined import see

Simulate = Callable[..., EvceSimulator]
Serve = Callable[..., ConnectorService]


@pytest.fixture
def site(simulate: Simulate) -> EvceSimulator:
    return simulate(generate(1, 2, 4))


@pytest.fixture
def service(site: EvceSimulator, serve: Serve) -> ConnectorService:
    """Make a connector that is set up and has polled once."""
    service = serve(site.url)
    service.set_up()
    service.poll()
    return service


def pause(service: ConnectorService) -> float:
    """Poll once; return the seconds from this poll to the next."""
    with service.make_client() as client:
        return service.status_processor.cycle(client)


@pytest.mark.parametrize("status", [401, 403])
def test_one_refused_login_alone_costs_one_poll(
    service: ConnectorService, site: EvceSimulator, clock: ManualClock, status: int
) -> None:
    site.inject("unauthorized", status=status, calls=1)
    assert pause(service) == 15
    clock.advance(15)
    assert pause(service) == 15
    assert see(service, "Interface/EvceState") == ("good", State.GOOD)
    assert see(service, "Interface/FailedPolls")[0] == 1
    assert see(service, "Stations/1/StationActiveEnergy")[1] is State.GOOD


def test_from_the_second_refusal_in_a_row_the_pauses_grow(service: ConnectorService, site: EvceSimulator) -> None:
    site.inject("unauthorized")
    assert [pause(service) for _ in range(8)] == [15, 60, 120, 240, 480, 600, 600, 600]


def test_a_poll_that_fails_otherwise_between_two_refusals_gives_no_new_try(
    service: ConnectorService, site: EvceSimulator
) -> None:
    pauses = []
    for fault in ("unauthorized", "server-error", "unauthorized", "too-many-requests", "unauthorized"):
        site.inject(fault, calls=1)
        pauses.append(pause(service))
    assert pauses == [15, 15, 60, 30, 120]


def test_a_good_poll_lets_the_next_refusal_be_the_first_again(service: ConnectorService, site: EvceSimulator) -> None:
    site.inject("unauthorized", calls=2)
    assert [pause(service) for _ in range(3)] == [15, 60, 15]
    site.inject("unauthorized", calls=1)
    assert pause(service) == 15


@pytest.mark.parametrize(("asked", "given"), [(5, 15), (30, 30), (60, 60), (61, 60), (99_999, 60)])
def test_a_busy_controller_is_believed_up_to_the_age_at_which_values_become_offline(
    service: ConnectorService, site: EvceSimulator, asked: int, given: float
) -> None:
    site.inject("too-many-requests", retry_after=asked)
    assert pause(service) == given


def test_at_a_longer_interval_a_busy_controller_is_believed_for_longer(site: EvceSimulator, serve: Serve) -> None:
    service = serve(site.url, status={"interval_seconds": 30})
    service.set_up()
    site.inject("too-many-requests", retry_after=3600)
    assert pause(service) == 120
