"""SetValues round trips beside a bare PUT of the same reduction to the same controller."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from tempfile import TemporaryDirectory

import requests

from load import clock, messages
from load.bench.connector import PASSWORD, USER
from load.bench.figures import Figure, middle
from load.driver import EwsDriver
from load.processes import Child

_SUBJECT = "SetValues"
_ROUNDS = 50


def measure() -> Iterator[Figure]:
    """Write reductions both ways in turns; a SetValues is a PUT and a read back."""
    with (
        TemporaryDirectory(prefix="evce-bench-") as folder,
        Child("load.site", "smoke") as site,
        Child(
            "load.bench.connector", site.ready["url"], folder, site.ready["login"], site.ready["password"]
        ) as connector,
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
