"""Opens a SQLite file to look into it: nothing in it is changed, and nothing is made beside it."""

from __future__ import annotations

import sqlite3
from pathlib import Path


def open_to_look(file: Path) -> sqlite3.Connection:
    """Open a file to read; one that another program writes in is waited for, for some seconds. sqlite3.Error.

    One without a log is nobody's who writes: SQLite need not make the files by which writers and readers agree.
    """
    alone = "" if file.with_name(f"{file.name}-wal").exists() else "&immutable=1"
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro{alone}", uri=True)
