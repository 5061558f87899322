"""Writes while fields of the controller cannot be read: each needs what it writes and keeps, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from evce_connector.host.service import ConnectorService
from evce_connector.points.tree import ValueItem
from evce_connector.points.write_request import WriteRequest, WriteResult
from evce_connector.site.values import State, Value
from evce_connector.writes.write_through import EvceWriter
from evce_simulator import EvceSimulator, generate

from tests.support.joined import see

GOOD, UNCERTAIN = State.GOOD, State.UNCERTAIN


@pytest.fixture
def site(simulate: Callable[..., EvceSimulator]) -> EvceSimulator:
    return simulate(generate(1, 2, 2))


@pytest.fixture
def service(site: EvceSimulator, serve: Callable[..., ConnectorService]) -> ConnectorService:
    """Make a connector that is set up and has polled once."""
    service = serve(site.url)
    service.set_up()
    service.poll()
    return service


def write(service: ConnectorService, folder: str = "Zones/1", **values: Value) -> WriteResult:
    """Write data points of one folder, as SetValues does."""
    requests = []
    for name, value in values.items():
        item = service.items.tree.get(f"{folder}/{name}")
        assert isinstance(item, ValueItem)
        requests.append(WriteRequest(item, value))
    return EvceWriter(service.context, service.stores.commands).write(requests, "ebo", "127.0.0.1")[0]


def test_a_write_needs_only_what_it_writes(service: ConnectorService, site: EvceSimulator) -> None:
    before = see(service, "Zones/1/ZoneSetPointPower(kW)")[0]
    site.model.set_zone(1, setPointPower=None)
    assert write(service, ZoneReduction=25.0).success
    assert see(service, "Zones/1/ZoneReduction") == (25.0, GOOD)
    assert see(service, "Zones/1/ZoneSetPointPower(kW)") == (before, UNCERTAIN)


def test_a_reduction_alone_is_refused_while_the_validity_that_it_would_keep_cannot_be_read(
    service: ConnectorService, site: EvceSimulator
) -> None:
    site.model.set_zone(1, reduction="odd")
    site.journal.clear()
    assert "the ZoneValidity that stays cannot be read" in write(service, ZoneReduction=25.0).message
    assert site.journal.count("PUT") == 0


def test_an_availability_that_cannot_be_read_back_is_a_failure(service: ConnectorService, site: EvceSimulator) -> None:
    connector = "Stations/1/Connectors/1"
    site.model.set_connector(1, available="perhaps")
    site.model.set_connector(2, activePower=None)
    assert "cannot be read" in write(service, connector, ConnectorAvailability=False).message
    assert see(service, f"{connector}/ConnectorAvailability") == (True, UNCERTAIN)
    assert write(service, "Stations/2/Connectors/1", ConnectorAvailability=False).success
