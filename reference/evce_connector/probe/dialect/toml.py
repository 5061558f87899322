"""TOML as a person writes it: values on one line, with a remark behind them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_WIDTH = 120


def key(name: str) -> str:
    """Write a key, in quotation marks if it needs them."""
    return name if _BARE.fullmatch(name) else quoted(name)


def quoted(text: str) -> str:
    """Write a text."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def inline(value: Any) -> str:  # noqa: ANN401 - any value of TOML
    """Write a value on one line.

    >>> inline({"at": "power.now", "unit": "W"}), inline([1, True])
    ('{ at = "power.now", unit = "W" }', '[1, true]')
    """
    if isinstance(value, Mapping):
        inside = ", ".join(f"{key(name)} = {inline(one)}" for name, one in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(inline, value))}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return quoted(value) if isinstance(value, str) else str(value)


def line(name: str, value: Any) -> str:  # noqa: ANN401 - as above
    """Write one key with its value."""
    return f"{key(name)} = {inline(value)}"


def remark(text: str) -> list[str]:
    """Write a remark on lines of its own, whatever it holds."""
    words, lines = " ".join(text.split()).split(" "), ["#"]
    for word in words:
        if len(lines[-1]) + len(word) + 1 > _WIDTH and lines[-1] != "#":
            lines.append("#")
        lines[-1] += f" {word}"
    return ["".join(one if one.isprintable() else "?" for one in text) for text in lines]
