"""Files that are written together: all of them, or none."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from evce_connector import owner_only
from evce_connector.errors import ConnectorError

_READABLE = 0o666
"""Of a file that is no secret: the umask takes from it."""


class NewFile(NamedTuple):
    """A file to write; one that is a `secret` is its owner's alone."""

    path: Path
    content: bytes
    secret: bool = True


class ThereAlreadyError(ConnectorError):
    """Something stands where a file is to be written."""

    def __init__(self, paths: Iterable[Path]) -> None:
        super().__init__(
            f"There already: {', '.join(map(str, paths))}. Nothing is written: give another folder with --folder, or "
            "--overwrite, which keeps the passwords and writes all else anew."
        )


def refuse_existing(paths: Iterable[Path]) -> None:
    """Raise ThereAlreadyError where something stands at one of these."""
    if there := [path for path in paths if os.path.lexists(path)]:
        raise ThereAlreadyError(there)


def write_all(files: Iterable[NewFile]) -> None:
    """Write files, in folders that are made for them; OSError when one cannot be, and then none is there.

    What stands at one of these places is replaced at the end, when all of them are written.
    """
    made: list[Path] = []
    waiting: list[tuple[Path, Path]] = []
    try:
        for file in files:
            made += _folders(file.path.parent)
            beside = file.path.with_name(f".{file.path.name}.new")
            waiting.append((beside, file.path))
            _write(beside, file)
        _refuse_folders(path for _, path in waiting)
        for beside, path in waiting:
            beside.replace(path)
    except BaseException:  # Ctrl-C too
        for beside, _ in waiting:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
        for folder in reversed(made):
            with suppress(OSError):
                folder.rmdir()
        raise


def _refuse_folders(paths: Iterable[Path]) -> None:
    """Raise IsADirectoryError for a folder that stands where a file is to be: it could not be replaced by one."""
    if there := next((path for path in paths if path.is_dir()), None):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(there))


def _folders(folder: Path) -> list[Path]:
    """Make a folder and those above it; returns those that were not there, the highest first."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()][::-1]
    folder.mkdir(parents=True, exist_ok=True)
    return missing


def _write(beside: Path, file: NewFile) -> None:
    with suppress(FileNotFoundError):  # of a start that was killed
        beside.unlink()
    mode = owner_only.MODE if file.secret else _READABLE
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(beside, flags, mode), "wb") as opened:
        opened.write(file.content)
