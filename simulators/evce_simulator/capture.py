"""Compare an anonymised capture from a real controller with the contract: every difference, and what was confirmed.

A capture is a JSON file, `{"site": ..., "version": ..., "date": ..., "exchanges": [...]}`, each exchange with method,
path, status and the body as JSON; or a HAR file (`{"log": {"entries": [...]}}`) as browsers and proxies write it.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from evce_simulator.errors import SimulatorError
from evce_simulator.openapi import contract
from evce_simulator.shapes import Shapes
from evce_simulator.stamps import parts

_BASE_PATH = "/api/v2"
_PARAMETER = re.compile(r"\{[a-z]+\}")


class CaptureError(SimulatorError):
    """A capture cannot be read."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A call and its answer."""

    method: str
    path: str
    status: int
    body: Any


@dataclass
class Comparison:
    """What a capture says of the contract."""

    differences: list[str] = field(default_factory=list)
    confirmed: list[str] = field(default_factory=list)
    not_seen: list[str] = field(default_factory=list)


def read_capture(file: Path) -> list[Exchange]:
    """Read a capture, ours or HAR; CaptureError says what is wrong with it."""
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise CaptureError(f"Cannot read {file}: {error.strerror}.") from error
    except ValueError as error:
        raise CaptureError(f"{file} is no capture: {error!r}. It needs exchanges, or the log of a HAR file.") from error
    return exchanges_of(text, str(file))


def exchanges_of(text: str, name: str) -> list[Exchange]:
    """Read the text of a capture that errors call by a name; CaptureError as above."""
    try:
        data = json.loads(text)
        return list(_from_har(data["log"]["entries"]) if "log" in data else _from_ours(data["exchanges"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise CaptureError(f"{name} is no capture: {error!r}. It needs exchanges, or the log of a HAR file.") from error


def compare(exchanges: list[Exchange]) -> Comparison:
    """Compare every answer with the contract."""
    found = Comparison()
    shapes = Shapes(contract())
    differing: dict[str, None] = {}
    seen: dict[str, None] = {}
    wrong: set[str] = set()
    for exchange in exchanges:
        operation = _operation(exchange)
        if operation is None:
            differing[f"{exchange.method} {exchange.path}: the contract has no such call"] = None
            continue
        path, method = operation
        seen[f"{method.upper()} {path}"] = None
        answers = contract()["paths"][path][method]["responses"]
        if str(exchange.status) not in answers:
            differing[f"{method.upper()} {path}: status {exchange.status} is not in the contract"] = None
            continue
        schema = shapes.body_of(answers[str(exchange.status)])
        for difference in shapes.differences(schema, exchange.body, seen):
            wrong.add(difference.part)
            differing[f"{method.upper()} {path} {exchange.status}, {difference.place}: {difference.what}"] = None
    found.differences = list(differing)
    found.confirmed = [part for part in parts() if part in seen and part not in wrong]
    found.not_seen = [part for part in parts() if part not in seen]
    return found


def _operation(exchange: Exchange) -> tuple[str, str] | None:
    """Return path and method of the contract that a call belongs to."""
    method = exchange.method.lower()
    for path, item in contract()["paths"].items():
        if method in item and re.fullmatch(_PARAMETER.sub(r"[^/]+", path), exchange.path):
            return path, method
    return None


def _path_of(address: str) -> str:
    """Return the path after the base path, without query."""
    path = urlsplit(address).path
    return path.partition(_BASE_PATH)[2] if _BASE_PATH in path else path


def _from_ours(rows: list[dict[str, Any]]) -> Iterator[Exchange]:
    for row in rows:
        yield Exchange(row["method"].upper(), _path_of(row["path"]), int(row["status"]), row.get("body"))


def _from_har(rows: list[dict[str, Any]]) -> Iterator[Exchange]:
    for row in rows:
        content = row["response"].get("content", {})
        text = content.get("text") or "null"
        if content.get("encoding") == "base64":
            text = b64decode(text).decode(errors="replace")
        yield Exchange(
            row["request"]["method"].upper(),
            _path_of(row["request"]["url"]),
            int(row["response"]["status"]),
            _parsed(text),
        )


def _parsed(text: str) -> Any:  # noqa: ANN401 - any JSON
    """Return a body as JSON, or as the text that it is."""
    try:
        return json.loads(text)
    except ValueError:
        return text
