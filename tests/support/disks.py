"""Small disks, full or read-only, and files that this process may not write; for root alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

NOBODY = 65534
FOR_ROOT = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root becomes another user")


@contextmanager
def as_nobody() -> Iterator[None]:
    """Let this process have the rights of a user who owns nothing."""
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def give(folder: Path) -> None:
    for path in (folder, *folder.iterdir()):
        os.chown(path, NOBODY, NOBODY)


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    beside = Path(tempfile.mkdtemp(prefix="evce-start-"))
    shutil.copytree(folder, beside, dirs_exist_ok=True)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], check=False)  # noqa: S603, S607
    if mounted.returncode:
        shutil.rmtree(beside)
        pytest.skip("this machine lets nobody mount a small disk")
    try:
        shutil.copytree(beside, folder, dirs_exist_ok=True)
        yield
    finally:
        shutil.rmtree(beside)


def fill(filler: Path) -> None:
    """Leave no byte free."""
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass


@contextmanager
def read_only(disk: Path) -> Iterator[None]:
    """Let a disk that was mounted be read only meanwhile."""
    _mount_anew(disk, "ro")
    try:
        yield
    finally:
        _mount_anew(disk, "rw")


def _mount_anew(disk: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", disk], check=True)  # noqa: S603, S607
