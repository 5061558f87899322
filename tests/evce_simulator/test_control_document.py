"""The control plane's OpenAPI document and what it routes are held to each other."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import jsonschema
import pytest
import requests
import yaml
from evce_simulator import EvceSimulator
from evce_simulator.control import make_control

from tests.evce_simulator.controlling import Control

Run = Callable[..., Any]
METHODS = {"get", "post", "put", "patch", "delete"}
DOCUMENT: dict[str, Any] = make_control(EvceSimulator("guide")).test_client().get("/openapi.json").get_json()
CALLS = [(path, method) for path, item in DOCUMENT["paths"].items() for method in sorted(METHODS & set(item))]
BEFORE: dict[str, tuple[str, dict[str, Any]]] = {
    "/connectors/{id}/unplug": ("/connectors/{id}/plug", {}),
    "/connectors/{id}/repair": ("/connectors/{id}/fault", {}),
    "/connectors/{id}/cancel-reservation": ("/connectors/{id}/reserve", {}),
}
"""What must have happened for an action to make sense."""


@pytest.fixture
def control(run: Run) -> Control:
    return Control(run("campus", control_port=0).simulator)


def resolved(thing: Any) -> Any:  # noqa: ANN401 - any part of the document
    while "$ref" in thing:
        target: Any = DOCUMENT
        for name in thing["$ref"].removeprefix("#/").split("/"):
            target = target[name]
        thing = target
    return thing


def example(schema: dict[str, Any], now: datetime) -> Any:  # noqa: ANN401 - any JSON
    """Make the example that the page makes: what has one, and what is required."""
    if "examples" in schema:
        return schema["examples"][0]
    if schema.get("format") == "date-time":
        return (now + timedelta(hours=1)).isoformat()
    return {
        name: example(part, now)
        for name, part in schema["properties"].items()
        if "examples" in part or name in schema["required"]
    }


def content(response: dict[str, Any]) -> dict[str, Any]:
    (media,) = resolved(response)["content"].values()
    schema: dict[str, Any] = media["schema"]
    return schema | {"components": DOCUMENT["components"]}  # where its references lead to


def test_the_document_is_valid_openapi() -> None:
    from openapi_spec_validator import validate  # noqa: PLC0415 - heavy

    validate(DOCUMENT)


def test_the_document_is_served_to_anyone_as_json_and_as_yaml(control: Control) -> None:
    root = str(control.simulator.control_url).removesuffix("/control")
    assert requests.get(f"{root}/openapi.json", timeout=10).json() == DOCUMENT
    assert yaml.safe_load(requests.get(f"{root}/openapi.yaml", timeout=10).text) == DOCUMENT


def test_every_route_is_documented_and_nothing_else_is() -> None:
    routed = {
        (re.sub(r"<int:\w+>", "{id}", rule.rule.removeprefix("/control")), method.lower())
        for rule in make_control(EvceSimulator("guide")).url_map.iter_rules()
        if rule.rule.startswith("/control/") and rule.methods
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert routed == set(CALLS)


@pytest.mark.parametrize(("path", "method"), CALLS, ids=[f"{method} {path}" for path, method in CALLS])
def test_every_operation_answers_its_example_as_it_is_documented(control: Control, path: str, method: str) -> None:
    operation = DOCUMENT["paths"][path][method]
    body = None
    if "requestBody" in operation:
        body = example(operation["requestBody"]["content"]["application/json"]["schema"], control.simulator.clock.now())
    if path in BEFORE:
        earlier, sent = BEFORE[path]
        control.post(earlier.replace("{id}", "2"), sent)
    if (path, method) == ("/snapshot", "post"):
        body = control.get("/snapshot")
    if path == "/faults":
        control.simulator.inject("slow", calls=3, path="/zones")
    if path == "/journal":
        url = f"{control.simulator.url}/zones"
        requests.get(url, auth=(control.simulator.login, control.simulator.password), timeout=10)

    answered = control.send(method.upper(), path.replace("{id}", "2"), body)
    jsonschema.validate(answered, content(operation["responses"]["200"]))


@pytest.mark.parametrize(("path", "method"), CALLS, ids=[f"{method} {path}" for path, method in CALLS])
def test_every_operation_refuses_as_it_is_documented(control: Control, path: str, method: str) -> None:
    """Without the token, of an object that is not there, and with what nobody knows."""
    responses = DOCUMENT["paths"][path][method]["responses"]
    known, found = path.replace("{id}", "2"), {}
    if "{id}" in path:
        body = example_of_call(path, method, control)
        found[404] = control.send(method.upper(), path.replace("{id}", "999"), body, 404)
    if "422" in responses:
        found[422] = control.send(method.upper(), f"{known}?colour=red", status=422)
    control.token = "wrong"
    found[401] = control.send(method.upper(), known, status=401)

    assert {str(status) for status in found} <= set(responses)
    for status, answered in found.items():
        jsonschema.validate(answered, content(responses[str(status)]))


def example_of_call(path: str, method: str, control: Control) -> Any:  # noqa: ANN401 - any JSON
    body = DOCUMENT["paths"][path][method].get("requestBody")
    return body and example(body["content"]["application/json"]["schema"], control.simulator.clock.now())


def test_every_operation_has_a_summary_and_a_name_of_its_own() -> None:
    operations = [DOCUMENT["paths"][path][method] for path, method in CALLS]
    assert all(operation["summary"] for operation in operations)
    assert len({operation["operationId"] for operation in operations}) == len(operations)
