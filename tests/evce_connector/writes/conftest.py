"""A simulated controller, a connector in front of it, and somebody who writes through it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from evce_connector.clock import ManualClock
from evce_connector.persistence.alarm_log import AlarmState
from evce_connector.points.write_request import WriteRequest, WriteResult
from evce_connector.site.values import Value
from evce_connector.writes.write_through import EvceWriter

from tests.support.joined import EWS_PASSWORD, USER, JoinedSite

READER = "guest"


class Desk(JoinedSite[ManualClock]):
    """A connector with its controller, as an operator's desk: write, look, let time pass."""

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - as a joined site's
        super().__init__(*arguments, **options)
        self.writer = EvceWriter(self.service.context, self.service.stores.commands)

    def restart(self, **sections: Any) -> None:  # noqa: ANN401 - as above
        super().restart(**sections)
        self.writer = EvceWriter(self.service.context, self.service.stores.commands)

    def write(self, *pairs: tuple[str, Value]) -> list[WriteResult]:
        return self.writer.write([WriteRequest(self.item(id_), value) for id_, value in pairs], USER, "192.168.0.7")

    def poll(self, after: float = 1.0) -> None:
        self.clock.advance(after)
        super().poll()

    def sent(self) -> int:
        return self.simulator.journal.count("PUT")

    def alarm(self, zone: int = 1) -> AlarmState:
        return self.service.stores.alarms.state(f"Interface/Zones/{zone}/Alarm")


@pytest.fixture
def open_desk(tmp_path: Path, empty_database: Path) -> Iterator[Callable[..., Desk]]:
    """Open a desk on a scenario, with options of [writes]; a further call is a restart of its connector."""
    with ExitStack() as stack:
        desks: list[Desk] = []

        def make(scenario: Any = "guide", **writes: Any) -> Desk:  # noqa: ANN401 - name, file or generated
            if desks:
                desks[0].restart(writes=writes)
            else:
                ews = {"users": [{"username": READER, "password": EWS_PASSWORD}]}
                desk = Desk(tmp_path, ManualClock(), scenario, database=empty_database, ews=ews, writes=writes)
                desks.append(stack.enter_context(desk))
            return desks[0]

        yield make


@pytest.fixture
def desk(open_desk: Callable[..., Desk]) -> Desk:
    """Open the guide's site, set up and polled once."""
    return ready(open_desk())


def ready(desk: Desk) -> Desk:
    desk.set_up()
    desk.poll()
    desk.simulator.journal.clear()
    return desk
