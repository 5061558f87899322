"""Killed at random moments, again and again on one database: nothing that was said to be kept is missing or doubled.

The suite kills a few times; KILLS=200 in the environment makes it that many.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from tests.evce_connector.processors.bench import MORNING, Connector
from tests.evce_connector.processors.victim import ALARM

pytestmark = pytest.mark.once

ROOT = Path(__file__).parents[3]
KILLS = int(os.environ.get("KILLS", "15"))
PER_DATABASE = 3


def killed_after(lines: int, folder: Path, first: int) -> list[list[str]]:
    """Let the victim live for so many lines, kill it, and return all that it said."""
    command = [sys.executable, "-m", "tests.evce_connector.processors.victim", str(folder), str(first)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as victim:  # noqa: S603 - our own script
        assert victim.stdout
        said = [victim.stdout.readline() for _ in range(lines)]
        victim.kill()
        said += victim.stdout.readlines()
    return [line.split() for line in said if line.endswith("\n")]


@pytest.mark.timeout(120)  # three processes, on a busy machine
@pytest.mark.parametrize("seed", range((KILLS + PER_DATABASE - 1) // PER_DATABASE))
def test_nothing_that_was_kept_is_missing_or_doubled(tmp_path: Path, seed: int) -> None:
    chance, said = random.Random(seed), [[""]]  # noqa: S311 - a seed, no secret
    steps = 0
    for _ in range(PER_DATABASE):
        said += killed_after(chance.randrange(1, 120), tmp_path, steps)
        steps += 1 + sum(line[0] in ("log", "command") for line in said[1:])
    connector = Connector(tmp_path)
    samples = Counter(sample.time.isoformat() for sample in connector.samples())
    stations = {sample.time for sample in connector.samples("Stations/1", "StationActiveEnergy")}
    assert {line[1] for line in said if line[0] == "log"} <= set(samples)
    assert set(samples.values()) == {1}
    assert {sample.time for sample in connector.samples()} == stations
    events = connector.events(ALARM)
    kept = {(str(event.sequence), event.alarm, str(int(event.state))) for event in events}
    assert {(line[1], line[2], line[3]) for line in said if line[0] == "event"} <= kept
    assert {line[1] for line in said if line[0] == "ack"} <= {str(event.sequence) for event in events}
    assert len({event.sequence for event in events}) == len(events)
    assert all(
        later.state is not earlier.state or later.message != earlier.message for earlier, later in pairwise(events)
    )
    commands = Counter(command.item.split("/")[3] for command in connector.commands.lines(10_000))
    assert {line[1] for line in said if line[0] == "command"} <= set(commands)
    assert set(commands.values()) == {1}
    assert min(stations) > MORNING
    connector.close()
