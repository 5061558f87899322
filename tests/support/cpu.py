"""What a process costs: CPU of its own, which other work of the machine stretches far less than its time."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from typing import NamedTuple

YARDSTICK = (sys.executable, "-c", "import lxml.etree, requests, spyne")
"""A process that loads what programs of EWS load before they do anything: what others cost is told beside it."""
_TRIES = 3


class Spent(NamedTuple):
    """What a process that has ended cost in s, user and system, its exit status, and all that it said."""

    seconds: float
    status: int
    said: str


def spent_by(*command: str, environment: Mapping[str, str] | None = None) -> Spent:
    """Run a process to its end; POSIX only, where the kernel tells what each child has used."""
    with tempfile.TemporaryFile() as output:
        variables = {**os.environ, **(environment or {})}
        process = subprocess.Popen(command, stdout=output, stderr=output, env=variables)  # noqa: S603 - our own commands
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)  # it has nothing left to wait for
        output.seek(0)
        said = output.read().decode()
    return Spent(used.ru_utime + used.ru_stime, process.returncode, said)


def least(measure: Callable[[], float], tries: int = _TRIES) -> float:
    """Return the least of some measurements: other work only adds to one."""
    return min(measure() for _ in range(tries))
