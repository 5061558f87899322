"""First set-ups of connectors that start at one moment: spread, each at its own moment, with what is kept served."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from evce_connector import config
from evce_connector.clock import ManualClock
from evce_connector.host.loaded import Loading
from evce_connector.host.running import Running
from evce_connector.host.service import ConnectorService
from evce_connector.host.staggering import first_set_up_in
from evce_simulator import EvceSimulator, generate

from features.driver.waiting import until
from tests.support.connector_process import configuration_file

Document = dict[str, dict[str, Any]]
SPREAD = 300.0
MOST = 15
"""Of fifty sites, those that set up within one tenth of the time: five where they stood in a row."""


@contextmanager
def set_up_alone(service: ConnectorService, seconds: float) -> Iterator[None]:
    """Let set-up alone run, so many s after a start."""
    for job in service.processors.jobs.values():
        active = job.processor is service.setup_processor
        job.configuration = job.configuration.model_copy(update={"is_active": active})
    service.processors.begin(seconds)
    yield
    service.processors.end()
    service.processors.join(5)


def drawn(document: Document, **sections: dict[str, Any]) -> float:
    merged = {**document, "host": {"start_spread_seconds": SPREAD}}
    merged |= {name: {**merged.get(name, {}), **keys} for name, keys in sections.items()}
    return first_set_up_in(config.parse(merged, {}))


def test_by_default_a_start_sets_up_at_once(document: Document) -> None:
    assert first_set_up_in(config.parse(document, {})) == 0


def test_a_site_draws_the_same_with_each_start_and_wherever_it_runs(document: Document) -> None:
    north = drawn(document, ews={"server_name": "North"})
    assert north == drawn(document, ews={"server_name": "North", "address": "http://127.0.0.1:9999/EWS"})
    assert north != drawn(document, ews={"server_name": "South"})


def test_without_a_name_the_addresses_draw(document: Document) -> None:
    here = drawn(document)
    assert here == drawn(document)
    assert here != drawn(document, evce={"base_url": "http://10.0.0.9/api/v2"})


def test_fifty_sites_are_spread_over_the_whole_time(document: Document) -> None:
    waits = sorted(drawn(document, ews={"server_name": f"Site {number}"}) for number in range(50))
    assert waits[0] >= 0
    assert waits[-1] < SPREAD
    in_tenths = Counter(int(10 * wait / SPREAD) for wait in waits)
    assert max(in_tenths.values()) <= MOST


@pytest.fixture
def simulator(simulate: Callable[..., EvceSimulator]) -> EvceSimulator:
    return simulate(generate(1, 2, 2))


def test_the_first_set_up_begins_when_it_is_due_and_not_before(
    simulator: EvceSimulator,
    serve: Callable[..., ConnectorService],
    clock: ManualClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO", "evce_connector")
    service = serve(simulator.url)
    with set_up_alone(service, 90.0):
        until(clock.waiting)
        words = "the first set-up waits until 2026-01-01T00:01:30Z, by host.start_spread_seconds"
        assert service.items.interface.get("SetupState") == words
        assert f"EVCE Setup Processor: {words} (90 s); nothing is kept of one before" in caplog.messages
        clock.advance(89)
        until(clock.waiting)
        assert (service.processors.busy(), simulator.journal.count()) == (0, 0)
        clock.advance(1)
        until(lambda: service.items.interface.get("SetupState") == "good")


def test_what_the_last_one_kept_is_served_meanwhile(
    simulator: EvceSimulator, serve: Callable[..., ConnectorService], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "evce_connector")
    serve(simulator.url).set_up()
    service = serve(simulator.url)
    with set_up_alone(service, 90.0):
        assert service.items.tree.get("Stations/2") is not None
        assert caplog.messages[-1].endswith("(90 s); what the last one kept is served")


def test_a_set_up_that_somebody_asks_for_does_not_wait(
    simulator: EvceSimulator, serve: Callable[..., ConnectorService]
) -> None:
    service = serve(simulator.url)
    with set_up_alone(service, 90.0):
        service.processors.start("EVCE Setup Processor")
        until(lambda: service.items.interface.get("SetupState") == "good")


def test_a_start_waits_and_a_new_reading_of_the_configuration_does_not(
    simulator: EvceSimulator, document: Document, tmp_path: Path
) -> None:
    document["evce"] |= {"base_url": simulator.url, "login": simulator.login, "password": simulator.password}
    document["host"] = {"start_spread_seconds": 3600}
    document["portal"] = {"enabled": False}
    states: list[str] = []

    def tell(service: ConnectorService) -> None:
        states.append(str(service.items.interface.get("SetupState")))
        (running.stop if len(states) == 2 else running.reload).set()

    running = Running(Loading(configuration_file(document, tmp_path), {}), tell)
    running.run()
    assert [state.startswith("the first set-up waits until") for state in states] == [True, False]
