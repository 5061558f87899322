"""What tests of acceptance share: sites that may be written to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from evce_connector.clock import SystemClock
from evce_connector.host.service import ConnectorService

from tests.evce_acceptance.stage import CONNECTOR_1, POLL, ZONE_1, ZONE_2, Stage
from tests.support.joined import JoinedSite


@pytest.fixture
def items() -> dict[str, dict[str, str]]:
    """Give the EWS ids of what may be written on the guide's site; zone 1 has a reduction, zone 2 has none."""
    return {"zone 1": ZONE_1, "zone 2": ZONE_2, "connector 1": CONNECTOR_1}


@pytest.fixture
def open_stage(tmp_path: Path, empty_database: Path) -> Iterator[Callable[..., Stage]]:
    """Start the parties; keywords are the simulated controller's."""
    closing: list[Callable[[], object]] = []

    def start(**options: Any) -> Stage:  # noqa: ANN401 - as EvceSimulator takes them
        joined = JoinedSite(tmp_path, SystemClock(), controller=options, database=empty_database)
        closing.append(joined.close)
        service = joined.service
        service.set_up()
        service.ews.start()
        ended = threading.Event()
        poller = threading.Thread(target=_poll, args=(service, ended))
        poller.start()
        closing.append(poller.join)
        closing.append(ended.set)
        return Stage(tmp_path, joined.simulator, service, ended.set)

    yield start
    for close in reversed(closing):
        close()


@pytest.fixture
def stage(open_stage: Callable[..., Stage]) -> Stage:
    """Open the guide's site."""
    return open_stage()


def _poll(service: ConnectorService, ended: threading.Event) -> None:
    while not ended.wait(POLL):
        service.poll()
