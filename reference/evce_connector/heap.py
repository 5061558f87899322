"""Keeps the C library from giving each thread a heap of its own: with 10,000 connectors that took 70 MB of 440."""

from __future__ import annotations

import ctypes
import sys

_M_ARENA_MAX = -8  # of malloc.h of the GNU C library
_HEAPS = 2


def share() -> None:
    """Let threads that start from now on share two heaps, where the C library is GNU's; elsewhere do nothing.

    Python allocates with its own lock held, so that threads never wait for each other at a heap; and what one thread
    leaves free in its heap, the others cannot use.
    """
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt is not None:
            mallopt(_M_ARENA_MAX, _HEAPS)
