"""A connector on a simulated controller that serves one tree twice, and the words of its tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import requests
from ebo_simulator import Workstation
from ebo_simulator.soap import NAMESPACE
from evce_connector.clock import ManualClock
from evce_connector.host.service import ConnectorService
from evce_simulator import EvceSimulator

from tests.support.joined import EWS_PASSWORD, USER

__all__ = ["PASSWORD", "SAMPLES", "USER", "Connect", "OneAnswer", "Post", "Site", "Tell"]

PASSWORD = EWS_PASSWORD
SAMPLES = 5

Connect = Callable[..., Workstation]
Post = Callable[..., requests.Response]
Tell = Callable[..., None]


@dataclass
class Site:
    """The connector as it is; nothing runs by itself, time stands still."""

    simulator: EvceSimulator
    service: ConnectorService
    clock: ManualClock
    paged_url: str
    """The same tree over HTTPS, in pages of two rows."""
    ca: Path

    @property
    def url(self) -> str:
        return self.service.ews.address

    def poll(self, times: int = 1) -> None:
        for _ in range(times):
            self.clock.advance(15)
            self.service.poll()

    def mend(self) -> None:
        """Repair the connector, and let its alarm settle and go."""
        if self.simulator.model.connector(1)["status"] == "faulted":
            self.simulator.model.repair(1)
        self.poll(5)
        self.service.stores.alarms.acknowledge("Stations/1/Alarm", self.clock.now())


class OneAnswer:
    """A server that notes the headers of a request, and always answers with the value of item 7."""

    answer = (
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>'
        f'<GetValuesResponse xmlns="{NAMESPACE}" version="1.2"><GetValuesItems><ValueItem><Id>7</Id><State>0</State>'
        "<Value>1</Value></ValueItem></GetValuesItems></GetValuesResponse></s:Body></s:Envelope>"
    )

    def __init__(self) -> None:
        self.headers: dict[str, str] = {}
        self.url = ""
