"""Threads share heaps, where the C library would give each its own."""

from __future__ import annotations

import os
import platform
import subprocess
import sys

import pytest

TELL_HEAPS = """
import ctypes, sys, threading
from evce_connector.host import tuning
if sys.argv[1] == "shared":
    tuning.share_heaps()
libc = ctypes.CDLL(None)
libc.malloc.restype = libc.fdopen.restype = ctypes.c_void_p
libc.malloc_info.argtypes = [ctypes.c_int, ctypes.c_void_p]
libc.fflush.argtypes = [ctypes.c_void_p]
together = threading.Barrier(6)
def work():
    together.wait()
    libc.malloc(2000)
    together.wait()
threads = [threading.Thread(target=work) for _ in range(6)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
output = libc.fdopen(1, b"w")
libc.malloc_info(0, output)
libc.fflush(output)
"""


def heaps(which: str) -> int:
    """Return how many heaps the C library made for six threads that were there at the same time."""
    command = [sys.executable, "-c", TELL_HEAPS, which]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=20, check=True)  # noqa: S603 - this Python
    return done.stdout.count("<heap nr=")


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library has no such heaps")
def test_threads_share_two_heaps() -> None:
    assert heaps("own") > 2
    assert heaps("shared") == 2
