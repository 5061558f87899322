"""Plain data points that change by themselves are Uncertain when the controller has been gone for long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from evce_connector.clock import ManualClock
from evce_connector.host.service import ConnectorService
from evce_connector.points.tree import ValueItem
from evce_connector.site import catalogue
from evce_connector.site.catalogue import CATALOGUE
from evce_connector.site.datapoint import Mark
from evce_connector.site.values import State
from evce_simulator import EvceSimulator

from tests.support.joined import see

GOOD, UNCERTAIN, OFFLINE = State.GOOD, State.UNCERTAIN, State.OFFLINE
HOUR = 3600.0
Simulate = Callable[..., EvceSimulator]
Serve = Callable[..., ConnectorService]
FADING = {
    "Site": {"SiteSetPointPower(kW)"},
    "Zones/1": {
        "ZoneReduction",
        "ZoneReductionDescription",
        "ZoneReductionType(Percentage)",
        "ZoneSetPointCurrent(A)",
        "ZoneSetPointPower(kW)",
        "ZoneValidity",
        "ZoneValidityMode(Absolute)",
    },
    "Stations/1": {"StationIsConnected", "StationStatus"},
    "Stations/1/Connectors/1": set(),
}
"""By the folder's id: what of its plain data points may have changed within an hour."""


@pytest.fixture
def site(simulate: Simulate) -> EvceSimulator:
    return simulate()


@pytest.fixture
def service(site: EvceSimulator, serve: Serve) -> ConnectorService:
    """Make a connector that is set up and has polled once, and whose controller is gone then."""
    service = serve(site.url)
    service.set_up()
    service.poll()
    site.inject("refused")
    return service


def plain(service: ConnectorService, folder: str) -> dict[str, State]:
    """Return the states of the plain items of a folder."""
    service.step()
    found = [service.items.tree.get(id_) for id_ in list(service.items.tree.nodes) if id_.rpartition("/")[0] == folder]
    return {node.name: node.state for node in found if isinstance(node, ValueItem) and not node.point.live}


def uncertain(service: ConnectorService) -> dict[str, set[str]]:
    """Return, by folder, the names of the plain items that are Uncertain; all others are Good."""
    states = {folder: plain(service, folder) for folder in FADING}
    assert {state for folder in states.values() for state in folder.values()} <= {GOOD, UNCERTAIN}
    return {folder: {name for name, state in found.items() if state is UNCERTAIN} for folder, found in states.items()}


NONE: dict[str, set[str]] = {folder: set() for folder in FADING}


@pytest.mark.parametrize(("age", "shown"), [(61, NONE), (HOUR, NONE), (HOUR + 0.001, FADING), (90 * 86400, FADING)])
def test_what_changes_by_itself_is_uncertain_an_hour_after_the_last_good_poll(
    service: ConnectorService, clock: ManualClock, age: float, shown: dict[str, set[str]]
) -> None:
    before = see(service, "Zones/1/ZoneSetPointPower(kW)")[0]
    clock.advance(age)
    assert uncertain(service) == shown
    assert see(service, "Zones/1/ZoneSetPointPower(kW)")[0] == before


def test_the_age_can_be_configured(site: EvceSimulator, serve: Serve, clock: ManualClock) -> None:
    service = serve(site.url, status={"plain_uncertain_minutes": 10})
    service.set_up()
    service.poll()
    clock.advance(600)
    assert uncertain(service) == NONE
    clock.advance(1)
    assert uncertain(service) == FADING


def test_a_read_shows_it_though_no_step_has_come(service: ConnectorService, clock: ManualClock) -> None:
    item = service.items.tree.get("Zones/1/ZoneReduction")
    maximum = service.items.tree.get("Zones/1/ZoneMaxCurrent(A)")
    assert isinstance(item, ValueItem)
    assert isinstance(maximum, ValueItem)
    clock.advance(HOUR + 1)
    assert item.state is GOOD
    ages = service.items.tree.age_state()
    assert (item.state_by(ages), maximum.state_by(ages)) == (UNCERTAIN, GOOD)


def test_the_step_comes_when_it_is_due(service: ConnectorService, clock: ManualClock) -> None:
    clock.advance(HOUR)
    assert 0 < service.items.staleness.until_due() < 0.01


def test_the_next_good_poll_makes_all_good(service: ConnectorService, site: EvceSimulator, clock: ManualClock) -> None:
    clock.advance(2 * HOUR)
    assert uncertain(service) == FADING
    site.clear_faults()
    service.poll()
    assert uncertain(service) == NONE


def test_a_set_up_reads_them_too(site: EvceSimulator, serve: Serve, clock: ManualClock) -> None:
    service = serve(site.url)
    service.set_up()
    clock.advance(HOUR - 1)
    service.set_up()
    clock.advance(HOUR - 1)
    assert uncertain(service) == NONE
    clock.advance(2)
    assert uncertain(service) == FADING
    service.set_up()
    assert uncertain(service) == NONE


@pytest.mark.parametrize(("away", "shown"), [(HOUR - 10, NONE), (HOUR + 10, FADING)])
def test_after_a_restart_the_age_is_that_of_what_was_kept(
    service: ConnectorService, serve: Serve, clock: ManualClock, away: float, shown: dict[str, set[str]]
) -> None:
    assert uncertain(service) == NONE
    clock.advance(away)
    assert uncertain(serve(service.configuration.evce.base_url)) == shown


def test_a_restart_before_any_poll_counts_from_the_set_up(
    site: EvceSimulator, serve: Serve, clock: ManualClock
) -> None:
    serve(site.url).set_up()
    clock.advance(HOUR + 10)
    assert uncertain(serve(site.url)) == FADING


@pytest.mark.parametrize("name", ["ZoneName", "ZoneNumberOfTransactions"])
def test_a_data_point_that_is_live_or_of_set_up_alone_cannot_fade(name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name}: fades, but is live, or read by set-up alone$"):
        catalogue.check([replace(point, marks=point.marks | Mark.FADING) for point in CATALOGUE if point.name == name])


def test_a_write_that_succeeds_in_an_outage_of_polls_makes_nothing_else_good(
    service: ConnectorService, site: EvceSimulator, clock: ManualClock
) -> None:
    clock.advance(HOUR + 10)
    assert uncertain(service) == FADING
    site.clear_faults()
    index = service.items.index
    assert index is not None
    service.items.confirm(index.connectors[1, 1], service.profile.read_connector(site.model.connector(1)))
    assert uncertain(service) == FADING
