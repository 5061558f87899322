"""A simulated controller, a connector in front of it, and somebody who writes through it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from evce_connector import config
from evce_connector.clock import ManualClock
from evce_connector.host.service import ConnectorService
from evce_connector.persistence.alarm_log import AlarmState
from evce_connector.points.tree import ValueItem
from evce_connector.points.write_request import WriteRequest, WriteResult
from evce_connector.site.values import State, Value
from evce_connector.writes.write_through import EvceWriter
from evce_simulator import EvceSimulator

LOGIN, PASSWORD = "bms", "Wall-box 4711"
USER, READER, EWS_PASSWORD = "ebo", "guest", "Building-7"


class Desk:
    """A connector with its controller, as an operator's desk: write, look, let time pass."""

    def __init__(self, service: ConnectorService, site: EvceSimulator, clock: ManualClock) -> None:
        self.service, self.site, self.clock = service, site, clock
        self.writer = EvceWriter(service.context, service.stores.commands)

    def item(self, id_: str) -> ValueItem:
        item = self.service.items.tree.get(id_)
        assert isinstance(item, ValueItem), f"{id_} is not in the tree"
        return item

    def write(self, *pairs: tuple[str, Value]) -> list[WriteResult]:
        return self.writer.write([WriteRequest(self.item(id_), value) for id_, value in pairs], USER, "192.168.0.7")

    def see(self, id_: str) -> tuple[Value, State]:
        self.service.step()
        item = self.item(id_)
        return item.value, item.state

    def poll(self, after: float = 1.0) -> None:
        self.clock.advance(after)
        self.service.poll()

    def sent(self) -> int:
        return self.site.journal.count("PUT")

    def alarm(self, zone: int = 1) -> AlarmState:
        return self.service.stores.alarms.state(f"Interface/Zones/{zone}/Alarm")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def document(tmp_path: Path) -> dict[str, dict[str, Any]]:
    return {
        "evce": {"base_url": "", "login": LOGIN, "password": PASSWORD},
        "ews": {
            "address": "http://127.0.0.1:0/EcoStruxure/DataExchange",
            "username": USER,
            "password": EWS_PASSWORD,
            "users": [{"username": READER, "password": EWS_PASSWORD}],
        },
        "portal": {"enabled": False},
        "storage": {"url": f"sqlite:///{(tmp_path / 'connector.db').as_posix()}"},
    }


@pytest.fixture
def open_desk(clock: ManualClock, document: dict[str, dict[str, Any]]) -> Iterator[Callable[..., Desk]]:
    """Open a desk on a scenario, with options of [writes]; a further one without scenario is a restart."""
    desks: list[Desk] = []
    sites: list[EvceSimulator] = []

    def make(scenario: Any = "guide", **writes: Any) -> Desk:  # noqa: ANN401 - name, file or generated
        if desks:
            desks[-1].service.stop()
        else:
            sites.append(EvceSimulator(scenario, login=LOGIN, password=PASSWORD, clock=clock).start())
        document["evce"]["base_url"] = sites[0].url
        document["writes"] = writes
        service = ConnectorService(config.parse(document, {}), clock)
        desks.append(Desk(service, sites[0], clock))
        return desks[-1]

    yield make
    if desks:
        desks[-1].service.stop()
    for site in sites:
        site.stop()


@pytest.fixture
def desk(open_desk: Callable[..., Desk]) -> Desk:
    """Open the guide's site, set up and polled once."""
    return ready(open_desk())


def ready(desk: Desk) -> Desk:
    desk.service.set_up()
    desk.poll()
    desk.site.journal.clear()
    return desk
