"""Why a SQLite file cannot be opened or written, in words that say what to do: SQLite itself does not tell."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from contextlib import suppress
from pathlib import Path

_NO_FILES = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
_PRIMARY = 0xFF
"""Bits of SQLite's error codes that tell the kind; the others tell more of it."""
_ROOM = 256_000
"""Bytes without which SQLite cannot even open a database: its log and what is shared about it are files beside it."""
_BESIDE = ("-wal", "-shm", "-journal")
"""How the names of SQLite's files beside a database go on."""


def kind_of(error: BaseException) -> int:
    """Return the kind of SQLite's errors, such as SQLITE_FULL, that an error of the driver is of; 0 for all others."""
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & _PRIMARY


def hindrance(file: Path, error: BaseException) -> str:
    """Return the cause and the remedy, as far as they can be seen from outside; what SQLite says stands behind.

    That its disk is full stands there only once.
    """
    seen, says = _seen(file), _says(error)
    if "is full" in seen and "is full" in says:
        return seen
    return f"{seen} ({says})" if seen else says


def why_unread(file: Path, error: BaseException) -> str:
    """Return the same to who only reads: what hinders writing is no cause."""
    unread, says = unread_by_us(file), _says(error)
    return f"{unread} ({says})" if unread else says


def _says(error: BaseException) -> str:
    return str(getattr(error, "orig", None) or error).partition("\n")[0]


def unfit(file: Path) -> str:
    """Return why no database can be at a path, whatever rights and room there are, and what to do; empty when one can.

    What stands there is only looked at: to open a named pipe would take for ever.
    """
    with suppress(OSError):
        mode = file.lstat().st_mode
        if stat.S_ISLNK(mode):
            try:
                mode = file.stat().st_mode
            except OSError as error:
                return _unfit_link(file, error)
        for kind, words in _NO_FILES.items():
            if stat.S_IFMT(mode) == kind:
                return f"{file} is {words}, not a file: name a file of the connector's own"
    for beside in _beside(file):
        if beside.is_dir():
            return f"{beside} is a folder, where SQLite needs a file of that name: move it away"
    return ""


def _unfit_link(file: Path, error: OSError) -> str:
    if error.errno == errno.ELOOP:
        return f"{file} is a link that leads back to itself: remove it, or let it lead to a file"
    if error.errno != errno.ENOENT:
        return ""
    return f"{file} is a link to {file.readlink()}, which is not there: bring it back, or remove the link"


def _seen(file: Path) -> str:
    folder = file.parent
    if not folder.is_dir():
        return f"there is no folder {folder}: make it, and let {_user()} write in it"
    if file.is_dir():
        return f"{file} is a folder: name a file in it"
    if unread := unread_by_us(file):
        return unread
    return no_room(file) or _unwritable(file)


def no_room(file: Path) -> str:
    """Return that SQLite has no room for the files that it needs beside its own, and what to do; empty when it has."""
    return f"the disk of {file.parent} is full: make room on it" if _free(file.parent) < _ROOM else ""


def _free(folder: Path) -> int:
    """Return how many bytes this user can still write: some disks keep a part for root."""
    if os.name == "posix" and os.geteuid() == 0:
        found = os.statvfs(folder)
        return found.f_bfree * found.f_frsize
    return shutil.disk_usage(folder).free


def unread_by_us(file: Path) -> str:
    """Return who may not read a database or what SQLite keeps beside it, and what to do; empty when we may.

    SQLite itself names the database, whichever of the files it is.
    """
    for part in (file, *_beside(file)):
        if _may(part, os.F_OK) and not _may(part, os.R_OK):
            return f"{_user()} may not read {part}: give the file to that user"
    return ""


def _beside(file: Path) -> list[Path]:
    return [file.with_name(f"{file.name}{end}") for end in _BESIDE]


def _unwritable(file: Path) -> str:
    if _is_read_only(folder := file.parent):
        return f"the disk of {folder} is read-only: let it be written, as by mounting it anew"
    for part in (file, *_beside(file)):
        if part.exists() and not _may(part, os.W_OK):
            return f"{_user()} may not write {part}: give the file to that user"
    if not _may(file.parent, os.W_OK | os.X_OK):
        return f"{_user()} may not write in {file.parent}, where SQLite needs files beside its own: let that user do so"
    return ""


def _is_read_only(folder: Path) -> bool:
    """Tell whether nobody may write on a folder's disk; Windows does not tell."""
    return os.name == "posix" and bool(os.statvfs(folder).f_flag & os.ST_RDONLY)


def _may(path: Path, mode: int) -> bool:
    return os.access(path, mode, effective_ids=os.access in os.supports_effective_ids)


def _user() -> str:
    """Name whose rights count."""
    if os.name != "posix":
        return "the connector's user"
    import pwd  # noqa: PLC0415 - Windows has none

    try:
        return f"the user {pwd.getpwuid(os.geteuid()).pw_name}"
    except KeyError:  # a container's user need not have a name
        return f"the user {os.geteuid()}"
