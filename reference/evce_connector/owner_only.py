"""Files that only their owner may read: what the connector keeps and hands out tells of people and of the site.

On Windows there is nothing to do: a file has the access list of its folder there, and modes mean nothing.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

MODE = 0o600
"""Of a file that we make: its owner reads and writes."""
OTHERS = stat.S_IRWXO
"""What everybody on the machine may do with a file."""
HAS_MODES = os.name == "posix"


def opener(path: str, flags: int) -> int:
    """Open a file for `open(..., opener=opener)`: a new one is its owner's alone, one that exists is narrowed."""
    descriptor = os.open(path, flags, MODE)
    narrow(Path(path))
    return descriptor


def make(path: Path) -> None:
    """Make an empty file where there is none, and narrow one that exists; OSError when there can be none.

    One that exists is not opened: closing it would take from SQLite, in this process, the locks that it holds on it.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, MODE))
    except FileExistsError:
        narrow(path)


def write_text(path: Path, text: str, *, newline: str = "") -> None:
    """Write a text as UTF-8 into a file of ours; OSError when that cannot be."""
    with open(path, "w", encoding="utf-8", newline=newline, opener=opener) as file:
        file.write(text)


def write_new_text(path: Path, text: str) -> None:
    """Write a text as UTF-8 into a file of ours that is not there yet; FileExistsError when it is, or OSError."""
    with open(path, "x", encoding="utf-8", newline="", opener=opener) as file:
        file.write(text)


def write_bytes(path: Path, content: bytes) -> None:
    """Write bytes into a file of ours; OSError when that cannot be."""
    with open(path, "wb", opener=opener) as file:
        file.write(content)


def narrow(path: Path) -> None:
    """Take from everybody else what they may do with a file, and leave what its group may.

    That everybody may read comes of a umask that nobody thought of; that a group may, as one that makes back-ups, is
    somebody's choice. A file of another owner stays as it is: `check` names it.
    """
    if not HAS_MODES:
        return
    with suppress(OSError):
        mode = stat.S_IMODE(path.stat().st_mode)
        if path.is_file() and mode & OTHERS:
            path.chmod(mode & ~OTHERS)


def others_may_read(path: Path) -> bool:
    """Tell whether everybody on this machine may read a file, or write it; never of one that is not there."""
    try:
        return HAS_MODES and bool(path.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH))
    except OSError:
        return False
