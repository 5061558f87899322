"""Fixtures for tests against a simulated charge controller.

In the conftest.py at the root of the tests: `pytest_plugins = ["evce_simulator.pytest_plugin"]`; then

    @pytest.mark.evce(scenario="campus", tls=True)
    def test_it(evce, evce_clock):
        evce.model.fault(1); evce.inject("unavailable", calls=2); evce_clock.advance(15)

`evce` is a running EvceSimulator on `evce_clock`, a clock that stands until it is advanced; the marker's keywords are
EvceSimulator's. `run_evce(...)` starts more of them. All end with the test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from evce_simulator import EvceSimulator, ManualClock


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line("markers", "evce(scenario, **choices): how the simulated charge controller is started")


@pytest.fixture
def evce_clock() -> ManualClock:
    """Give a clock that stands until it is advanced."""
    return ManualClock()


@pytest.fixture
def run_evce(evce_clock: ManualClock) -> Iterator[Callable[..., EvceSimulator]]:
    """Give a function that starts a simulator; its keywords are EvceSimulator's."""
    with ExitStack() as running:

        def run(scenario: Any = "guide", **choices: Any) -> EvceSimulator:  # noqa: ANN401 - as EvceSimulator takes it
            return running.enter_context(EvceSimulator(scenario, **({"clock": evce_clock} | choices)))

        yield run


@pytest.fixture
def evce(request: pytest.FixtureRequest, run_evce: Callable[..., EvceSimulator]) -> EvceSimulator:
    """Give a running simulator as the marker `evce` describes it, by default the scenario `guide`."""
    marker = request.node.get_closest_marker("evce")
    return run_evce(*marker.args, **marker.kwargs) if marker else run_evce()
