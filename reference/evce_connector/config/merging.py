"""Documents laid over each other, and the single keys of one. None of these functions changes the one it gets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from evce_connector.config.messages import Place
from evce_connector.config.secret_keys import TOKEN, Document

OTHER_WAY = {"password": "password_file", "password_file": "password"}
"""Two ways to give one thing: who gives it in one way takes the other away."""


def over(lower: Document, upper: Document) -> Document:
    """Return a document with all of another one, and what that leaves out; lists are whole.

    >>> over({"evce": {"login": "bms", "password": "a"}}, {"evce": {"password_file": "b"}})
    {'evce': {'login': 'bms', 'password_file': 'b'}}
    """
    merged = {key: value for key, value in lower.items() if OTHER_WAY.get(key) not in upper}
    for key, value in upper.items():
        below = merged.get(key, {})
        if not isinstance(value, dict):
            merged[key] = value
        elif isinstance(below, dict) and below.keys() != {TOKEN}:
            merged[key] = over(below, value)
        else:
            merged[key] = below  # no table where one belongs: whoever checks the document names it
    return merged


def leaves(document: Document, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Yield every key of a document that is no table, or an empty one, with its value."""
    for key, value in document.items():
        if isinstance(value, dict) and value and value.keys() != {TOKEN}:
            yield from leaves(value, (*place, key))
        else:
            yield (*place, key), value


def at(document: Document, place: Place) -> Any:  # noqa: ANN401 - as TOML has it
    """Return what stands at a key; None where nothing does."""
    found: Any = document
    for part in place:
        found = found.get(part) if isinstance(found, dict) else None
    return found


def put(document: Document, place: Place, value: Any) -> Document:  # noqa: ANN401 - as TOML has it
    """Return a document with a value at a key, or without the key when the value is None."""
    first, *rest = place
    kept = dict(document)
    if rest:
        table = kept.get(str(first))
        kept[str(first)] = put(table if isinstance(table, dict) else {}, tuple(rest), value)
    elif value is None:
        kept.pop(str(first), None)
    else:
        kept.pop(OTHER_WAY.get(str(first), ""), None)
        kept[str(first)] = value
    return kept
