"""A simulated site behind a connector on a real socket, for clients of other makes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from evce_connector import config
from evce_connector.clock import ManualClock
from evce_connector.host.service import ConnectorService
from evce_connector.store.tree import Folder
from evce_simulator import EvceSimulator

USER, PASSWORD = "ebo", "Building-7"


@dataclass
class Site:
    """The controller, and the connector that was set up against it."""

    simulator: EvceSimulator
    service: ConnectorService

    @property
    def address(self) -> str:
        """Where a client finds the connector's EWS."""
        return self.service.ews.address

    def folders(self) -> list[Folder]:
        """Every folder of the served tree."""
        open_, found = [self.service.items.tree.root], []
        while open_:
            found.append(open_.pop())
            open_ += found[-1].folders
        return found


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve a site that was set up, polled and logged, with one connector faulted."""
    yield from serve_site(tmp_path_factory.mktemp("site"))


def serve_site(folder: Path) -> Iterator[Site]:
    clock = ManualClock()
    with EvceSimulator("guide", login="bms", password="secret", clock=clock) as simulator:
        document = {
            "evce": {"base_url": simulator.url, "login": "bms", "password": "secret"},
            "ews": {"address": "http://127.0.0.1:0/EcoStruxure/DataExchange", "username": USER, "password": PASSWORD},
            "portal": {"enabled": False},
            "storage": {"url": f"sqlite:///{(folder / 'connector.db').as_posix()}"},
        }
        service = ConnectorService(config.parse(document, {}), clock)
        try:
            service.set_up()
            simulator.model.set_connector(simulator.model.connectors()[0]["id"], status="faulted")
            service.poll()
            service.log()
            service.ews.start()
            yield Site(simulator, service)
        finally:
            service.stop()
