"""Copies that are not finished: they are called `.part` until they are whole, and SQLite has a journal beside them."""

from __future__ import annotations

from glob import escape
from pathlib import Path

ENDING = ".part"
"""How the name of a copy ends that is not whole."""
_BESIDE = ("", "-journal")
"""What there is of one: SQLite keeps the journal while it writes, and a kill leaves it."""


def begun(folder: Path, name: str, pattern: str) -> list[Path]:
    """Return what is there of unfinished copies whose names begin so and go on by a pattern of `glob`."""
    if not folder.is_dir():
        return []
    return sorted(found for end in _BESIDE for found in folder.glob(f"{escape(name)}{pattern}{ENDING}{end}"))


def remove(part: Path) -> None:
    """Remove an unfinished copy, if it is there, with what is beside it."""
    for end in _BESIDE:
        part.with_name(f"{part.name}{end}").unlink(missing_ok=True)
