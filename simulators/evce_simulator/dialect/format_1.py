"""Profiles of format 1, which only spell the contract, written out in the terms of format 2."""

from __future__ import annotations

from typing import Any

from evce_simulator.dialect.paths import parse
from evce_simulator.dialect.profile import LoginPart
from evce_simulator.errors import ProfileError
from evce_simulator.reading import LARGEST_PAGE
from evce_simulator.records import NAMES, Connector, Station, System, Zone

LISTS = ("zone", "station", "connector")
_PATHS = ("login", "system", "zones", "stations", "connectors", "reduction", "availability")
_REDUCTION = {"value": "value", "type": "type", "description": "description", "validity": "validity"} | {
    "validity_mode": "validityMode"
}


def contract() -> dict[str, Any]:
    """Return the contract's own spelling as a profile of format 1 has it."""
    kinds: dict[str, type] = {"system": System, "zone": Zone, "station": Station, "connector": Connector}
    spelled = {kind: {name: api for api, name in NAMES[of].attributes.items()} for kind, of in kinds.items()}
    spelled["system"]["time"] = "time"
    paths = {name: f"/{name}" for name in _PATHS}
    paths |= {"reduction": "/zones/{id}/reduction", "availability": "/connectors/{id}/availability"}
    return {"api_version": "6", "reduction_percent": "taken", "paths": paths, "reduction": dict(_REDUCTION)} | spelled


def is_format_1(content: dict[str, Any]) -> bool:
    """Tell a profile of format 1, which says no format, by its paths."""
    return "format" not in content and "paths" in content


def is_contract(content: dict[str, Any]) -> bool:
    """Tell whether a profile of format 1 spells all as the contract does."""
    return {**content, "api_version": "6", "reduction_percent": content.get("reduction_percent", "taken")} == contract()


def in_format_2(name: str, content: dict[str, Any]) -> dict[str, Any]:
    """Return the same profile in format 2; ProfileError names the key that is missing or no text."""
    paths, reduction = _texts(name, content, "paths", _PATHS), _texts(name, content, "reduction", _REDUCTION)
    usual = contract()
    left = content.get("reduction_percent") == "left"
    found: dict[str, Any] = {"format": 2, "api_version": str(content.get("api_version", ""))}
    found["system"] = {"path": paths["system"], "fields": _fields(name, content, "system", usual)}
    pages = {"by": "offset", "key": "offset", "size_key": "limit", "size": LARGEST_PAGE, "total": "total"}
    for kind in LISTS:
        path = paths[f"{kind}s"]
        found[f"{kind}s"] = {"path": path, "items": "items", "pages": dict(pages), "one": f"{path}/{{id}}"}
        found[f"{kind}s"]["fields"] = _fields(name, content, kind, usual)
    value = {"at": _key(reduction["value"]), "counts": "left" if left else "taken"}
    found["zones"]["reduction"] = {field: _key(text) for field, text in reduction.items()} | {"value": value}
    body = {reduction["value"]: "{left}" if left else "{taken}", reduction["type"]: "percentage"}
    body |= {reduction["validity"]: "{validity}", reduction["validity_mode"]: "absolute"}
    clear = {"path": paths["reduction"], "method": "DELETE"}
    found["reduction"] = {"path": paths["reduction"], "method": "PUT", "body": body, "clear": clear}
    available = {content["connector"]["available"]: "{available}"}
    found["availability"] = {"path": paths["availability"], "method": "PUT", "body": available, "status": "status"}
    return found


def login(content: dict[str, Any]) -> LoginPart:
    """Return the contract's way in, with its call where the profile has it."""
    sent = {"login": "{login}", "password": "{password}"}
    return LoginPart("contract", content["paths"]["login"], fields=sent, token=parse("token"), life=parse("expiresIn"))


def _fields(name: str, content: dict[str, Any], kind: str, usual: dict[str, Any]) -> dict[str, str]:
    return {field: _key(text) for field, text in _texts(name, content, kind, usual[kind]).items()}


def _texts(name: str, content: dict[str, Any], table: str, keys: Any) -> dict[str, str]:  # noqa: ANN401 - of keys
    given = content.get(table)
    if not isinstance(given, dict):
        raise ProfileError(name, table, "this table is missing; add it.")
    for key in [*keys, *given]:
        if key not in keys or not isinstance(given.get(key), str):
            raise ProfileError(name, f"{table}.{key}", "of format 1 this is missing, no text, or no key; correct it.")
    return dict(given)


def _key(text: str) -> str:
    """Write a key as a path, whatever stands in it."""
    return f"'{text}'"
