"""The shapes of what a controller answered: which fields stand where, and of which kind, whatever their values."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from evce_connector.evce.answers import document_of
from evce_connector.evce.convert import Json
from evce_connector.profile_tools.capture import Exchange

_ID = re.compile(r"\d+|[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|.*\d.*")
"""Segments of a path that name one object: numbers, UUIDs, and what has digits in it."""
_VERSION = re.compile(r"v\d+", re.IGNORECASE)


def shapes_of(exchanges: Iterable[Exchange]) -> dict[str, str]:
    """Return the kinds of values at each place of the answers, by request and place.

    >>> body = b'{"items": [{"id": 1, "name": null}, {"id": 2, "name": "North"}]}'
    >>> shapes_of([Exchange("GET", "/api/v2/zones", None, 200, {}, body)])["GET /api/v2/zones items[].name"]
    'null or text'
    """
    found: defaultdict[str, set[str]] = defaultdict(set)
    for one in exchanges:
        request = f"{one.method} {_template(one.path)}"
        try:
            document = document_of(one.body)
        except (ValueError, RecursionError):
            found[f"{request} (answer)"].add("no JSON")
            continue
        for place, kind in _kinds(document, ""):
            found[f"{request} {place or '(answer)'}"].add(kind)
    return {key: " or ".join(sorted(kinds)) for key, kinds in sorted(found.items())}


def _template(path: str) -> str:
    """Write {id} where a path names an object."""
    parts = path.split("/")
    return "/".join("{id}" if _ID.fullmatch(part) and not _VERSION.fullmatch(part) else part for part in parts)


def _kinds(value: Json, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        yield place, "object"
        for key, inner in value.items():
            yield from _kinds(inner, f"{place}.{key}" if place else str(key))
    elif isinstance(value, list):
        yield place, "list"
        for inner in value:
            yield from _kinds(inner, f"{place}[]")
    else:
        yield place, _kind(value)


def _kind(value: Json) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    return "text" if isinstance(value, str) else "number"
