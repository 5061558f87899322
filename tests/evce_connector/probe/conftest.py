"""What tests of the probe share: sites, and what the probe finds of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from evce_connector.probe.contact import Contact
from evce_simulator.simulator import EvceSimulator

from tests.evce_connector.probe.otherwise import PASSWORD, look


@pytest.fixture
def guide() -> Iterator[EvceSimulator]:
    with EvceSimulator("guide", password=PASSWORD) as simulator:
        yield simulator


@pytest.fixture(scope="module")
def inner() -> Iterator[EvceSimulator]:
    """Serve the site behind controllers that say it otherwise."""
    with EvceSimulator("guide", password=PASSWORD) as simulator:
        yield simulator


@pytest.fixture(scope="module")
def campus() -> Iterator[EvceSimulator]:
    with EvceSimulator("campus", password=PASSWORD) as simulator:
        yield simulator


@pytest.fixture(scope="module")
def at_guide() -> Contact:
    """Probe the guide's site; once for all tests, as it only reads."""
    with EvceSimulator("guide", password=PASSWORD) as simulator:
        return look(simulator.url)


@pytest.fixture(scope="module")
def at_campus(campus: EvceSimulator) -> Contact:
    """Probe the campus."""
    return look(campus.url)
