"""A simulated year: both changes of local time, a clock set by an hour to and fro each day, and outages.

The weeks of both changes say the same in short.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from evce_connector.site.model import RawSite
from evce_connector.site.values import State, utc_text

from tests.evce_connector.processors.bench import Connector

pytestmark = pytest.mark.once

START = datetime(2026, 1, 1, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
YEAR, SPRING, AUTUMN = range(365), range(80, 100), range(288, 308)
"""Days since the year began; the local time changes on the 87th and the 297th."""
OUTAGES = {(40, 20, 60), (90, 5, 9), (151, 3, 4), (300, 90, 95), (364, 0, 94)}
"""Day, first and last quarter of the day in which the process stood still."""


def stood_still(quarter: int) -> bool:
    day, of_day = divmod(quarter, 96)
    return any(day == out and first <= of_day <= last for out, first, last in OUTAGES)


class TrueController:
    """Takes the client's place: a small site that never changes and a clock that is right; HTTP would take minutes."""

    def __init__(self, site: RawSite, true: datetime) -> None:
        self.site, self.true = site, true

    def fetch(self) -> RawSite:
        return replace(self.site, system=self.site.system | {"time": utc_text(self.true)})


@pytest.fixture
def connector(tmp_path: Path, empty_database: Path) -> Iterator[Connector]:
    """Join a connector with a site of one zone, station and connector."""
    with Connector(tmp_path, database=empty_database, logs={"retention_days": 400}) as connector:
        for zone in (2, 3):
            connector.model.remove_zone(zone)
        connector.model.remove_station(2)
        connector.model.remove_connector(2)
        yield connector


@pytest.mark.parametrize(
    "days",
    [
        pytest.param(YEAR, id="year", marks=pytest.mark.release),
        pytest.param(SPRING, id="spring", marks=pytest.mark.release),
        pytest.param(AUTUMN, id="autumn"),
    ],
)
@pytest.mark.timeout(600)  # some 40 s of work on a quiet machine
@pytest.mark.no_cover  # traced it takes more than twice as long, and other tests run the same lines
def test_a_quarter_of_an_hour_has_one_sample_unless_the_process_stood_still_strictly_ordered(
    connector: Connector, monkeypatch: pytest.MonkeyPatch, days: range
) -> None:
    quarters = range(days.start * 96, days.stop * 96)
    begin_at(connector, START + QUARTER * (quarters.start - 1))
    monkeypatch.setattr(logging.root.manager, "disable", logging.WARNING)
    monkeypatch.setattr(connector.service._watch, "look", lambda: None)  # at the disk, a third of the work; as above
    monkeypatch.setattr(connector.items, "changed", lambda: None)  # looks for writes, which nobody makes: a fifth of it
    chance = random.Random(4)  # noqa: S311 - a seed, no secret
    with connector.service.make_client() as client:
        controller = TrueController(client.fetch(), START + QUARTER * (quarters.start - 1))
    poll, lasts, step = connector.service.status_processor.cycle, 0, 0.0
    for quarter in quarters:
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
        controller.true += QUARTER
        if not stood_still(quarter):
            poll(controller)  # type: ignore[arg-type]
            connector.logs.cycle()
    expected = [START + QUARTER * quarter for quarter in quarters if not stood_still(quarter)]
    for item, point in (("Zones/1", "ZoneActiveEnergy"), ("Stations/1", "StationOverallActivePowerPhase1")):
        samples = connector.samples(item, point)
        assert [sample.time for sample in samples] == expected
        assert {sample.state for sample in samples} == {State.GOOD}
    assert connector.items.interface.get("LogsMissed") == len(quarters) - len(expected)


def begin_at(connector: Connector, time: datetime) -> None:
    """Let the connector start at a time of the clock, as its process would."""
    connector.clock.jump((time - connector.clock.now()).total_seconds())
    connector.start_again()
    with connector.engine.connect() as connection:  # the disk's patience is tested elsewhere, by killing
        connection.exec_driver_sql("PRAGMA synchronous=OFF")
