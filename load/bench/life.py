"""Memory, start to first answer, latency while polls run, and a run of the logs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from tempfile import TemporaryDirectory

from load import clock, messages
from load.bench.connector import PASSWORD, USER
from load.bench.figures import MEDIAN_OF, Figure, middle, percentile
from load.driver import EwsDriver
from load.processes import Child

SIZES = (100, 1_000, 10_000)
_MEMORY = 400.0
_START = 3.0
_P99 = 5.0
_BATCH = 1_000
_SECONDS = 1.5
_MOST = 20_000


def measure() -> Iterator[Figure]:
    """Measure at each size; latencies at the largest."""
    for size in SIZES:
        with (
            TemporaryDirectory(prefix="evce-bench-") as folder,
            Child("load.bench.controller", str(size)) as controller,
        ):
            with Child("load.bench.connector", controller.ready["url"], folder) as connector:
                ids = connector.ask("set_up")
                connector.ask("poll")
                yield from _memory(size, connector, ids)
                if size == max(SIZES):
                    yield from _latencies(size, controller, connector, ids)
                    yield from _logs(size, connector)
            starts = [_start(controller, folder, ids[0]) for _ in range(MEDIAN_OF)]
            limit = _START if size == max(SIZES) else None
            yield Figure(_subject(size), "restart to first answer", middle(starts), "s", limit)


def _subject(size: int) -> str:
    return f"life with {size:,} connectors"


def _memory(size: int, connector: Child, ids: Sequence[str]) -> Iterator[Figure]:
    yield Figure(_subject(size), "memory after set-up and a poll", connector.ask("memory"), "MB")
    with EwsDriver(connector.ready["address"], USER, PASSWORD) as driver:
        for start in range(0, len(ids), _BATCH):
            driver.send(messages.get_values(ids[start : start + _BATCH]))
    connector.ask("poll")
    limit = _MEMORY if size == max(SIZES) else None
    yield Figure(_subject(size), "memory after all items were read", connector.ask("memory"), "MB", limit)


def _latencies(size: int, controller: Child, connector: Child, ids: Sequence[str]) -> Iterator[Figure]:
    """Compare the slowest of a hundred reads at rest and during polls that follow each other, everything changed."""
    with EwsDriver(connector.ready["address"], USER, PASSWORD) as driver:
        for count in (1, 100, 1_000):
            body = messages.get_values(ids[:count])
            rest: list[float] = []
            busy: list[float] = []
            polls = 0
            for _ in range(MEDIAN_OF):
                rest.append(percentile(_times(driver, body), 0.99))
                controller.ask("take_turns")
                connector.ask("poll_on")
                busy.append(percentile(_times(driver, body), 0.99))
                polls += connector.ask("poll_off")
            ratio = middle(with_polls / without for with_polls, without in zip(busy, rest, strict=True))
            yield Figure(_subject(size), f"p99 of {count:,} ids at rest", middle(rest) * 1000, "ms")
            yield Figure(
                _subject(size), f"p99 of {count:,} ids, polls on", middle(busy) * 1000, "ms", note=f"{polls} polls"
            )
            yield Figure(_subject(size), f"p99 of {count:,} ids, polls on / at rest", ratio, "x", _P99)


def _times(driver: EwsDriver, body: bytes) -> list[float]:
    times: list[float] = []
    for _ in clock.rounds(_SECONDS, _MOST):
        started = clock.wall()
        driver.send(body)
        times.append(clock.wall() - started)
    return times


def _logs(size: int, connector: Child) -> Iterator[Figure]:
    runs = [connector.ask("log_run", minute=minute) for minute in range(MEDIAN_OF)]
    note = f"{runs[0]['samples']:,.0f} samples"
    yield Figure(_subject(size), "log run: CPU", middle(run["cpu"] for run in runs) * 1000, "ms", note=note)
    yield Figure(_subject(size), "log run: wall", middle(run["wall"] for run in runs) * 1000, "ms", note=note)


def _start(controller: Child, folder: str, id_: str) -> float:
    """Start a connector on the database of the one before; returns s until it has answered."""
    started = clock.wall()
    with Child("load.bench.connector", controller.ready["url"], folder) as connector:
        with EwsDriver(connector.ready["address"], USER, PASSWORD) as driver:
            answer = driver.send(messages.get_values([id_]))
        if len(messages.values_of(answer.body)) != 1:
            raise RuntimeError(f"{id_} was not answered after a restart.")
        return clock.wall() - started
