"""schemathesis against the served OpenAPI, with faults off: every answer is as the contract says, for any request."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import evce_simulator
import pytest
import requests
import schemathesis
import yaml
from evce_simulator import EvceSimulator
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import positive_data_acceptance

FUZZED = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def simulator() -> Iterator[EvceSimulator]:
    with EvceSimulator("campus", password="secret") as running:
        yield running


# The served contract equals this file: see the test below.
CONTRACT = Path(evce_simulator.__file__).with_name("evce-api.yaml")
schema = schemathesis.openapi.from_path(CONTRACT)


def check(case: Any, url: str) -> None:  # noqa: ANN401 - schemathesis' own type
    """Call and check everything; a validity in the past fits the schema and is refused all the same."""
    answer = case.call(base_url=url, auth=("bms", "secret"))
    too_late = answer.status_code == 422 and "must lie after" in answer.json()["detail"]
    sent = {"base_url": url, "auth": ("bms", "secret")}
    excluded = [positive_data_acceptance] if too_late else []
    case.validate_response(answer, excluded_checks=excluded, transport_kwargs=sent)


@schema.parametrize()
@FUZZED
def test_every_answer_is_as_the_contract_says(simulator: EvceSimulator, case: Any) -> None:  # noqa: ANN401
    check(case, simulator.url)


def test_sequences_of_calls_never_break_the_server(simulator: EvceSimulator) -> None:
    machine: Any = schema.as_state_machine()

    class Sequences(machine):
        def get_call_kwargs(self, _case: Any) -> dict[str, Any]:  # noqa: ANN401
            return {"auth": ("bms", "secret"), "base_url": simulator.url}

        def validate_response(self, response: Any, case: Any, **_: Any) -> None:  # noqa: ANN401
            case.validate_response(response, checks=[not_a_server_error])

    Sequences.run(
        settings=settings(
            max_examples=15, stateful_step_count=4, deadline=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
    )  # fmt: skip


def test_the_served_contract_equals_its_file(simulator: EvceSimulator, contract: dict[str, Any]) -> None:
    root = simulator.url.removesuffix("/api/v2")
    assert requests.get(f"{root}/openapi.json", timeout=10).json() == contract
    assert yaml.safe_load(requests.get(f"{root}/openapi.yaml", timeout=10).text) == contract


def test_the_contract_is_valid_openapi(contract: dict[str, Any]) -> None:
    from openapi_spec_validator import validate  # noqa: PLC0415 - heavy

    assert contract["openapi"].startswith("3.1")
    validate(contract)
