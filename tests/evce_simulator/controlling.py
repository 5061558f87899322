"""A client of the control plane, for tests."""

from __future__ import annotations

from typing import Any

import requests
from evce_simulator import EvceSimulator


class Control:
    """A client of the control plane."""

    def __init__(self, simulator: EvceSimulator) -> None:
        self.simulator = simulator
        self.token = simulator.control_token

    def send(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:  # noqa: ANN401
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = requests.request(method, f"{self.simulator.control_url}{path}", json=body, headers=headers, timeout=10)
        assert answer.status_code == status, answer.text
        return answer.json()

    def get(self, path: str) -> Any:  # noqa: ANN401
        return self.send("GET", path)

    def post(self, path: str, body: Any = None, status: int = 200) -> Any:  # noqa: ANN401
        return self.send("POST", path, body, status)
