"""Killed while it writes: the ledger holds every write that was answered, once, and the next start goes on.

The suite kills a few times; `nox -s kills` does it often (tests/support/kills.py).
"""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest
from evce_connector.persistence.commands import CommandLedger, Stage
from evce_connector.persistence.database import open_database

from tests.support.kills import rounds, said_until_killed

pytestmark = pytest.mark.once

PER_DATABASE = 2


def killed_after(lines: int, folder: Path, database: str, first: int) -> tuple[list[str], list[str]]:
    """Let the victim live for so many lines, kill it; returns what reached the controller, and what it answered for."""
    told = said_until_killed("tests.evce_connector.writes.victim", lines, str(folder), database, str(first))
    return [value for word, value in told if word == "put"], [value for word, value in told if word == "ack"]


@pytest.mark.timeout(120)  # two processes, on a busy machine
@pytest.mark.parametrize(
    ("safe_database", "seed"), rounds(PER_DATABASE, sqlite=6, postgresql=4), indirect=["safe_database"]
)
def test_the_ledger_has_each_write_that_reached_the_controller_once_and_says_how_each_answered_one_ended(
    tmp_path: Path, safe_database: str, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - a seed, no secret
    reached: list[str] = []
    answered: list[str] = []
    for start in range(PER_DATABASE):
        put, acknowledged = killed_after(chance.randrange(1, 80), tmp_path, safe_database, 1 + 1000 * start)
        reached += put
        answered += acknowledged
    engine = open_database(safe_database)
    lines = CommandLedger(engine).lines(None)
    engine.dispose()
    assert len(reached) >= PER_DATABASE
    assert set(reached) <= {line.new for line in lines}
    assert set(Counter(line.new for line in lines).values()) == {1}
    ended = [line for line in lines if line.stage == Stage.CONFIRMED]
    assert set(answered) <= {line.new for line in ended}
    assert all(line.success and line.read_back == line.new for line in ended)
    assert len(lines) - len(ended) <= PER_DATABASE  # what was on its way when the victim was killed
    assert all(line.stage in (Stage.ASKED, Stage.SENT) for line in lines if line not in ended)
