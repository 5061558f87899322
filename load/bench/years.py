"""Ten years of everything in one database, SQLite and PostgreSQL: what a start, a write and a page take behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from load import clock, messages
from load.bench import databases
from load.bench.connector import PASSWORD, USER
from load.bench.figures import Figure, middle
from load.bench.history import SAMPLES, STATIONS, log_of
from load.bench.writes import LINES
from load.driver import EwsDriver
from load.processes import Child

EVENTS = 1_000_000
_ROUNDS = 50
_MICROSECONDS = 1_000_000
_STARTS, _WRITES, _PAGES = 3.0, 15.0, 20.0

_SERIES = """
INSERT INTO history_series (item)
SELECT 'Stations/' || (n + 1) || '/OverallConsumptionLogs/StationActiveEnergy-Readings' FROM {series} AS numbers
"""
_SAMPLES = """
INSERT INTO history_samples (series, time, value, state)
SELECT history_series.id, :first + n * 60000000, n, 0 FROM history_series CROSS JOIN {rows} AS numbers
"""
_EVENTS = """
INSERT INTO alarm_events
(sequence, alarm, source, source_name, state, acknowledge, priority, category, message, occurrence, transition)
SELECT n + 1, 'Stations/' || (n % 500 + 1) || '/Alarm', 'Stations/' || (n % 500 + 1) || '/StationStatus',
'Station-' || (n % 500 + 1) || '_Alarm', (n / 500 + 1) % 2, 1, 100, 'EVCE Fault', 'Station: connector 1 is faulted',
:first + n / 1000 * 315000000, :first + n * 315000000 FROM {rows} AS numbers
"""
_COMMANDS = """
INSERT INTO commands (at, "user", client, item, old, new, success, answer, read_back, valid_until, stage)
SELECT (2016 + n / 100000) || '-' || (10 + n % 3) || '-' || (10 + n % 18) || 'T' || (10 + n % 14) || ':00:00Z', 'ebo',
'192.168.0.7', 'Zones/' || (n % 3 + 1) || '/ZoneReduction', '10.0', '20.0', 1 = 1, '', '20.0', '', 'confirmed'
FROM {rows} AS numbers
"""


def measure() -> Iterator[Figure]:
    """Measure on each kind of database that this machine has."""
    for kind in databases.kinds():
        with TemporaryDirectory(prefix="evce-bench-") as folder, databases.place(kind, Path(folder)) as url:
            yield from _measured(kind, url, folder)


def _measured(kind: str, url: str, folder: str) -> Iterator[Figure]:
    with Child("load.site", "site") as site:
        login = site.ready["login"], site.ready["password"]
        arguments = ("load.bench.connector", site.ready["url"], folder, *login, url)
        with Child(*arguments) as connector:
            connector.ask("set_up")
        yield from _figures(f"a new database on {kind}", arguments)
        filled = clock.cost_of(lambda: _fill(kind, url))
        note = f"{LINES:,} lines, {EVENTS:,} events, {STATIONS * SAMPLES:,} samples, written in {filled.wall:.0f} s"
        yield from _figures(f"ten years on {kind}", arguments, note)


def _figures(subject: str, arguments: tuple[str, ...], note: str = "") -> Iterator[Figure]:
    """Measure a start, writes and pages."""
    start = clock.cost_of(lambda: Child(*arguments).close()).wall
    with Child(*arguments) as connector, EwsDriver(connector.ready["address"], USER, PASSWORD) as driver:
        connector.ask("poll")
        writes = _timed(lambda count: messages.set_values({"Zones/1/ZoneReduction": str(count % 40 + 1)}), driver)
        pages = _timed(lambda count: messages.get_history(log_of(count + 1)), driver)
        alarms = _timed(lambda _: messages.request("GetAlarmHistory"), driver)
    yield Figure(subject, "start and end", start, "s", _STARTS, note=note)
    yield Figure(subject, "SetValues of a ZoneReduction", middle(writes) * 1000, "ms", _WRITES)
    yield Figure(subject, "GetHistory, first page, another log each time", middle(pages) * 1000, "ms", _PAGES)
    yield Figure(subject, "GetAlarmHistory, first page", middle(alarms) * 1000, "ms")


def _fill(kind: str, url: str) -> None:
    now = clock.now()
    samples = int((now - timedelta(minutes=SAMPLES)).timestamp()) * _MICROSECONDS
    events = int((now - timedelta(days=3650)).timestamp()) * _MICROSECONDS
    filled = {
        _SERIES: {"series": STATIONS},
        _SAMPLES: {"rows": SAMPLES, "first": samples},
        _EVENTS: {"rows": EVENTS, "first": events},
        _COMMANDS: {"rows": LINES},
    }
    databases.fill(kind, url, filled)


def _timed(question: Callable[[int], bytes], driver: EwsDriver) -> list[float]:
    """Ask again and again; returns the s that each answer took."""
    taken = []
    for count in range(_ROUNDS):
        body = question(count)
        started = clock.wall()
        status, answer = driver.send(body)
        taken.append(clock.wall() - started)
        if trouble := messages.trouble_in(status, answer):
            raise RuntimeError(f"A question to the connector failed: {trouble}")
    return taken
