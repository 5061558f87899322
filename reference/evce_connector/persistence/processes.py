"""Whether a process that wrote its name into the database still runs, as far as this machine can tell."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_PROC = Path("/proc")
_STATE, _START = 0, 19
"""Where a process's state and its start (ticks since boot) stand in its `stat`, after its name in brackets."""


def kernel() -> str:
    """Return what tells the system whose process ids we see: this boot of it, and this container.

    Equal host names are not enough: containers may share one, each with a process 1 of its own. Empty where the system
    does not tell, which is everywhere but on Linux.
    """
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot} {(_PROC / 'self/ns/pid').readlink()}"
    except OSError:
        return ""


def start_of(process: int) -> str:
    """Return when a process started, in ticks since boot: no setting of the clock moves it. Empty when not told."""
    fields = _stat(process)
    return fields[_START] if fields else ""


def is_gone(process: int, started: str) -> bool:
    """Tell whether the process of our kernel that started then has ended; false when that cannot be seen.

    Another process may have its id by now: it started later.
    """
    if sys.platform == "win32" or not started:  # there `os.kill` ends the process, whatever the signal
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass  # it is another user's, and there
    fields = _stat(process)
    return bool(fields) and (fields[_START] != started or fields[_STATE] in "ZX")


def _stat(process: int) -> list[str]:
    try:
        return (_PROC / str(process) / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return []  # some systems hide other users' processes
