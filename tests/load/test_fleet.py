"""A fleet of connectors on one PostgreSQL: what is judged of it, and that nothing of it is left, however it ends."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import psutil
import pytest

from features.driver.postgresql import programs
from features.driver.waiting import until
from load.bench.figures import Figure
from load.fleet.__main__ import measure
from load.fleet.connectors import Plan
from load.fleet.controllers import Controllers
from load.fleet.database import CONNECTIONS_OF_ONE, Seen
from load.fleet.measuring import Start, Watched, by_proportion, figures, held, samples_of_a_run
from load.processes import ROOT, environment

NEEDS_POSTGRESQL = pytest.mark.skipif(programs() is None, reason="PostgreSQL is not installed")
SEEN = Watched(
    seconds=60,
    cpu=6,
    memory=[100, 200],
    connections=12,
    polls=(8, 6),
    counts=Counter({("log_runs_total", "taken"): 2}),
    before=Seen(cpu=1, connections=0, size=10, transactions=100, rows=1000, log=5),
    after=Seen(cpu=4, connections=9, size=16, transactions=700, rows=1600, log=11),
)
PLAN = Plan(sites=2, connectors=200)


@pytest.mark.parametrize(
    ("moments", "ended", "polls"),
    [
        ([2, 17, 32], 40, (2, 2)),
        ([2, 18, 33], 40, (2, 2)),  # a second late, as a poll may be on a busy machine
        ([2, 19, 34], 40, (2, 1)),
        ([2, 47], 50, (3, 0)),  # two are missing, and the third came late
        ([2, 17], 50, (3, 1)),  # it polls no more
        ([20, 35], 40, (2, 1)),
        ([], 50, (3, 0)),
        ([], 10, (0, 0)),
    ],
)
def test_a_poll_is_held_that_began_within_its_interval_and_what_is_missing_was_due(
    moments: list[float], ended: float, polls: tuple[int, int]
) -> None:
    assert held(moments, 0, ended, interval=15) == polls


def value(found: list[Figure], subject: str, name: str) -> tuple[float, str]:
    (figure,) = (one for one in found if (one.subject, one.name) == (subject, name))
    return figure.value, figure.unit


@pytest.mark.parametrize(
    ("subject", "name", "expected"),
    [
        ("start", "until every site is served", (30, "s")),
        ("connectors", "memory of each: median", (150, "MB")),
        ("connectors", "memory of all", (300, "MB")),
        ("connectors", "CPU", (6, "s")),
        ("polls", "held", (75, "%")),
        ("log runs", "taken", (2, "")),
        ("database", "CPU", (3, "s")),
        ("database", "connections", (12, "")),
        ("database", "size", (16, "MB")),
        ("database", "transactions", (10, "/s")),
        ("database", "rows written", (10, "/s")),
        ("database", "log (WAL)", (100, "kB/s")),
    ],
)
def test_the_table_tells_what_was_seen_between_two_moments(
    subject: str, name: str, expected: tuple[float, str]
) -> None:
    assert value(list(figures(PLAN, Start(30, 5, 1), SEEN)), subject, name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("memory of the connectors", (750, "GB")),
        ("cores of the connectors", (250, "")),
        ("cores of the database", (125, "")),
        ("connections", (30_000, "")),
        ("rows written", (25_000, "/s")),
        ("log (WAL)", (250, "MB/s")),
        ("samples of one log run", (4_590_000, "")),
    ],
)
def test_a_larger_fleet_takes_as_much_more_as_it_has_sites_more(name: str, expected: tuple[float, str]) -> None:
    assert value(list(by_proportion(5000, PLAN, SEEN)), "5,000 sites, by proportion", name) == expected


def test_a_site_of_two_hundred_connectors_brings_nine_samples_of_each_zone_and_station() -> None:
    assert samples_of_a_run(200) == 9 * (2 + 100)


def test_each_controller_shows_other_readings_with_each_poll_and_tells_when_it_was_asked() -> None:
    controllers = Controllers(4)
    path = "/site_0001/api/v2/connectors?limit=1000&offset=0"
    shown = []
    for _ in range(3):
        assert json.loads(controllers.page("/site_0001/api/v2/system"))
        shown.append(json.loads(controllers.page(path))["items"])
    assert shown[0] == shown[2]
    assert all(one["activePower"] != other["activePower"] for one, other in zip(shown[0], shown[1], strict=True))
    controllers.page("/site_0002/api/v2/system")
    assert {site: len(moments) for site, moments in controllers.asked().items()} == {"site_0001": 3, "site_0002": 1}
    controllers.begin()
    assert controllers.asked() == {}


def of_the_fleet(before: set[int]) -> list[psutil.Process]:
    return [one for one in psutil.Process().children(recursive=True) if one.pid not in before]


@pytest.mark.once
@NEEDS_POSTGRESQL
def test_a_small_fleet_serves_is_watched_and_is_gone() -> None:
    before = {one.pid for one in psutil.Process().children(recursive=True)}
    said: list[str] = []
    start, seen = measure(Plan(sites=3, connectors=2), 3, said.append, settling=0)
    assert of_the_fleet(before) == []
    assert "3 of 3 connectors serve their site" in said
    assert start.connectors > 0
    assert min(seen.memory) > 20
    assert len(seen.memory) == 3
    assert 3 <= seen.connections <= 3 * CONNECTIONS_OF_ONE
    assert seen.after.size > 1
    assert seen.after.cpu > seen.before.cpu


@pytest.mark.release
@pytest.mark.once
@NEEDS_POSTGRESQL
@pytest.mark.parametrize(
    ("number", "words", "status"),
    [(signal.SIGINT, "memory of all connectors", 0), (signal.SIGTERM, "0 of 2 connectors", 143)],
    ids=["Ctrl-C while it is watched", "an end while it starts"],
)
def test_whoever_ends_it_leaves_no_process_behind(
    tmp_path: Path, number: signal.Signals, words: str, status: int
) -> None:
    said = tmp_path / "said"
    command = [sys.executable, "-u", "-m", "load.fleet", "--sites", "2", "--connectors", "2"]
    with said.open("wb") as log:
        fleet = subprocess.Popen(command, cwd=ROOT, env=environment(), stdout=log, stderr=log)  # noqa: S603 - our own
    try:
        until(lambda: words in said.read_text("utf-8"), words, 120)
        processes = psutil.Process(fleet.pid).children(recursive=True)
        assert len(processes) > 3  # the connectors, their controllers, the server
        fleet.send_signal(number)
        assert fleet.wait(90) == status, said.read_text("utf-8")
        _, alive = psutil.wait_procs(processes, 10)
        assert alive == []
    finally:
        for process in [*psutil.Process(fleet.pid).children(recursive=True)] if fleet.poll() is None else []:
            process.kill()
        fleet.kill()
        fleet.wait()
    if status == 0:
        assert "2 sites of 2 connectors, for" in said.read_text("utf-8")
