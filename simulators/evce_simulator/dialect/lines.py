"""Where a key stands in a profile's file, for who has to change it there."""

from __future__ import annotations

import re

_HEADER = re.compile(r"\s*\[([^\[\]]+)\]\s*(#.*)?")


def line_of(text: str, key: str) -> int:
    r"""Return the line, counted from 1, at which a key stands as `zones.fields.name`.

    Of a key that is missing, or stands within a value, it is the line of the innermost table or value around it.

    >>> line_of("[zones]\nitems = 'all'", "zones.items"), line_of("[zones]\nitems = 'all'", "zones.path")
    (2, 1)
    """
    names = key.split(".")
    found, depth, table = 1, 0, list[str]()
    for number, line in enumerate(text.splitlines(), 1):
        header = _HEADER.fullmatch(line)
        if header:
            table = [name.strip().strip("'\"") for name in header[1].split(".")]
            around = len(table)
        else:
            around = len(table) + 1
            name = line.partition("=")[0].strip().strip("'\"")
            if "=" not in line or names[: len(table)] != table or names[len(table) : around] != [name]:
                continue
        if names[: len(table)] == table and around > depth:
            found, depth = number, around
    return found
