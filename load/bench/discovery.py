"""What it costs a client to discover a site and to read all of it once, by 100 and by 1,000 ids a request."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from tempfile import TemporaryDirectory

from load import clock, messages
from load.bench.connector import PASSWORD, USER
from load.bench.figures import Figure, middle, percentile
from load.driver import EwsDriver
from load.processes import Child

SIZES = (100, 1_000, 10_000)
BATCHES = {"AS-P": 100, "Enterprise Server": 1_000}
"""How many ids a client puts into a request."""


@dataclass
class Walk:
    """What a client sent and got: seconds of each answer, its bytes, and the CPU seconds it cost the connector."""

    seconds: list[float] = field(default_factory=list)
    length: int = 0
    cpu: float = 0.0

    def ask(self, driver: EwsDriver, body: bytes) -> bytes:
        """Send one request, and count it."""
        answer = b""

        def send() -> None:
            nonlocal answer
            status, answer = driver.send(body)
            if trouble := messages.trouble_in(status, answer):
                raise RuntimeError(trouble)

        self.seconds.append(clock.cost_of(send).wall)
        self.length += len(answer)
        return answer

    def figures(self, subject: str, what: str) -> Iterator[Figure]:
        """Yield what it came to."""
        yield Figure(subject, f"{what}: requests", len(self.seconds), "")
        yield Figure(subject, f"{what}: answers", self.length / 1e6, "MB")
        yield Figure(subject, f"{what}: CPU of the connector", self.cpu, "s")
        yield Figure(subject, f"{what}: median", 1000 * middle(self.seconds), "ms")
        yield Figure(subject, f"{what}: 95 of a hundred", 1000 * percentile(self.seconds, 0.95), "ms")
        yield Figure(subject, f"{what}: longest", 1000 * max(self.seconds), "ms")


def measure() -> Iterator[Figure]:
    """Discover and read sites of each size, as each client does."""
    for size in SIZES:
        with (
            TemporaryDirectory(prefix="evce-bench-") as folder,
            Child("load.bench.controller", str(size)) as controller,
            Child("load.bench.connector", controller.ready["url"], folder) as connector,
        ):
            connector.ask("set_up")
            connector.ask("poll")
            yield Figure(f"site of {size:,} connectors", "memory", connector.ask("memory"), "MB")
            for client, batch in BATCHES.items():
                subject = f"{client}, site of {size:,} connectors"
                with EwsDriver(connector.ready["address"], USER, PASSWORD) as driver:
                    discovery, ids = _counted(connector, partial(_discover, driver, batch))
                    reading, _ = _counted(connector, partial(_read, driver, batch, ids))
                yield Figure(subject, "value items", len(ids), "")
                yield from discovery.figures(subject, "discovery")
                yield from reading.figures(subject, "all values")


def _counted(connector: Child, work: Callable[[Walk], list[str]]) -> tuple[Walk, list[str]]:
    walk, before = Walk(), connector.ask("cpu")
    found = work(walk)
    walk.cpu = connector.ask("cpu") - before
    return walk, found


def _discover(driver: EwsDriver, batch: int, walk: Walk) -> list[str]:
    """Walk the tree from the root; returns the ids of its values."""
    found: list[str] = []
    folders: list[str] = [""]
    while folders:
        asked, folders = folders[:batch], folders[batch:]
        below, values = messages.children_of(walk.ask(driver, messages.get_container_items(filter(None, asked))))
        found += values
        folders += below
    return found


def _read(driver: EwsDriver, batch: int, ids: Sequence[str], walk: Walk) -> list[str]:
    """Read every value once."""
    for start in range(0, len(ids), batch):
        walk.ask(driver, messages.get_values(ids[start : start + batch]))
    return list(ids)
