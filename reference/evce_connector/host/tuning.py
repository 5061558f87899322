"""What the connector sets for its whole process, and so only the host may: heaps of the C library, turns of threads."""

from __future__ import annotations

import ctypes
import sys

_SWITCH_INTERVAL = 0.0002
"""Interpreter's switch interval in s: so long, and not the default of 5 ms, a poll holds up readers each time."""
_M_ARENA_MAX = -8  # of malloc.h of the GNU C library
_HEAPS = 2


def tune() -> None:
    """Set up this process to run a connector, before threads start."""
    sys.setswitchinterval(_SWITCH_INTERVAL)
    share_heaps()


def share_heaps() -> None:
    """Let threads that start from now on share two heaps, where the C library is GNU's; elsewhere do nothing.

    Python allocates with its own lock held, so that threads never wait for each other at a heap; and what one thread
    leaves free in its heap, the others cannot use: with 10,000 connectors that took 70 MB of 440.
    """
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt is not None:
            mallopt(_M_ARENA_MAX, _HEAPS)
