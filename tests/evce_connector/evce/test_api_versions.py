"""Which words of a controller for its API version are version 6."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from evce_connector.evce.version import is_version
from evce_connector.host.service import ConnectorService
from evce_connector.site.values import State
from evce_simulator import EvceSimulator, generate

from tests.support.joined import see

Simulate = Callable[..., EvceSimulator]
Serve = Callable[..., ConnectorService]


@pytest.mark.parametrize(
    ("found", "expected", "same"),
    [
        ("6", "6", True),
        ("6.0", "6", True),
        ("6.1.3", "6", True),
        ("V6", "6", True),
        ("v6.2", "6", True),
        (" 6 ", "6", True),
        ("06", "6", True),
        ("6", "v6.0", True),
        ("6.1.3", "6.1", True),
        ("6.2", "6.1", False),
        ("6", "6.1", False),
        ("5", "6", False),
        ("60", "6", False),
        ("16", "6", False),
        ("5.6", "6", False),
        ("", "6", False),
        ("six", "6", False),
        ("6-beta", "6", False),
        ("6.", "6", False),
        ("\u0666", "6", False),
        ("2024-6", "2024-6", True),
        ("", "", True),
    ],
)
def test_a_version_is_that_of_a_profile_when_its_numbers_begin_with_the_profiles(
    found: str, expected: str, same: bool
) -> None:
    assert is_version(found, expected) is same


@pytest.mark.parametrize("refuses", [False, True])
@pytest.mark.parametrize("version", ["6.0", "V6", "6.1.3"])
def test_a_version_6_spelled_otherwise_is_worth_no_word_and_shown_as_read(
    simulate: Simulate, serve: Serve, version: str, refuses: bool
) -> None:
    site = simulate(generate(1, 1, 1))
    site.model.set_system(apiVersion=version)
    service = serve(site.url, evce={"refuse_other_versions": refuses})
    assert service.set_up() == []
    service.poll()
    assert see(service, "Interface/EvceApiVersion") == (version, State.GOOD)
    assert see(service, "Interface/EvceState") == ("good", State.GOOD)
    assert service.stores.alarms.event("Interface/Alarm") is None
