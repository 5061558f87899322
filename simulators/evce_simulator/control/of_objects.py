"""Operations of the site's objects: read them, set any field to anything, add and remove them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, fields
from typing import Any

from evce_simulator.control.operation import NOTHING, Asked, Operation, Schema, body_of, list_of, ref
from evce_simulator.model import Model
from evce_simulator.openapi import contract
from evce_simulator.records import NAMES, Connector, Record, Station, System, Zone, api_name

KINDS: dict[str, type[Zone | Station | Connector]] = {"zone": Zone, "station": Station, "connector": Connector}
_ANY = "any value, sensible or not"
_SET: dict[type[Record], dict[str, Any]] = {
    Zone: {"maxCurrent": 80},
    Station: {"friendlyName": "Gate"},
    Connector: {"status": "charging", "activePower": [1.5, 0, 0]},
    System: {"version": "2.0.0"},
}
"""Examples of fields that are set."""
_ADDED: dict[type[Record], dict[str, Any]] = {
    Zone: {"id": 900, "name": "Z900", "maxCurrent": 100, "setPointCurrent": 100, "setPointPower": 69},
    Station: {
        "id": 900,
        "zoneId": 1,
        "friendlyName": "Gate",
        "ocppIdentifier": "GATE-1",
        "serialNumber": "900",
        "model": "M",
        "version": "1",
        "ipAddress": "10.0.0.90",
    },
    Connector: {"id": 900, "stationId": 1, "logicalConnector": 9, "maxCurrent": 32},
}
"""Examples of objects that are added."""


def of_objects(model: Model) -> list[Operation]:
    """Declare them."""
    return [*(operation for kind in KINDS for operation in _of_kind(kind, model)), *_of_system(model)]


def _of_kind(kind: str, model: Model) -> list[Operation]:
    record = KINDS[kind]
    one, many, shown = f"/{kind}s/{{id}}", f"/{kind}s", ref(record.__name__)
    read: Callable[[int], dict[str, Any]] = getattr(model, kind)
    set_fields: Callable[..., None] = getattr(model, f"set_{kind}")
    take_away: Callable[[int], None] = getattr(model, f"remove_{kind}")
    read_all: Callable[[], list[dict[str, Any]]] = getattr(model, f"{kind}s")

    def change(asked: Asked) -> dict[str, Any]:
        set_fields(asked.number, **asked.body)
        return read(asked.number)

    def remove(asked: Asked) -> dict[str, Any]:
        take_away(asked.number)
        return {}

    def add(asked: Asked) -> dict[str, Any]:
        model.add(kind, **asked.body)
        return read(asked.body["id"])

    with_it = {"zone": " with its stations", "station": " with its connectors"}.get(kind, "")
    listed = list_of(record.__name__)
    return [
        Operation("Objects", "GET", many, f"All {kind}s", lambda _: read_all(), listed),
        Operation("Objects", "POST", many, f"Add a {kind}", add, shown, _fields_of(record, _ADDED, adds=True)),
        Operation("Objects", "GET", one, f"A {kind}", lambda asked: read(asked.number), shown),
        Operation("Objects", "PATCH", one, f"Set fields of a {kind}, {_ANY}", change, shown, _fields_of(record, _SET)),
        Operation("Objects", "DELETE", one, f"Remove a {kind}{with_it}", remove, NOTHING),
    ]


def _of_system(model: Model) -> list[Operation]:
    def change(asked: Asked) -> dict[str, Any]:
        model.set_system(**asked.body)
        return model.system()

    shown, settable = ref("System"), _fields_of(System, _SET)
    return [
        Operation("Objects", "GET", "/system", "Who answers, and its clock", lambda _: model.system(), shown),
        Operation("Objects", "PATCH", "/system", f"Set fields of it, {_ANY}", change, shown, settable),
    ]


def _fields_of(record: type[Record], examples: dict[type[Record], dict[str, Any]], *, adds: bool = False) -> Schema:
    """Return the fields of a record as a body; those without a default are required of one that is added."""
    described = contract()["components"]["schemas"][record.__name__]["properties"]
    properties: dict[str, Schema] = {name: _described(described.get(name, {})) for name in NAMES[record].attributes}
    needed = [api_name(part.name) for part in fields(record) if part.default is MISSING] if adds else []
    return body_of(properties, needed) | {"examples": [examples[record]]}


def _described(schema: Schema) -> Schema:
    return {"description": schema["description"]} if "description" in schema else {}
