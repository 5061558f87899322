"""How often tests kill a process that writes: a few times by default, `nox -s kills` does it as often as it is told.

KILLS_SQLITE and KILLS_POSTGRESQL in the environment say how many of each file of tests, on each kind of database.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def rounds(per_database: int, **usual: int) -> list[tuple[str, int]]:
    """Return the kind of database and the seed of each round, for so many kills on each kind.

    >>> rounds(2, sqlite=3, postgresql=1)
    [('sqlite', 0), ('sqlite', 1), ('postgresql', 0)]
    """
    asked = {kind: int(os.environ.get(f"KILLS_{kind.upper()}", kills)) for kind, kills in usual.items()}
    return [(kind, seed) for kind, kills in asked.items() for seed in range(-(-kills // per_database))]


def said_until_killed(module: str, lines: int, *arguments: str) -> list[list[str]]:
    """Let a module live until it has said so many lines, kill it (-9), and return the words of all that it said."""
    command = [sys.executable, "-m", module, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as victim:  # noqa: S603 - our own script
        assert victim.stdout
        said = [victim.stdout.readline() for _ in range(lines)]
        victim.kill()
        said += victim.stdout.readlines()
    return [line.split() for line in said if line.endswith("\n")]
