"""Validate by hand: the connector's own processors look at both neighbours, which no run of theirs does before it."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from evce_connector.clock import ManualClock
from evce_connector.host import neighbours
from evce_connector.host.findings import Finding
from evce_connector.host.loaded import Loading
from evce_connector.host.processors import ProcessorError
from evce_connector.host.service import ConnectorService
from evce_connector.processors.base import Prompt, Severity
from evce_simulator import EvceSimulator

from tests.support.connector_process import configuration_file
from tests.support.joined import NOBODY, Document

Simulate = Callable[..., EvceSimulator]
Serve = Callable[..., ConnectorService]
SETUP = "EVCE Setup Processor"
ROW = f'processor_configurations = [{{ name = "{SETUP}", class_name = "EvceSetupProcessor" }}]'
OWN = (SETUP, "EVCE Processor", "EVCE Logs Processor")
WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "nobody answers": ({"base_url": NOBODY}, f"The charge controller at {NOBODY}/system does not answer: "),
    "the login is refused": ({"password": "wrong"}, "refuses the login 'bms': check evce.login and evce.password."),
    "there is no such file": ({"verify_tls": "nowhere/ca.pem"}, "the CA file 'nowhere/ca.pem' is not there"),
}


def validate(service: ConnectorService, name: str = SETUP) -> list[Prompt]:
    return service.by_hand.validate(name, "ann")


@pytest.mark.parametrize("name", OWN)
def test_nothing_is_wrong_with_a_controller_that_is_trusted_and_lets_us_in(
    simulate: Simulate, serve: Serve, name: str
) -> None:
    simulator = simulate(tls=True)
    service = serve(simulator.url, evce={"verify_tls": str(simulator.ca_file)})
    assert validate(service, name) == []
    assert [entry.path for entry in simulator.journal.entries()] == ["/system"]


def test_what_is_doubtful_may_continue(simulate: Simulate, serve: Serve) -> None:
    in_clear = "evce.base_url is http: the EVCE password crosses the network in clear."
    assert validate(serve(simulate().url)) == [Prompt(in_clear)]


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("name", OWN)
def test_what_is_wrong_may_not_continue(simulate: Simulate, serve: Serve, wrong: str, name: str) -> None:
    entries, words = WRONG[wrong]
    service = serve(simulate(tls="verify_tls" in entries).url, evce=entries)
    prompts = validate(service, name)
    assert any(words in one.message for one in prompts if one.severity is Severity.MAY_NOT_CONTINUE), prompts


def test_keys_that_are_not_set_are_named_beside_what_can_be_looked_at(
    document: Document, clock: ManualClock, tmp_path: Path
) -> None:
    """Without what names the controller nobody is asked; the EWS server's port can be tried all the same."""
    document["portal"] = {"enabled": True, "address": "http://127.0.0.1:0"}
    del document["evce"]["base_url"]
    with socket.create_server(("127.0.0.1", 0)) as taken:
        document["ews"]["address"] = f"http://127.0.0.1:{taken.getsockname()[1]}/EcoStruxure/DataExchange"
        file = configuration_file(document, tmp_path)
        file.write_text(f"{ROW}\n{file.read_text(encoding='utf-8')}", encoding="utf-8")
        loaded = Loading(file, {}).at_start()
        with closing(Stopped(loaded.configuration, clock, loaded=loaded)) as service:
            unset, port = validate(service)
    assert unset == Prompt("evce.base_url is not set: give it in Details.", Severity.MAY_NOT_CONTINUE)
    assert port.message.startswith("ews.address: cannot listen at 127.0.0.1:")


class Stopped(ConnectorService):
    """A connector that is not started, and gives back what it opened."""

    def close(self) -> None:
        self.stop()


def test_a_run_asks_the_controller_for_nothing_more(simulate: Simulate, serve: Serve) -> None:
    simulator = simulate()
    service = serve(simulator.url)
    service.processors.run(SETUP)
    assert [entry.path for entry in simulator.journal.entries()] == [
        f"/{name}" for name in ("system", "zones", "stations", "connectors")
    ]


def test_who_validates_while_another_does_is_told_to_wait(
    simulate: Simulate, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A controller that is slow keeps one of the pages' threads, and no more."""
    service, told = serve(simulate().url), list[str]()
    by_hand = service.by_hand

    def slow(*_: object) -> list[Finding]:
        with pytest.raises(ProcessorError) as refused:
            by_hand.validate(SETUP, "ben")
        told.append(str(refused.value))
        return []

    monkeypatch.setattr(neighbours, "looked_at", slow)
    assert by_hand.validate(SETUP, "ann") == []
    assert told == ["Another Validate asks the charge controller: wait until it is done."]
    assert by_hand.validate(SETUP, "ann") == []
