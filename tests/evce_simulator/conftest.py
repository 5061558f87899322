"""What the simulator's tests share: a clock that stands, a running simulator, a client."""

# ruff: noqa: ANN401 - JSON and options of requests have no one type

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from evce_simulator import EvceSimulator, ManualClock

CONTRACT = Path(__file__).parents[2] / "simulators" / "evce_simulator" / "evce-api.yaml"
LOGIN = ("bms", "secret")


class Client:
    """A plain client of a running simulator: one session, basic authentication, paths below /api/v2."""

    def __init__(self, simulator: EvceSimulator) -> None:
        self.simulator = simulator
        self.session = requests.Session()
        self.session.auth = LOGIN
        self.session.trust_env = False  # a proxy or CA file of the environment is not meant for the loopback
        if simulator.ca_file is not None:
            self.session.verify = str(simulator.ca_file)

    def send(self, method: str, path: str, **options: Any) -> requests.Response:
        return self.session.request(method, self.simulator.url + path, timeout=10, **options)

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.send("GET", path, **options)

    def put(self, path: str, body: Any = None, **options: Any) -> requests.Response:
        return self.send("PUT", path, json=body, **options)

    def json(self, path: str) -> Any:
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def run(clock: ManualClock) -> Iterator[Callable[..., Client]]:
    """Start simulators that end with the test, on a clock that stands."""
    running: list[Client] = []

    def start(scenario: Any = "campus", **options: Any) -> Client:
        given: dict[str, Any] = {"password": LOGIN[1], "clock": clock} | options
        simulator = EvceSimulator(scenario, **given).start()
        running.append(Client(simulator))
        return running[-1]

    yield start
    for client in running:
        client.session.close()
        client.simulator.stop()


@pytest.fixture(scope="session")
def contract() -> dict[str, Any]:
    return yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))
