"""Reads the text of TOML that somebody gives: whatever it is, the answer is its keys or a sentence."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

from evce_connector.config.errors import ConfigurationError
from evce_connector.config.secret_keys import Document

_DEEPEST = 20
"""Tables and lists in each other; the settings have four."""
_MOST_DOTS = 200
"""Dots of a line: the time that a key takes to be read grows with the square of its parts."""
_MARK = "\ufeff"
"""Editors of Windows write it before the text (BOM)."""
_WIDEST = 2**63
"""Integers of TOML have 64 bits."""


def decoded(text: str, name: str = "The file") -> Document:
    """Return the keys of a text; ConfigurationError says why it has none, and of what: `name` begins the sentence.

    >>> decoded("evce.profile = 'v6'")
    {'evce': {'profile': 'v6'}}
    """
    for number, line in enumerate(text.splitlines(), 1):
        if line.count(".") > _MOST_DOTS:
            raise ConfigurationError([f"{name} has a line with more than {_MOST_DOTS} dots, no key: line {number}."])
    try:
        document = tomllib.loads(text.removeprefix(_MARK))
    except RecursionError as error:
        raise ConfigurationError([_too_deep(name)]) from error
    except ValueError as error:  # TOMLDecodeError, and integers of thousands of digits
        raise ConfigurationError([f"{name} is not valid TOML: {str(error).partition(';')[0]}."]) from error
    for depth, value in _values(document):
        if depth > _DEEPEST:
            raise ConfigurationError([_too_deep(name)])
        if isinstance(value, int) and not -_WIDEST <= value < _WIDEST:
            raise ConfigurationError([f"{name} is not valid TOML: it has an integer of more than 64 bits."])
    return document


def _too_deep(name: str) -> str:
    return f"{name} has tables or lists more than {_DEEPEST} deep in each other: no setting has."


def _values(document: Document) -> Iterator[tuple[int, Any]]:
    """Yield all that stands in a document, each with how many tables and lists it stands in."""
    within: list[tuple[int, Any]] = [(0, document)]
    while within:
        depth, value = within.pop()
        yield depth, value
        if isinstance(value, dict | list):
            within += [(depth + 1, one) for one in (value.values() if isinstance(value, dict) else value)]
