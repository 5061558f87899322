"""What a fleet took while it was watched, and what as many sites as one likes would take by proportion."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from load import clock
from load.bench.figures import Figure
from load.fleet.connectors import Connector, Counts, Plan
from load.fleet.database import Database, Seen
from load.processes import Child

SLACK = 1.0
"""Seconds by which a poll may begin late and is held all the same."""
LOOK_EACH = 5.0
"""Seconds between two looks at memory and connections."""


@dataclass(frozen=True)
class Start:
    """What it took until every site was served: seconds, and CPU seconds of connectors and database."""

    seconds: float
    connectors: float
    database: float


@dataclass(frozen=True)
class Watched:
    """What was seen between two moments, `seconds` apart; `cpu` in s of all connectors, `memory` in MB of each."""

    seconds: float
    cpu: float
    memory: Sequence[float]
    """The most that each connector had."""
    connections: int
    """The most that the server had at a look."""
    polls: tuple[int, int]
    """Polls that were due, and those that were held."""
    counts: Counter[tuple[str, str]]
    before: Seen
    after: Seen


def watch(
    connectors: Sequence[Connector],
    controllers: Child,
    database: Database,
    plan: Plan,
    seconds: float,
    tell: Callable[[str], None],
) -> Watched:
    """Look at a fleet for so many s; Ctrl-C ends that sooner, and what was seen until then is told."""
    memory = [0.0 for _ in connectors]
    connections = 0
    counted, cpu = _counts(connectors), _cpu(connectors)
    before, begun = database.look(), controllers.ask("begin")
    try:
        while (passed := clock.shared() - begun) < seconds:
            clock.pause(min(LOOK_EACH, seconds - passed))
            memory = [max(pair) for pair in zip(memory, _memory(connectors), strict=True)]
            connections = max(connections, database.look().connections)
            tell(f"{clock.shared() - begun:.0f} of {seconds:.0f} s; memory of all connectors: {sum(memory):,.0f} MB")
    except KeyboardInterrupt:
        tell("stopped: this is what was seen until now")
    ended, after = clock.shared(), database.look()
    asked = controllers.ask("asked")
    polls = [held(asked.get(name, []), begun, ended, plan.interval) for name in plan.names()]
    counts = _counts(connectors)
    counts.subtract(counted)
    due, kept = (sum(each) for each in zip(*polls, strict=True))
    spent = _cpu(connectors) - cpu
    return Watched(ended - begun, spent, memory, connections, (due, kept), counts, before, after)


def held(moments: Sequence[float], begun: float, ended: float, interval: float) -> tuple[int, int]:
    """Return how many polls of a site were due between two moments, and how many began within their interval.

    What is missing at the end, or at the beginning, was due; no poll can be late there that comes in time outside.

    >>> held([2, 17, 32.5], 0, 40, interval=15)
    (2, 2)
    >>> held([2, 50], 0, 55, interval=15)
    (3, 0)
    """
    inner = [after - before for before, after in pairwise(moments)]
    edges = [moments[0] - begun, ended - moments[-1]] if moments else [ended - begun]
    lost = [int(gap // interval) for gap in edges if gap > interval + SLACK]
    due = [max(1, round(gap / interval)) for gap in inner]
    return sum(due) + sum(lost), sum(gap <= interval + SLACK for gap in inner)


def figures(plan: Plan, start: Start, seen: Watched) -> Iterator[Figure]:
    """Yield what was measured, as rows of a table."""
    sites, seconds = plan.sites, max(seen.seconds, 1.0)
    due, kept = seen.polls
    share = f"of one core: {start.connectors / sites:.1f} s each"
    yield Figure("start", "until every site is served", start.seconds, "s")
    yield Figure("start", "CPU of all connectors", start.connectors, "s", note=share)
    yield Figure("start", "CPU of the database", start.database, "s")
    yield Figure("connectors", "memory of each: median", median(seen.memory), "MB", note="resident")
    yield Figure("connectors", "memory of each: most", max(seen.memory), "MB")
    yield Figure("connectors", "memory of all", sum(seen.memory), "MB", note="what they share counts for each")
    yield Figure("connectors", "CPU", seen.cpu, "s", note=f"{seen.cpu / seconds:.2f} cores, in {seconds:.0f} s")
    yield Figure("polls", "due", due, "")
    yield Figure("polls", "held", 100 * kept / due if due else 0.0, "%", note=f"begun {SLACK:g} s late at most")
    for outcome in ("taken", "waiting", "missed"):
        yield Figure("log runs", outcome, seen.counts["log_runs_total", outcome], "")
    yield from _of_database(seen, seconds)


def _of_database(seen: Watched, seconds: float) -> Iterator[Figure]:
    before, after = seen.before, seen.after
    spent = after.cpu - before.cpu
    yield Figure("database", "CPU", spent, "s", note=f"{spent / seconds:.2f} cores")
    yield Figure("database", "connections", seen.connections, "", note="the most at a look")
    yield Figure("database", "size", after.size, "MB", note=f"{after.size - before.size:+.1f} MB meanwhile")
    yield Figure("database", "transactions", (after.transactions - before.transactions) / seconds, "/s")
    yield Figure("database", "rows written", (after.rows - before.rows) / seconds, "/s")
    yield Figure("database", "log (WAL)", 1000 * (after.log - before.log) / seconds, "kB/s")


def by_proportion(sites: int, plan: Plan, seen: Watched) -> Iterator[Figure]:
    """Yield what so many sites of that size would take, where all that was measured grows as their number does."""
    times, seconds = sites / plan.sites, max(seen.seconds, 1.0)
    before, after = seen.before, seen.after
    subject = f"{sites:,} sites, by proportion"
    yield Figure(subject, "memory of the connectors", times * sum(seen.memory) / 1000, "GB")
    yield Figure(subject, "cores of the connectors", times * seen.cpu / seconds, "")
    yield Figure(subject, "cores of the database", times * (after.cpu - before.cpu) / seconds, "")
    yield Figure(subject, "connections", times * seen.connections, "")
    yield Figure(subject, "rows written", times * (after.rows - before.rows) / seconds, "/s")
    yield Figure(subject, "log (WAL)", times * (after.log - before.log) / seconds, "MB/s")
    yield Figure(subject, "polls", sites / plan.interval, "/s")
    yield Figure(subject, "samples of one log run", sites * samples_of_a_run(plan.connectors), "")


def samples_of_a_run(connectors: int) -> int:
    """Return how many samples a site with so many connectors brings at a boundary: nine of each zone and station."""
    return 9 * (max(1, connectors // 100) + max(1, connectors // 2))


def _counts(connectors: Sequence[Connector]) -> Counter[tuple[str, str]]:
    total = Counter[tuple[str, str]]()
    for connector in connectors:
        connector.refuse_ended()
        total.update(_whole(connector.counts()))
    return total


def _whole(counts: Counts) -> Mapping[tuple[str, str], int]:
    return {what: int(value) for what, value in counts.items()}


def _cpu(connectors: Sequence[Connector]) -> float:
    return sum(connector.cpu() for connector in connectors)


def _memory(connectors: Sequence[Connector]) -> list[float]:
    for connector in connectors:
        connector.refuse_ended()
    return [connector.memory() for connector in connectors]
