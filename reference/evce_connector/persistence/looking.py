"""Opens a SQLite file to look into it: nothing in it or beside it is changed, and nothing is made."""

from __future__ import annotations

import sqlite3
from pathlib import Path


def open_to_look(file: Path, *, without_log: bool = False) -> sqlite3.Connection:
    """Open a file to read; one that another program writes in is waited for, for some seconds. sqlite3.Error.

    One without a log is nobody's who writes: SQLite need not make the files by which writers and readers agree. Where
    they are they stay as they are: they tell how much of a log there was.
    """
    log, shared = (file.with_name(f"{file.name}{end}") for end in ("-wal", "-shm"))
    beside = "&readonly_shm=1" if shared.exists() else ""
    how = "&immutable=1" if without_log or not log.exists() else beside
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro{how}", uri=True)
