"""What SQLite and we keep beside a file, and how to look into one: nothing in it or beside it is changed or made."""

from __future__ import annotations

import sqlite3
from pathlib import Path


def log_of(file: Path) -> Path:
    """Return where the log of a database file is."""
    return file.with_name(f"{file.name}-wal")


def shared_of(file: Path) -> Path:
    """Return where writers and readers of a database file keep what they share about its log."""
    return file.with_name(f"{file.name}-shm")


def life_of(file: Path) -> Path:
    """Return where the last sign of life of who runs on a database file is kept."""
    return file.with_name(f"{file.name}-life")


def is_logged(file: Path) -> bool:
    """Tell whether a log with something in it stands beside a file; OSError."""
    log = log_of(file)
    return log.is_file() and log.stat().st_size > 0


def open_to_look(file: Path, *, without_log: bool = False) -> sqlite3.Connection:
    """Open a file to read; one that another program writes in is waited for, for some seconds. sqlite3.Error.

    One without a log is nobody's who writes: SQLite need not make the files by which writers and readers agree. Where
    they are they stay as they are: they tell how much of a log there was.
    """
    beside = "&readonly_shm=1" if shared_of(file).exists() else ""
    how = "&immutable=1" if without_log or not log_of(file).exists() else beside
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro{how}", uri=True)
