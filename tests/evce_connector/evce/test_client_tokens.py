"""How a token is kept and renewed: by its life, and once when the controller refuses it before that is over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from evce_connector.clock import ManualClock
from evce_connector.evce.client import EvceClient
from evce_connector.evce.errors import EvceLoginError
from evce_simulator import EvceSimulator

from tests.evce_connector.evce.scripted import Answer, Script, ScriptedController, as_json

Simulate = Callable[..., EvceSimulator]
MakeClient = Callable[..., EvceClient]


def calls(simulator: EvceSimulator) -> list[tuple[str, str, int]]:
    return [(entry.method, entry.path, entry.status) for entry in simulator.journal]


@pytest.mark.parametrize("status", [401, 403])
def test_a_token_that_is_refused_once_is_renewed_and_the_request_repeated(
    simulate: Simulate, make_client: MakeClient, status: int
) -> None:
    simulator = simulate()
    client = make_client(simulator.url, authentication="token")
    client.system()
    simulator.journal.clear()
    simulator.inject("unauthorized", status=status, path="/system", calls=1)
    assert client.system()["apiVersion"] == "6"
    assert calls(simulator) == [("GET", "/system", status), ("POST", "/login", 200), ("GET", "/system", 200)]


@pytest.mark.parametrize("status", [401, 403])
def test_a_request_that_a_new_token_does_not_open_either_is_not_tried_a_third_time(
    simulate: Simulate, make_client: MakeClient, status: int
) -> None:
    simulator = simulate()
    client = make_client(simulator.url, authentication="token")
    client.system()
    simulator.journal.clear()
    simulator.inject("unauthorized", status=status, path="/zones")
    with pytest.raises(EvceLoginError):
        client.fetch()
    assert calls(simulator)[1:] == [("GET", "/zones", status), ("POST", "/login", 200), ("GET", "/zones", status)]
    simulator.clear_faults()
    assert client.fetch().zones.objects == simulator.model.zones()


@pytest.mark.parametrize("authentication", ["basic", "token"])
def test_a_login_without_the_right_to_a_list_is_not_told_as_a_wrong_password_alone(
    simulate: Simulate, make_client: MakeClient, authentication: str
) -> None:
    simulator = simulate()
    simulator.inject("unauthorized", status=403, path="/stations")
    with pytest.raises(EvceLoginError, match=r"refuses the login 'bms' at /stations \(403\): give it the right to use"):
        make_client(simulator.url, authentication=authentication).fetch()


@pytest.fixture
def run() -> Iterator[Callable[[Script], ScriptedController]]:
    """Run controllers by script until the test ends."""
    with ExitStack() as stack:
        yield lambda script: stack.enter_context(ScriptedController(script))


ASSUMED = 3600.0


@pytest.mark.parametrize(
    ("told", "life"),
    [
        ({}, ASSUMED),
        ({"expiresIn": None}, ASSUMED),
        ({"expiresIn": 0}, ASSUMED),
        ({"expiresIn": -5}, ASSUMED),
        ({"expiresIn": True}, ASSUMED),
        ({"expiresIn": "soon"}, ASSUMED),
        ({"expiresIn": "3600"}, 3600.0),
        ({"expiresIn": "600"}, 600.0),
        ({"expiresIn": 600}, 600.0),
        ({"expiresIn": 0.5}, 0.5),
    ],
)
def test_a_token_lives_as_long_as_it_says_and_an_hour_if_it_does_not(
    run: Callable[[Script], ScriptedController],
    make_client: MakeClient,
    clock: ManualClock,
    told: dict[str, object],
    life: float,
) -> None:
    def script(path: str, _query: dict[str, str]) -> Answer:
        return as_json({"token": "t"} | told if path == "/login" else {"apiVersion": "6"})

    controller = run(script)
    client = make_client(controller.url, authentication="token")
    seen: list[list[str]] = []
    for wait in (0.0, 0.79 * life, 0.02 * life):
        clock.advance(wait)
        controller.seen.clear()
        client.system()
        seen.append([line.rpartition("/")[2] for line in controller.seen])
    assert seen == [["login", "system"], ["system"], ["login", "system"]]
