"""A controller that answers out of a table of documents, numbers in memory, and a plain profile to be changed."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evce_connector.evce import profile
from evce_connector.evce.asking import Answer, Request
from evce_connector.evce.dialect.api import DialectApi
from evce_connector.evce.dialect.declared import Dialect
from evce_connector.evce.dialect.loading import load_dialect
from evce_connector.evce.errors import EvceRefusalError
from evce_connector.evce.profile import PROFILES
from requests.structures import CaseInsensitiveDict

CONTRACT = profile.load().fields


def fields_of(table: str) -> str:
    return "\n".join(f'{name} = "{spelled}"' for name, spelled in CONTRACT[table].items())


PLAIN = f"""
format = 2
api_version = "1"

[system]
path = "/system"

[system.fields]
{fields_of("system")}

[zones]
path = "/zones"
items = "items"

[zones.fields]
{fields_of("zone")}

[zones.reduction]
{fields_of("reduction")}

[stations]
path = "/stations"
items = "items"

[stations.fields]
{fields_of("station")}

[connectors]
path = "/connectors"
items = "items"

[connectors.fields]
{fields_of("connector")}

[reduction]
path = "/zones/{{id}}/reduction"
method = "PUT"
body = {{ value = "{{taken}}", validity = "{{validity}}" }}

[reduction.clear]
path = "/zones/{{id}}/reduction"
method = "DELETE"

[availability]
path = "/connectors/{{id}}/availability"
method = "PUT"
body = {{ available = "{{available}}" }}

[words.links]
on = true
off = false
"""
"""A profile of format 2 that spells everything as the contract does."""


def section(name: str) -> str:
    """Return one table of the plain profile, from its head on."""
    text = PLAIN[PLAIN.index(f"[{name}]") :]
    return text[: text.index("\n[", 1)] if "\n[" in text else text


def edited(*changes: tuple[str, str], text: str = PLAIN) -> str:
    """Return the plain profile with texts replaced, each of which has to be there."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


def field(table: str, name: str, said: str) -> tuple[str, str]:
    """Return the change that says otherwise of one field of a list."""
    whole = section(f"{table}.fields")
    old = next(line for line in whole.splitlines() if line.startswith(f"{name} ="))
    return whole, whole.replace(f"\n{old}", f"\n{name} = {said}" if said else "")


def read(text: str) -> Dialect:
    return load_dialect("p.toml", text, tomllib.loads(text), CONTRACT)


def shipped(name: str) -> Dialect:
    return read((PROFILES / f"{name}.toml").read_text(encoding="utf-8"))


class MemoryNumbers:
    """Numbers as the database keeps them."""

    def __init__(self) -> None:
        self.given: dict[str, dict[str, int]] = {}
        self.asked = 0

    def number(self, kind: str, text: str, wished: int | None = None) -> int:
        self.asked += 1
        numbers = self.given.setdefault(kind, {})
        if text not in numbers:
            free = next(number for number in range(1, 10**6) if number not in numbers.values())
            numbers[text] = wished if wished and wished not in numbers.values() else free
        return numbers[text]

    def text(self, kind: str, number: int) -> str | None:
        return next((text for text, one in self.given.get(kind, {}).items() if one == number), None)


class Told:
    """Answers requests by their method and path with query, such as `GET /zones?page=2`; GET need not be said."""

    def __init__(self, documents: Mapping[str, Any], links: Mapping[str, str] | None = None) -> None:
        self.documents = dict(documents)
        self.links = links or {}
        self.requests: list[Request] = []

    @property
    def asked(self) -> list[str]:
        return [spelled(request) for request in self.requests]

    def __call__(self, request: Request) -> Answer:
        self.requests.append(request)
        where = spelled(request)
        if where not in self.documents:
            raise EvceRefusalError(where, 404, "not found")
        document = self.documents[where]
        if callable(document):
            document = document()
        headers = CaseInsensitiveDict({"link": self.links[where]} if where in self.links else {})
        return Answer(headers, b"", copy.deepcopy(document))


def spelled(request: Request) -> str:
    sign = "&" if "?" in request.path else "?"
    query = "&".join(f"{name}={value}" for name, value in request.query.items())
    where = f"{request.path}{sign}{query}" if query else request.path
    return where if request.method == "GET" else f"{request.method} {where}"


def api_of(text: str, numbers: MemoryNumbers | None = None) -> DialectApi:
    return DialectApi(read(text), numbers or MemoryNumbers(), "bms")


def zone(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Make a zone as the contract has it."""
    plain = {"id": 1, "name": "Z1", "type": "STATIC", "maxCurrent": 32, "setPointCurrent": 30, "setPointPower": 20}
    return plain | {"numberOfTransactions": 0, "reduction": None} | changes


def station(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Make a station as the contract has it."""
    texts = ("friendlyName", "ocppIdentifier", "type", "serialNumber", "model", "version", "ipAddress", "cpoUrl")
    more = ("status", "authenticationMode", "disconnectedAuthenticationMode")
    plain = dict.fromkeys((*texts, *more), "x") | {"id": 1, "zoneId": 1, "acceptedByCpo": True, "connected": True}
    return plain | changes


def connector(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Make a connector as the contract has it."""
    plain: dict[str, Any] = {"id": 1, "stationId": 1, "logicalConnector": 1, "status": "available", "available": True}
    plain |= {"dc": False, "fixedSetPoint": False, "maxCurrent": 32, "maxPower": None, "phaseConnection": "tri"}
    plain |= {"setPointCurrent": 16, "setPointPower": 11, "activePower": [1.0, 2.0, 3.0], "rmsCurrent": [4.0, 5.0, 6.0]}
    return plain | {"activeEnergy": 12.5, "errorCode": None, "transactionId": 7} | changes


def reduction(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Make a reduction as the contract has it."""
    plain = {"value": 10, "type": "percentage", "description": "d", "validity": "2027-01-01T00:00:00Z"}
    return plain | {"validityMode": "absolute"} | changes


def site(zones: Any = None, stations: Any = None, connectors: Any = None, **system: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Make the documents of a site that speaks as the contract does, for the plain profile."""
    time = {"name": "S", "apiVersion": "1", "version": "2", "time": "2026-01-01T00:00:00Z"}
    lists = {
        "/zones": zones or [zone()],
        "/stations": stations or [station()],
        "/connectors": connectors or [connector()],
    }
    return {"/system": time | system} | {path: {"items": objects} for path, objects in lists.items()}


def file_of(folder: Path, text: str) -> str:
    path = folder / "p.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)
