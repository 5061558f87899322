"""What the simulated Building Operation says of logins that the EWS server refuses, and slows."""

from __future__ import annotations

import pytest
from ebo_simulator import EboClient
from ebo_simulator.errors import LoginRefusedError
from evce_connector.clock import SystemClock
from evce_connector.ews.server import EwsServer
from evce_connector.ews.settings import EwsSettings, User
from evce_connector.points.tree import Tree


def test_a_login_that_was_wrong_too_often_is_told_as_a_wrong_login() -> None:
    settings = EwsSettings(address="http://127.0.0.1:0/EcoStruxure/DataExchange", users=(User("ebo", "right"),))
    statuses = []
    with EwsServer(Tree("slow"), settings, SystemClock()) as server:
        for _ in range(7):
            with (
                pytest.raises(LoginRefusedError, match="'ebo'") as refused,
                EboClient(server.address, "ebo", "wrong") as client,
            ):
                client.get_web_service_information()
            statuses.append(refused.value.http_status)
    assert statuses[0] == 401
    assert statuses[-1] == 429
