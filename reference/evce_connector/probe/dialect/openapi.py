"""The writes of a controller: as its OpenAPI document has them, or as guesses for whoever is asked."""

from __future__ import annotations

from typing import Any

from evce_connector.probe.dialect.names import concepts_of, meanings, split
from evce_connector.probe.dialect.survey import Survey
from evce_connector.probe.dialect.walk import Walk

_METHODS = ("put", "patch", "post")
_VALUES = {
    "percent": "{taken}",
    "reduction": "{taken}",
    "left": "{left}",
    "validity": "{validity}",
    "current": "{limit_a}",
}


def writes(walk: Walk, seen: Survey, tables: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the tables [reduction] and [availability] that an OpenAPI document tells whole; empty without one."""
    del seen, tables
    found: dict[str, dict[str, Any]] = {}
    for path, calls in walk.openapi.get("paths", {}).items():
        below = path.removeprefix(walk.base) if walk.base else path
        if not isinstance(calls, dict) or below.count("{") != 1:
            continue
        concepts, _ = concepts_of(below.rstrip("/").rpartition("/")[2])
        for method in _METHODS:
            properties = _properties(walk.openapi, calls.get(method))
            if properties and "reduction" in concepts and (body := _reduction_body(properties)):
                found["reduction"] = {"path": _with_id(below), "method": method.upper(), "body": body}
                if "delete" in calls:
                    found["reduction"]["clear"] = {"path": _with_id(below), "method": "DELETE"}
            elif properties and "available" in concepts and list(properties.values()) == ["boolean"]:
                found["availability"] = {
                    "path": _with_id(below),
                    "method": method.upper(),
                    "body": {next(iter(properties)): "{available}"},
                }
    return {name: table for name, table in found.items() if name != "reduction" or "clear" in table}


def _with_id(path: str) -> str:
    before, _, rest = path.partition("{")
    return f"{before}{{id}}{rest.partition('}')[2]}"


def _properties(document: dict[str, Any], call: Any) -> dict[str, str]:  # noqa: ANN401 - JSON of a document
    """Return the properties of a JSON body and their types; empty where it has none that can be told."""
    try:
        schema = call["requestBody"]["content"]["application/json"]["schema"]
        for key in schema.get("$ref", "#").removeprefix("#").split("/")[1:]:
            document = document[key]
        properties = (document if "$ref" in schema else schema)["properties"]
        return {str(name): str(one.get("type", "")) for name, one in properties.items()}
    except (KeyError, TypeError, AttributeError):
        return {}


def _reduction_body(properties: dict[str, str]) -> dict[str, str] | None:
    """Return a template for a reduction's body; None where it is not clear what a property means."""
    body = {}
    for name in properties:
        concepts, _ = concepts_of(name)
        value = next((value for concept, value in _VALUES.items() if concept in concepts), None)
        if value is None:
            return None
        body[name] = value
    return body if "{validity}" in body.values() else None


def guesses(name: str, seen: Survey, tables: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what the writes of a controller may look like that reads as this one does."""

    def leaf(choice: str) -> str:
        found = seen.choices.get(choice)
        said = found.said if found else None
        at = said.get("at") if isinstance(said, dict) else said
        return split_path(at) if isinstance(at, str) else choice.rpartition(".")[2]

    if name == "reduction":
        one = tables["zones"].get("one") or f"{tables['zones'].get('path', '/zones')}/{{id}}"
        path = f"{one}/{leaf('zones.reduction')}"
        said = seen.choices["reduction.value"].said if "reduction.value" in seen.choices else ""
        value = "{left}" if isinstance(said, dict) and said.get("counts") == "left" else "{taken}"
        validity = seen.choices["reduction.validity"].said if "reduction.validity" in seen.choices else ""
        form = validity.get("time") if isinstance(validity, dict) else None
        base = {
            "path": path,
            "body": {leaf("reduction.value"): value, leaf("reduction.validity"): "{validity}"},
            **({"time": form} if form else {}),
            "clear": {"path": path},
        }
        return [{**base, "method": method} for method in ("PUT", "PATCH", "POST")]
    one = tables["connectors"].get("one") or f"{tables['connectors'].get('path', '/connectors')}/{{id}}"
    field = leaf("connectors.available")
    return [
        {"path": path, "method": method, "body": {field: "{available}"}}
        for path, method in ((f"{one}/availability", "PUT"), (one, "PATCH"), (one, "POST"))
    ]


def split_path(path: str) -> str:
    """Return the last key of a path."""
    return path.rpartition(".")[2] if split(path) else path


def meanings_of(name: str) -> list[str]:
    """Return the contract's words for a field, for whoever is asked what another means."""
    field = name.rpartition(".")[2]
    kinds = {"status": "status", "type": "zone_type", "phase_connection": ""}
    if field == "phase_connection":
        return ["tri", "mono1", "mono2", "mono3"]
    return list(meanings()["said"].get(kinds.get(field, "authentication"), {}))
