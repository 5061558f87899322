"""Whatever stands in a controller's answers, the search proposes or asks, and never breaks."""

from __future__ import annotations

import copy
import tomllib
from random import Random
from typing import Any

import pytest
import requests
from evce_connector.clock import SystemClock
from evce_connector.probe.asking import Target
from evce_connector.probe.dialect import search

from tests.evce_connector.probe.dialect.measuring import FAST, PASSWORD, served
from tests.evce_connector.probe.dialect.test_doors import Answer, Controller
from tests.evce_connector.probe.otherwise import serving

ODD: list[Any] = [
    *(None, [], {}, "", "x", -1, 0, 1e300, float("nan"), float("inf"), 10**30, "\ud800", True, [None], [[]]),
    *({"a": {"b": {}}}, "2026-13-45T99:99:99Z", "\n", "'\"", [1, 2, 3], ["a", "b", "c"], {"": 1}, "9" * 500),
]


@pytest.fixture(scope="module")
def document() -> Any:  # noqa: ANN401 - JSON
    with served("onedoc") as simulator:
        return requests.get(f"{simulator.url}/site.json", headers={"X-API-Key": PASSWORD}, timeout=10).json()


def spoiled(value: Any, draw: Random, share: float) -> Any:  # noqa: ANN401 - JSON
    if draw.random() < share:
        return draw.choice(ODD)
    if isinstance(value, dict):
        return {key: spoiled(one, draw, share) for key, one in value.items() if draw.random() > share}
    return [spoiled(one, draw, share) for one in value] if isinstance(value, list) else value


def found_in(document: Any) -> search.Found:  # noqa: ANN401 - JSON
    def say(method: str, path: str, headers: dict[str, str], sent: Any) -> Answer:  # noqa: ANN401 - JSON
        del method, headers, sent
        return ("200 OK", document, {}) if path == "/api/site.json" else ("404 No", {}, {})

    told = dict.fromkeys(("system", "zones", "stations", "connectors"), "/site.json")
    with serving(Controller(say)) as origin:
        return search.find(Target(f"{origin}/api", "bms", PASSWORD, True, FAST), SystemClock(), lambda _: None, told)


@pytest.mark.parametrize("seed", range(12))
def test_spoiled_values_make_no_proposal_that_cannot_be_loaded(document: Any, seed: int) -> None:  # noqa: ANN401 - JSON
    draw = Random(seed)  # noqa: S311 - no secrets
    found = found_in(spoiled(copy.deepcopy(document), draw, draw.choice((0.002, 0.01, 0.05))))
    tomllib.loads(found.profile)
    tomllib.loads(found.form)
    found.profile.encode()
    assert "profile" not in found.proof.trouble or not found.profile


def test_an_answer_that_is_nested_without_end_is_left_alone(document: Any) -> None:  # noqa: ANN401 - JSON
    deep: Any = document
    for _ in range(100):
        deep = {"a": deep}
    assert found_in(deep).profile == ""
