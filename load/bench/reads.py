"""GetValues beside two other servers of the same values, over one kept connection of the same lean client."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory

from load import clock, messages
from load.bench import gsoap
from load.bench.connector import PASSWORD, USER
from load.bench.figures import MEDIAN_OF, Figure, middle
from load.driver import EwsDriver
from load.processes import Child, end

IDS = (1, 100, 1_000, 5_000)
CONNECTORS = 1_000
LISTS = 150
"""Different lists in turn: more than any server would remember."""
_SECONDS = 0.4
_MOST = 5_000
_BESIDE_GSOAP = {("another", 1): 0.5, ("another", 100): 0.8, ("another", 1_000): 1.5, ("same", 1_000): 2.5}
_BESIDE_LXML = 5.0
_ASYNCIO = "connector on asyncio's loop"
_ASYNCIO_BESIDE_GSOAP = {("another", 100): 0.65}
_COUNTED = 3_000
"""Requests over which the CPU of one is told."""


def measure() -> Iterator[Figure]:
    """Measure reads of each size from each server, one after the other, five times over."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="evce-bench-")))
        controller = stack.enter_context(Child("load.bench.controller", str(CONNECTORS)))
        connector = stack.enter_context(Child("load.bench.connector", controller.ready["url"], str(folder)))
        ids = connector.ask("set_up")
        connector.ask("poll")
        drivers = {"connector": stack.enter_context(EwsDriver(connector.ready["address"], USER, PASSWORD))}
        file = folder / "values.tsv"
        yield _cpu(connector, drivers["connector"], ids[:1])
        _keep_values(file, drivers["connector"], ids)
        lxml = stack.enter_context(Child("load.bench.lxml_server", str(file)))
        drivers["lxml"] = stack.enter_context(EwsDriver(lxml.ready["url"]))
        standard = stack.enter_context(Child("load.bench.asyncio_connector", controller.ready["url"], str(folder)))
        standard.ask("set_up")
        drivers[_ASYNCIO] = stack.enter_context(EwsDriver(standard.ready["address"], USER, PASSWORD))
        if missing := gsoap.why_missing():
            yield Figure("reads", missing, 0, "")
        else:
            drivers["gSOAP"] = stack.enter_context(EwsDriver(_start_gsoap(stack, file)))
        for count in IDS:
            for served in (connector, standard):
                served.ask("poll")  # else values grow old, and are written anew at each read
            yield from _at(count, ids, drivers)


def _cpu(connector: Child, driver: EwsDriver, ids: Sequence[str]) -> Figure:
    """Tell what the connector's process as a whole uses for a request, seen from outside: user and system."""
    body = messages.get_values(ids)
    driver.send(body)
    before = connector.ask("cpu")
    for _ in range(_COUNTED):
        driver.send(body)
    used = (connector.ask("cpu") - before) / _COUNTED
    return Figure("GetValues of 1 ids", "CPU of the connector's process a request", used * 1e6, "us")


def _keep_values(file: Path, driver: EwsDriver, ids: Sequence[str]) -> None:
    """Read every value once, which renders every item, and keep them for the other servers."""
    with file.open("w", encoding="utf-8") as lines:
        for start in range(0, len(ids), 1_000):
            answer = driver.send(messages.get_values(ids[start : start + 1_000]))
            lines.writelines(f"{id_}\t{state}\t{text}\n" for id_, state, text in messages.values_of(answer.body))


def _start_gsoap(stack: ExitStack, file: Path) -> str:
    command = [str(gsoap.build()), str(file)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - the program just built
    stack.callback(end, process)
    stack.callback(process.kill)
    assert process.stdout is not None  # noqa: S101 - for the type checker
    stack.callback(process.stdout.close)
    return str(json.loads(process.stdout.readline())["url"])


def _at(count: int, ids: Sequence[str], drivers: dict[str, EwsDriver]) -> Iterator[Figure]:
    subject = f"GetValues of {count:,} ids"
    endless = [*ids, *ids]
    step = max(1, len(ids) // LISTS)
    requests = [messages.get_values(endless[start : start + count]) for start in range(0, step * LISTS, step)]
    rates: dict[tuple[str, str], list[float]] = {}
    for _ in range(MEDIAN_OF):
        for kind, bodies in (("another", requests), ("same", requests[:1])):
            for name, driver in drivers.items():
                rates.setdefault((name, kind), []).append(_rate(driver, bodies, count))
    for kind, words in (("another", "another list each time"), ("same", "the same list again")):
        ours = middle(rates["connector", kind])
        yield Figure(subject, f"connector, {words}", ours * count, "items/s", note=f"{ours:,.0f} requests/s, digest")
        if "gSOAP" in drivers:
            ratio = middle(rates[_ASYNCIO, kind]) / middle(rates["gSOAP", kind])
            limit = _ASYNCIO_BESIDE_GSOAP.get((kind, count))
            yield Figure(subject, f"on asyncio's own loop beside gSOAP, {words}", ratio, "x", limit, at_most=False)
        for name in [other for other in drivers if other not in ("connector", _ASYNCIO)]:
            theirs = middle(rates[name, kind])
            limit = _BESIDE_GSOAP.get((kind, count))
            if name == "lxml":
                limit = _BESIDE_LXML if count == 1_000 else None  # noqa: PLR2004 - the size that the target names
            note = f"{theirs * count:,.0f} items/s, no login"
            yield Figure(subject, f"beside {name}, {words}", ours / theirs, "x", limit, at_most=False, note=note)


def _rate(driver: EwsDriver, bodies: Sequence[bytes], count: int) -> float:
    """Send requests for a while; returns how many were answered in a second."""
    answer = driver.send(bodies[0])
    if messages.trouble_in(*answer) or len(messages.values_of(answer.body)) != count:
        raise RuntimeError(f"{count} ids were asked for and not all were answered.")
    endless = cycle(bodies)
    sent, started = 0, clock.wall()
    for _ in clock.rounds(_SECONDS, _MOST):
        driver.send(next(endless))
        sent += 1
    return sent / (clock.wall() - started)
