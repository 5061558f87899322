"""What a poll costs beside its floor: the same pages fetched with requests and decoded with json, nothing else."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from tempfile import TemporaryDirectory

import requests
from evce_connector.evce.profile import PROFILES

from load import clock
from load.bench.figures import MEDIAN_OF, Figure, middle
from load.processes import Child

SIZES = (100, 1_000, 10_000)
DIALECTS = sorted(file.stem for file in PROFILES.glob("*.toml") if file.stem != "v6")
_TIMES_FLOOR = {"all": 8.0, "5 %": 3.0}
_TIMES_FLOOR_IN_DIALECTS = {"all": 15.0, "5 %": 5.0}
_GROWTH = 12.0


def measure(sizes: tuple[int, ...] = SIZES) -> Iterator[Figure]:
    """Measure polls at each size, and how they grow."""
    whole: dict[int, float] = {}
    for size in sizes:
        with (
            TemporaryDirectory(prefix="evce-bench-") as folder,
            Child("load.bench.controller", str(size)) as controller,
            Child("load.bench.connector", controller.ready["url"], folder) as connector,
        ):
            for figure in _at(f"polls of {size:,} connectors", controller, connector, _limits(size)):
                yield figure
                if figure.name == "all changed: CPU":
                    whole[size] = figure.value
    if {1_000, 10_000} <= whole.keys():
        growth = whole[10_000] / whole[1_000]
        yield Figure("polls", "growth of CPU from 1,000 to 10,000 connectors", growth, "x", _GROWTH)


def measure_dialects(size: int = max(SIZES)) -> Iterator[Figure]:
    """Measure polls of a controller that speaks each shipped dialect."""
    for dialect in DIALECTS:
        with (
            TemporaryDirectory(prefix="evce-bench-") as folder,
            Child("load.bench.controller", str(size), dialect) as controller,
            Child("load.bench.connector", controller.ready["url"], folder, "bench", "bench", "", dialect) as connector,
        ):
            subject = f"polls of {size:,} connectors, {dialect}"
            yield from _at(subject, controller, connector, _TIMES_FLOOR_IN_DIALECTS)


def _at(subject: str, controller: Child, connector: Child, limits: Mapping[str, float]) -> Iterator[Figure]:
    connector.ask("set_up")
    connector.ask("poll")
    floors: list[clock.Cost] = []
    polls: dict[str, list[clock.Cost]] = {"all": [], "5 %": []}
    steps: defaultdict[str, list[float]] = defaultdict(list)
    for _ in range(MEDIAN_OF):
        for variant, kind in (("first", "all"), ("second", "all"), ("few", "5 %")):
            paths = controller.ask("show", variant=variant)
            floors.append(clock.cost_of(lambda paths=paths: _floor(controller.ready["url"], paths)))  # type: ignore[misc]
            answer = connector.ask("poll")
            polls[kind].append(clock.Cost(answer["cpu"], answer["wall"]))
            if kind == "all":
                for step, seconds in answer["steps"].items():
                    steps[step].append(seconds)
    floor = middle(cost.cpu for cost in floors)
    yield Figure(subject, "floor: CPU", floor * 1000, "ms", note="requests and json.loads of the same pages")
    yield Figure(subject, "floor: wall", middle(cost.wall for cost in floors) * 1000, "ms")
    for kind, costs in polls.items():
        cpu = middle(cost.cpu for cost in costs)
        yield Figure(subject, f"{kind} changed: CPU", cpu * 1000, "ms")
        yield Figure(subject, f"{kind} changed: wall", middle(cost.wall for cost in costs) * 1000, "ms")
        yield Figure(subject, f"{kind} changed: CPU beside the floor", cpu / floor, "x", limits.get(kind))
    for step, seconds in steps.items():
        yield Figure(subject, f"step: {step}", middle(seconds) * 1000, "ms", note="CPU, all changed")


def _limits(size: int) -> Mapping[str, float]:
    return _TIMES_FLOOR if size == max(SIZES) else {}


def _floor(url: str, paths: list[str]) -> None:
    with requests.Session() as session:
        session.trust_env = False
        for path in paths:
            json.loads(session.get(url + path, timeout=10).content)
