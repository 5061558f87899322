"""A simulated year: both changes of local time, a clock set by an hour to and fro each day, and outages."""

from __future__ import annotations

import logging
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from evce_connector.site.values import State

from tests.alarms_logs.bench import Connector

START = datetime(2026, 1, 1, tzinfo=UTC)
QUARTERS = 365 * 96
OUTAGES = {(40, 20, 60), (151, 3, 4), (300, 90, 95), (364, 0, 94)}
"""Day, first and last quarter of the day in which the process stood still."""


def stood_still(quarter: int) -> bool:
    day, of_day = divmod(quarter, 96)
    return any(day == out and first <= of_day <= last for out, first, last in OUTAGES)


@pytest.mark.timeout(300)  # some 15 s of work
@pytest.mark.no_cover  # traced it takes more than twice as long, and other tests run the same lines
def test_a_year_has_35040_samples_less_the_outages_strictly_ordered(tmp_path: Path) -> None:
    connector = Connector(tmp_path, logs={"retention_days": 400})
    for name in ("zones", "stations", "connectors"):
        del connector.lists[name][1:]
    site = connector.site()
    logging.disable(logging.WARNING)
    chance = random.Random(4)  # noqa: S311 - a seed, no secret
    connector.clock.advance((START - connector.clock.now()).total_seconds() % (365 * 86400) - 900)
    connector.clock.jump((START - timedelta(seconds=900) - connector.clock.now()).total_seconds())
    connector.restart()
    with connector.engine.connect() as connection:  # the disk's patience is tested elsewhere, by killing
        connection.exec_driver_sql("PRAGMA synchronous=OFF")
    true, lasts, step = START - timedelta(seconds=900), 0, 0.0
    for quarter in range(QUARTERS):
        of_day = quarter % 96
        if lasts == 0 and step:
            connector.clock.jump(-step)
            step = 0.0
        if of_day == 0:
            begins, sign = chance.randrange(1, 60), chance.choice((-3600.0, 3600.0))
        if of_day == begins:
            step, lasts = sign, chance.randrange(1, 20)
            connector.clock.jump(step)
        lasts = max(0, lasts - 1)
        connector.clock.advance(900)
        true += timedelta(seconds=900)
        if not stood_still(quarter):
            connector.items.poll(site)
            skew = (true - connector.clock.now()).total_seconds()
            connector.items.interface.set(ClockSkew=skew, LastGoodPoll=connector.clock.now())
            connector.logs.cycle()
    expected = [START + timedelta(minutes=15 * quarter) for quarter in range(QUARTERS) if not stood_still(quarter)]
    logging.disable(logging.NOTSET)
    for item, point in (("Zones/1", "ZoneActiveEnergy"), ("Stations/1", "StationOverallActivePowerPhase1")):
        samples = connector.samples(item, point)
        assert [sample.time for sample in samples] == expected
        assert {sample.state for sample in samples} == {State.GOOD}
    assert connector.items.interface.get("LogsMissed") == QUARTERS - len(expected)
    connector.close()
