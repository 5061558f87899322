"""What tests of acceptance share: sites that may be written to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from evce_connector import config
from evce_connector.host.service import ConnectorService
from evce_simulator import EvceSimulator

from tests.acceptance.stage import CONNECTOR_1, EWS_PASSWORD, LOGIN, PASSWORD, POLL, USER, ZONE_1, ZONE_2, Stage


@pytest.fixture
def items() -> dict[str, dict[str, str]]:
    """Give the EWS ids of what may be written on the guide's site; zone 1 has a reduction, zone 2 has none."""
    return {"zone 1": ZONE_1, "zone 2": ZONE_2, "connector 1": CONNECTOR_1}


@pytest.fixture
def open_stage(tmp_path: Path) -> Iterator[Callable[..., Stage]]:
    """Start the parties; keywords are the simulated controller's."""
    closing: list[Callable[[], object]] = []

    def start(**options: Any) -> Stage:  # noqa: ANN401 - as EvceSimulator takes them
        controller = EvceSimulator("guide", login=LOGIN, password=PASSWORD, **options).start()
        closing.append(controller.stop)
        document = {
            "evce": {"base_url": controller.url, "login": LOGIN, "password": PASSWORD},
            "ews": {
                "address": "http://127.0.0.1:0/EcoStruxure/DataExchange",
                "username": USER,
                "password": EWS_PASSWORD,
            },
            "portal": {"enabled": False},
            "storage": {"url": f"sqlite:///{(tmp_path / 'connector.db').as_posix()}"},
        }
        service = ConnectorService(config.parse(document, {}))
        closing.append(service.stop)
        service.set_up()
        service.ews.start()
        ended = threading.Event()
        poller = threading.Thread(target=_poll, args=(service, ended))
        poller.start()
        closing.append(poller.join)
        closing.append(ended.set)
        return Stage(tmp_path, controller, service, ended.set)

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
