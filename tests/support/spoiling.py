"""Damage to a database's file, as a disk does it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path


def spoilt(file: Path) -> None:
    """Let the pages of the commands, and nothing else, be rubbish."""
    with closing(sqlite3.connect(file)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'commands'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with file.open("r+b") as content:
        content.seek((page - 1) * size)
        content.write(b"\xff" * size)
