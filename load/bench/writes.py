"""SetValues round trips beside a bare PUT of the same reduction, and behind a ledger of ten years."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import requests

from load import clock, messages
from load.bench.connector import PASSWORD, USER
from load.bench.figures import Figure, middle
from load.driver import EwsDriver
from load.processes import Child

_SUBJECT = "SetValues"
_ROUNDS = 50
LINES = 1_000_000
"""Ten years of a ledger: three zones that are written every quarter of an hour."""
_FILL = """
WITH RECURSIVE lines(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM lines WHERE n + 1 < :lines)
INSERT INTO commands (at, user, client, item, old, new, success, answer, read_back, valid_until, stage)
SELECT strftime('%Y-%m-%dT%H:%M:%SZ', 'now', -((:lines - n) * 315 / 1000) || ' minutes'), 'ebo', '192.168.0.7',
       'Zones/' || (n % 3 + 1) || '/ZoneReduction', '10.0', '20.0', 1, '', '20.0', '', 'confirmed' FROM lines
"""


def measure() -> Iterator[Figure]:
    """Write reductions both ways in turns; a SetValues is a PUT and a read back, between two lines of the ledger."""
    with TemporaryDirectory(prefix="evce-bench-") as folder, Child("load.site", "smoke") as site:
        arguments = ("load.bench.connector", site.ready["url"], folder, site.ready["login"], site.ready["password"])
        yield from _beside_a_bare_put(site, arguments)
        filled = clock.cost_of(lambda: _fill(Path(folder) / "connector.db"))
        started = clock.wall()
        with Child(*arguments) as connector, EwsDriver(connector.ready["address"], USER, PASSWORD) as driver:
            start = clock.wall() - started
            connector.ask("poll")
            ours = [_timed(lambda: _set(driver, count)) for count in range(_ROUNDS)]  # noqa: B023 - called at once
    behind = f"behind a ledger of {LINES:,} lines"
    note = f"the lines were written in {filled.wall:.0f} s"
    yield Figure(_SUBJECT, f"start, {behind}", start, "s", 3.0, note=note)
    yield Figure(_SUBJECT, f"a ZoneReduction, {behind}", middle(ours) * 1000, "ms", 15.0)


def _beside_a_bare_put(site: Child, arguments: tuple[str, ...]) -> Iterator[Figure]:
    with (
        Child(*arguments) as connector,
        EwsDriver(connector.ready["address"], USER, PASSWORD) as driver,
        requests.Session() as session,
    ):
        connector.ask("set_up")
        connector.ask("poll")
        session.trust_env = False
        session.auth = (site.ready["login"], site.ready["password"])
        ours: list[float] = []
        bare: list[float] = []
        for count in range(_ROUNDS):
            bare.append(_timed(lambda: _put(session, site.ready["url"], count)))  # noqa: B023 - called at once
            ours.append(_timed(lambda: _set(driver, count)))  # noqa: B023 - as above
    yield Figure(_SUBJECT, "bare PUT", middle(bare) * 1000, "ms")
    yield Figure(_SUBJECT, "SetValues of a ZoneReduction", middle(ours) * 1000, "ms")
    yield Figure(_SUBJECT, "beside a bare PUT", middle(ours) / middle(bare), "x", note="a PUT and a read back")


def _fill(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(_FILL, {"lines": LINES})


def _timed(work: Callable[[], None]) -> float:
    return clock.cost_of(work).wall


def _put(session: requests.Session, url: str, count: int) -> None:
    validity = (clock.now() + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    body = {"value": count % 50, "type": "percentage", "validity": validity, "validityMode": "absolute"}
    session.put(f"{url}/zones/1/reduction", json=body, timeout=10).raise_for_status()


def _set(driver: EwsDriver, count: int) -> None:
    status, answer = driver.send(messages.set_values({"Zones/1/ZoneReduction": str(count % 40 + 1)}))
    if trouble := messages.trouble_in(status, answer):
        raise RuntimeError(f"SetValues failed: {trouble}")
