"""What tests of a take-over share: the old connector, the new one, and one controller behind both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from ebo_simulator import EboClient
from evce_connector import config
from evce_connector.clock import ManualClock
from evce_connector.host.service import ConnectorService
from evce_simulator import EvceSimulator

from tests.evce_connector.takeover.old_connector import Serve, adopt, configured, disguise
from tests.support.joined import EWS_PASSWORD, LOGIN, PASSWORD, USER


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def simulator(clock: ManualClock) -> Iterator[EvceSimulator]:
    with EvceSimulator("guide", login=LOGIN, password=PASSWORD, clock=clock) as running:
        yield running


@pytest.fixture
def serve(simulator: EvceSimulator, clock: ManualClock, tmp_path: Path) -> Iterator[Serve]:
    """Start the EWS server of a connector by the name of its configuration; processors run when the test says so."""
    with ExitStack() as running:

        def start(name: str, **ews: str) -> ConnectorService:
            service = ConnectorService(config.load(configured(tmp_path, name, simulator, **ews)), clock)
            running.callback(service.stop)
            service.ews.start()
            return service

        yield start


@pytest.fixture
def old(serve: Serve) -> ConnectorService:
    return serve("old")


@pytest.fixture
def ids(old: ConnectorService) -> dict[str, str]:
    """Give the ids of the old connector's items by our own."""
    return disguise(old)


@pytest.fixture
def new(serve: Serve, old: ConnectorService, ids: dict[str, str], tmp_path: Path) -> ConnectorService:
    """Run a fresh connector on the same controller that took over from the old one."""
    assert ids
    service = serve("new")
    adopt(old, tmp_path)
    service.set_up()
    service.poll()
    return service


@pytest.fixture
def join() -> Iterator[Callable[[ConnectorService], EboClient]]:
    """Connect EWS clients to connectors."""
    with ExitStack() as clients:
        yield lambda service: clients.enter_context(EboClient(service.ews.address, USER, EWS_PASSWORD))
