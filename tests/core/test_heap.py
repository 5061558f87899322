"""Threads share heaps, where the C library would give each its own."""

from __future__ import annotations

import os
import platform
import subprocess
import sys

import pytest

COUNT_HEAPS = """
import ctypes, sys, threading
from evce_connector import heap
if sys.argv[1] == "shared":
    heap.share()
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.malloc.argtypes = [ctypes.c_size_t]
ready = threading.Barrier(7)
def work():
    ready.wait()
    print(f"{libc.malloc(2000) >> 26}")
    ready.wait()
threads = [threading.Thread(target=work) for _ in range(6)]
[thread.start() for thread in threads]
ready.wait()
ready.wait()
[thread.join() for thread in threads]
"""


def heaps(which: str) -> int:
    """Return how many heaps (64 MiB apart) six threads took memory from that was there at the same time."""
    command = [sys.executable, "-c", COUNT_HEAPS, which]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=20, check=True)  # noqa: S603 - this Python
    return len(set(done.stdout.split()))


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library has no such heaps")
def test_threads_share_two_heaps() -> None:
    assert heaps("own") > 2
    assert heaps("shared") <= 2
