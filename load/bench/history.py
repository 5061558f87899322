"""GetHistory's first page where the database holds ten million samples."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from load import clock, messages
from load.bench.connector import PASSWORD, USER
from load.bench.figures import MEDIAN_OF, Figure, middle
from load.driver import EwsDriver
from load.processes import Child

STATIONS, SAMPLES = 500, 20_000
"""Ten million samples: twenty thousand, a minute apart, of each of 500 stations."""
_SUBJECT = f"GetHistory at {STATIONS * SAMPLES:,} samples"
_FILL = """
WITH RECURSIVE minutes(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM minutes WHERE n + 1 < :samples)
INSERT INTO history_samples (series, time, value, state)
SELECT history_series.id, :first + n * 60000000, n, 0 FROM history_series CROSS JOIN minutes
"""
_TURNS = 20


def measure() -> Iterator[Figure]:
    """Fill the database of a connector, then ask for logs from their beginning, another one each time."""
    with (
        TemporaryDirectory(prefix="evce-bench-") as folder,
        Child("load.bench.controller", str(2 * STATIONS)) as controller,
    ):
        arguments = ("load.bench.connector", controller.ready["url"], folder)
        with Child(*arguments) as connector:
            connector.ask("set_up")
        filled = clock.cost_of(lambda: _fill(Path(folder) / "connector.db"))
        with Child(*arguments) as connector, EwsDriver(connector.ready["address"], USER, PASSWORD) as driver:
            pages = [_page(driver, station) for station in range(1, _TURNS * MEDIAN_OF + 1)]
            again = [_page(driver, 1) for _ in range(_TURNS)]
    note = f"page of {pages[0][1]:,} samples; the samples were written in {filled.wall:.0f} s"
    yield Figure(
        _SUBJECT, "first page, another log each time", middle(time for time, _ in pages) * 1000, "ms", note=note
    )
    yield Figure(_SUBJECT, "first page, the same log", middle(time for time, _ in again) * 1000, "ms")


def log_of(station: int) -> str:
    """Return the id of a station's log."""
    return f"Stations/{station}/OverallConsumptionLogs/StationActiveEnergy-Readings"


def _fill(database: Path) -> None:
    first = int((clock.now() - timedelta(minutes=SAMPLES)).timestamp()) * 1_000_000
    with closing(sqlite3.connect(database)) as connection, connection:
        logs = [(log_of(station),) for station in range(1, STATIONS + 1)]
        connection.executemany("INSERT INTO history_series (item) VALUES (?)", logs)
        connection.execute(_FILL, {"samples": SAMPLES, "first": first})


def _page(driver: EwsDriver, station: int) -> tuple[float, int]:
    """Ask for a log's first page; returns the s that it took and the number of its samples."""
    started = clock.wall()
    status, body = driver.send(messages.get_history(log_of(station)))
    taken = clock.wall() - started
    if trouble := messages.trouble_in(status, body):
        raise RuntimeError(f"GetHistory failed: {trouble}")
    return taken, len(messages.texts_of(body, "TimeStamp"))
