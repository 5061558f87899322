"""Killed at random moments, again and again on one database: nothing that was said to be kept is missing or doubled.

The suite kills a few times; `nox -s kills` does it often (tests/support/kills.py).
"""

from __future__ import annotations

import random
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from tests.evce_connector.processors.bench import MORNING, Connector
from tests.evce_connector.processors.victim import ALARM
from tests.support.kills import rounds, said_until_killed

pytestmark = pytest.mark.once

PER_DATABASE = 3
VICTIM = "tests.evce_connector.processors.victim"


@pytest.mark.timeout(120)  # three processes, on a busy machine
@pytest.mark.parametrize(
    ("safe_database", "seed"), rounds(PER_DATABASE, sqlite=15, postgresql=3), indirect=["safe_database"]
)
def test_nothing_that_was_kept_is_missing_or_doubled(tmp_path: Path, safe_database: str, seed: int) -> None:
    chance, said = random.Random(seed), [[""]]  # noqa: S311 - a seed, no secret
    steps = 0
    for _ in range(PER_DATABASE):
        said += said_until_killed(VICTIM, chance.randrange(1, 120), str(tmp_path), safe_database, str(steps))
        steps += 1 + sum(line[0] in ("log", "command") for line in said[1:])
    connector = Connector(tmp_path, storage={"url": safe_database})
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
