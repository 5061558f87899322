"""Killed while it writes: the ledger holds every write that was answered, once, and the next start goes on.

The suite kills a few times; KILLS=200 in the environment makes it that many.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from evce_connector.persistence.commands import CommandLedger
from evce_connector.persistence.database import open_database

pytestmark = pytest.mark.once

ROOT = Path(__file__).parents[3]
KILLS = int(os.environ.get("KILLS", "4"))
PER_DATABASE = 2


def killed_after(lines: int, folder: Path, first: int) -> list[str]:
    """Let the victim live for so many lines, kill it, and return all values that it answered for."""
    command = [sys.executable, "-m", "tests.evce_connector.writes.victim", str(folder), str(first)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as victim:  # noqa: S603 - our own script
        assert victim.stdout
        said = [victim.stdout.readline() for _ in range(lines)]
        victim.kill()
        said += victim.stdout.readlines()
    return [line.split()[1] for line in said if line.startswith("ack ") and line.endswith("\n")]


@pytest.mark.timeout(120)  # two processes, on a busy machine
@pytest.mark.parametrize("seed", range((KILLS + PER_DATABASE - 1) // PER_DATABASE))
def test_no_answered_write_is_missing_from_the_ledger_or_doubled(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a seed, no secret
    answered: list[str] = []
    for start in range(PER_DATABASE):
        answered += killed_after(chance.randrange(1, 40), tmp_path, 1 + 1000 * start)
    engine = open_database(f"sqlite:///{(tmp_path / 'connector.db').as_posix()}")
    lines = CommandLedger(engine).lines(None)
    engine.dispose()
    assert len(answered) >= PER_DATABASE
    assert set(answered) <= {line.new for line in lines}
    assert set(Counter(line.new for line in lines).values()) == {1}
    assert all(line.success and line.read_back == line.new for line in lines)
