"""What a controller once answered, read from a file: our own captures, bundles, HAR files of browsers and proxies."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from evce_connector.errors import ConnectorError
from evce_connector.probe import bundle

Query = tuple[tuple[str, str], ...]
"""Parameters of a request, sorted."""
LARGEST = 256 * 1024 * 1024
"""Bytes of a file beyond which it is no capture."""


class CaptureError(ConnectorError):
    """A file that is no capture, or cannot be read."""


@dataclass(frozen=True)
class Exchange:
    """A request and its answer. `path` is whole, without query; `query` is None where the capture leaves it out."""

    method: str
    path: str
    query: Query | None
    status: int
    headers: Mapping[str, str]
    body: bytes


def read_capture(file: Path) -> list[Exchange]:
    """Read a capture: `{"exchanges": ...}`, a HAR 1.2 file, or a bundle that holds one; CaptureError."""
    try:
        if file.stat().st_size > LARGEST:
            raise CaptureError(f"{str(file)!r} has more than {LARGEST} bytes, which no capture has.")
        data = json.loads(_bytes(file))
        found = list(_from_har(data["log"]["entries"]) if "log" in data else _from_ours(data["exchanges"]))
    except OSError as error:
        raise CaptureError(f"The capture {str(file)!r} cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise CaptureError(
            f"{str(file)!r} is no capture ({type(error).__name__}: {error}): give a capture.json or bundle of "
            "evce-connector probe --output, or a HAR file."
        ) from error
    if not found:
        raise CaptureError(f"The capture {str(file)!r} holds no answer: record what the controller answers to reads.")
    return found


def _bytes(file: Path) -> bytes:
    if not bundle.is_bundle(file):
        return file.read_bytes()
    parts = bundle.unpack(file)
    if bundle.CAPTURE not in parts:
        raise CaptureError(f"The bundle {str(file)!r} holds no {bundle.CAPTURE}.")
    return parts[bundle.CAPTURE]


def _from_ours(rows: list[dict[str, Any]]) -> Iterator[Exchange]:
    for row in rows:
        path, _, written = str(row["path"]).partition("?")
        given = row.get("query")
        query = _sorted(dict(given).items()) if given is not None else query_of(written) if written else None
        body = json.dumps(row.get("body")).encode()
        headers = {str(name): str(value) for name, value in row.get("headers", {}).items()}
        yield Exchange(str(row["method"]).upper(), path, query, int(row["status"]), headers, body)


def _from_har(rows: list[dict[str, Any]]) -> Iterator[Exchange]:
    for row in rows:
        address, answer = urlsplit(row["request"]["url"]), row["response"]
        content = answer.get("content", {})
        text = str(content.get("text") or "")
        body = base64.b64decode(text) if content.get("encoding") == "base64" else text.encode()
        headers = {str(one["name"]).title(): str(one["value"]) for one in answer.get("headers", [])}
        yield Exchange(
            str(row["request"]["method"]).upper(),
            address.path,
            query_of(address.query),
            int(answer["status"]),
            headers,
            body,
        )


def query_of(query: str) -> Query:
    """Read the query of an address."""
    return _sorted(parse_qsl(query, keep_blank_values=True))


def _sorted(pairs: Any) -> Query:  # noqa: ANN401 - pairs of a JSON object or of an address
    return tuple(sorted((str(name), str(value)) for name, value in pairs))
