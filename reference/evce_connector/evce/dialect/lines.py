"""On which line of a TOML text a key stands, so that whoever has to change it finds it."""

from __future__ import annotations

import re

Place = tuple[str, ...]
"""Tables and the key in the last of them: `("zones", "pages", "key")`."""

_NAME = r"\"[^\"]*\"|'[^']*'|[\w-]+"
_DOTTED = rf"(?:{_NAME})(?:\s*\.\s*(?:{_NAME}))*"
_TABLE = re.compile(rf"\s*\[\s*({_DOTTED})\s*\]")
_KEY = re.compile(rf"\s*({_DOTTED})\s*=")


def line_of(text: str, place: Place) -> int:
    r"""Return the number, from 1, of the line with a key; of what holds it where it has no line of its own.

    >>> line_of("[zones]\npages = { by = 'link' }", ("zones", "pages", "by"))
    2
    """
    lines = _lines(text)
    for length in range(len(place), 0, -1):
        if found := lines.get(place[:length]):
            return found
    return 1


def _lines(text: str) -> dict[Place, int]:
    """Return the first line of each table and each key."""
    lines: dict[Place, int] = {}
    table: Place = ()
    for number, line in enumerate(text.splitlines(), 1):
        if head := _TABLE.match(line):
            table = _names(head[1])
            lines.setdefault(table, number)
        elif key := _KEY.match(line):
            names = _names(key[1])
            for length in range(1, len(names) + 1):
                lines.setdefault(table + names[:length], number)
    return lines


def _names(dotted: str) -> Place:
    return tuple(name.strip("\"'") for name in re.findall(_NAME, dotted))
