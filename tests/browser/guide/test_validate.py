"""What Validate tells of a processor configuration before it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from evce_simulator import EvceSimulator
from pytest_bdd import given, parsers, scenarios

from tests.browser.guide.conftest import Start
from tests.support.joined import NOBODY
from tests.support.running_connector import RunningConnector

pytestmark = [pytest.mark.once, pytest.mark.no_cover]  # other tests run the same lines, and a browser waits
WRONG: dict[str, dict[str, Any]] = {
    "a certificate file that is not there": {"verify_tls": "/nowhere/ca.pem"},
    "a controller that nobody can reach": {"base_url": NOBODY},
    "a password that the controller refuses": {"password": "of last year"},
}

scenarios("guide_validate.feature", features_base_dir=str(Path(__file__).parent))


@given("a connector whose options are right", target_fixture="connector")
def right(start_complete: Start, controller: EvceSimulator) -> RunningConnector:
    return start_complete(controller, **trusts(controller))


@given(parsers.parse("a connector whose options are right, but for {what}"), target_fixture="connector")
def right_but(start_complete: Start, controller: EvceSimulator, what: str) -> RunningConnector:
    return start_complete(controller, **trusts(controller) | WRONG[what])


def trusts(controller: EvceSimulator) -> dict[str, Any]:
    """Return what lets the connector trust a controller that has a certificate."""
    return {"verify_tls": str(controller.ca_file)} if controller.ca_file else {}
