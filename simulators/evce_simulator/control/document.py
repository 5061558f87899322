"""The OpenAPI document of the control plane, from its operations and from the records that it shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from evce_simulator.catalogue import Expectation, FaultRow
from evce_simulator.control.operation import CONTROL_PATH, Operation, Schema, list_of, ref
from evce_simulator.journal import Entry
from evce_simulator.life import Life
from evce_simulator.openapi import contract
from evce_simulator.records import api_name

_ABOUT = (
    "What a test or a person does to the simulated site: its clock, its objects, what happens at its stations, faults "
    "of its API, the journal of requests. The token is printed at start. Whatever is set by hand is shown as it is; "
    "objects are otherwise as the contract of the API has them. A body may be left out where nothing in it is required."
)
_TYPES: dict[str, Schema] = {
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "str": {"type": "string"},
    "bool": {"type": "boolean"},
    "datetime": {"type": "string", "format": "date-time"},
    "dict[str, Any]": {"type": "object"},
    "Expectation": ref("Expectation"),
}
_OF_THE_CONTRACT = ("System", "Reduction", "Zone", "Station", "Connector")
_PROBLEMS = {
    401: "the token is missing or wrong",
    404: "there is no such object",
    422: "it does not fit, or makes no sense now; the detail says why",
}


def document(operations: Iterable[Operation]) -> dict[str, Any]:
    """Return the OpenAPI document (3.1)."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _described(operation)
    number: Schema = {"type": "integer", "minimum": 0}
    for path, item in paths.items():
        if "{id}" in path:
            item["parameters"] = [{"name": "id", "in": "path", "required": True, "schema": number}]
    return {
        "openapi": "3.1.0",
        "info": {"title": "EVCE simulator: control plane", "version": "1", "description": _ABOUT},
        "servers": [{"url": CONTROL_PATH}],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            "responses": {"Problem": contract()["components"]["responses"]["Problem"]},
            "schemas": _schemas(),
        },
    }


def _described(operation: Operation) -> dict[str, Any]:
    words = [word for word in operation.path.replace("{id}", "").replace("-", "/").split("/") if word]
    described: dict[str, Any] = {
        "tags": [operation.group],
        "operationId": "_".join(
            [operation.method.lower(), *(["one"] if operation.path.endswith("{id}") else []), *words]
        ),
        "summary": operation.summary,
        "parameters": [{"name": name, "in": "query", "schema": schema} for name, schema in operation.query.items()],
        "responses": {
            "200": {"description": "done", "content": {"application/json": {"schema": operation.answer}}},
            **{str(status): _problem(status) for status in _refusals(operation)},
        },
    }
    if operation.body is not None:
        content = {"application/json": {"schema": operation.body}}
        described["requestBody"] = {"required": bool(operation.body["required"]), "content": content}
    return described


def _refusals(operation: Operation) -> list[int]:
    """Return the statuses with which an operation may refuse."""
    changes = operation.method != "GET"
    return [
        401,
        *([404] if changes or "{id}" in operation.path else []),
        *([422] if changes or operation.query else []),
    ]


def _problem(status: int) -> dict[str, Any]:
    return {"$ref": "#/components/responses/Problem", "description": _PROBLEMS[status]}


def _schemas() -> dict[str, Schema]:
    of_contract = contract()["components"]["schemas"]
    return {
        **{name: of_contract[name] for name in _OF_THE_CONTRACT},
        "Entry": _of_fields(Entry),
        "Expectation": _of_fields(Expectation),
        "FaultRow": _of_fields(FaultRow),
        "Life": _object({api_name(name): schema for name, schema in _of_fields(Life)["properties"].items()}),
        "ActiveFault": _object(
            {
                "number": _TYPES["int"],
                "name": _TYPES["str"],
                "calls": _or_null("integer", "hits after which it is over"),
                "ends": _or_null("number", "monotonic seconds at which it is over"),
                "probability": _or_null("number"),
                "method": _or_null("string"),
                "path": _or_null("string"),
                "options": {"type": "object"},
                "hits": _TYPES["int"],
            }
        ),
        "Clock": _object(
            {
                "time": _TYPES["datetime"] | {"description": "what the wall clock shows, UTC"},
                "monotonic": _TYPES["float"] | {"description": "seconds that passed on the site; never jumps"},
                "speed": _TYPES["float"] | {"description": "seconds of the site in a second of the machine"},
                "paused": _TYPES["bool"],
            }
        ),
        "Site": _object(
            {"system": ref("System")} | {f"{name.lower()}s": list_of(name) for name in ("Zone", "Station", "Connector")}
        ),
        "Snapshot": _object({"scenario": _TYPES["str"], "site": {"type": "object"}, "time": _TYPES["datetime"]}),
        "State": _object(
            {
                "scenario": _TYPES["str"],
                "title": _TYPES["str"],
                "live": _TYPES["bool"] | {"description": "whether vehicles come and go"},
                "life": ref("Life"),
                "seed": _TYPES["int"],
                "url": _TYPES["str"] | {"description": "base address of the API"},
                "requests": _TYPES["int"] | {"description": "to the API since start or reset"},
                "clock": ref("Clock"),
                "faults": list_of("ActiveFault"),
                "site": ref("Site"),
            }
        ),
    }


def _of_fields(kind: type[Any]) -> Schema:
    """Return the schema of a record as asdict shows it."""
    properties = {}
    for part in fields(kind):
        name, _, empty = str(part.type).partition(" | ")
        properties[part.name] = _or_null(_TYPES[name]["type"]) if empty else _TYPES[name]
    return _object(properties)


def _or_null(kind: str, description: str = "") -> Schema:
    return {"type": [kind, "null"]} | ({"description": description} if description else {})


def _object(properties: dict[str, Schema]) -> Schema:
    """Return the schema of an object that always has all of these."""
    return {"type": "object", "required": list(properties), "properties": properties}
