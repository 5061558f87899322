"""What a load test measured against what must hold."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from load.profiles import Limits, Profile
from load.resources import Growth

AGE = "age of the oldest value"
"""Name under which clients report, in ms, how old the oldest value of a cycle was."""
STALE, WRONG, ARRIVED = "check: no value too old", "check: values are the controller's", "check: writes arrive"
ANSWERED = "check: every value is answered"
CYCLE = "cycle time of the connector"
"""Name under which they report how long its last poll took, in ms of the site."""
READ = "GetValues"
_SLACK = 5
"""Threads and files that are no growth: connections come and go."""


@dataclass(frozen=True)
class Line:
    """The end result of one name: how many, how many failures, and percentiles in ms."""

    name: str
    count: int
    failures: int
    median: float
    p95: float
    worst: float


def read_lines(file: Path) -> list[Line]:
    """Read locust's table of statistics (CSV)."""
    with file.open(encoding="utf-8", newline="") as rows:
        return [_line(row) for row in csv.DictReader(rows) if row["Name"] != "Aggregated"]


def _line(row: Mapping[str, str]) -> Line:
    def number(column: str) -> float:
        return float(row[column]) if row[column] not in ("", "N/A") else 0.0

    return Line(
        row["Name"],
        int(row["Request Count"]),
        int(row["Failure Count"]),
        number("50%"),
        number("95%"),
        number("Max Response Time"),
    )


NOT_JUDGED = (STALE, WRONG, ARRIVED, CYCLE, "growth of the connector's memory, threads and open files")
"""What only the simulated controller and the connector's own process can tell."""


def broken(lines: Iterable[Line], profile: Profile, generator_cpu: float, *, is_ours: bool = True) -> list[str]:
    """Say in a sentence each what does not hold; `generator_cpu` is a share of one core.

    Of a connector that is not ours, beside a controller that nobody asks, what is in NOT_JUDGED is left out.
    """
    limits = profile.limits
    by_name = {line.name: line for line in lines}
    found: list[str] = []
    total = sum(line.count for line in by_name.values())
    failures = sum(line.failures for line in by_name.values())
    checks, answered = by_name.get(STALE), by_name.get(ANSWERED)
    if total == 0 or failures > limits.failures * total:
        found.append(f"{failures} of {total} operations and checks failed; {limits.failures:.1%} may.")
    if not is_ours and (answered is None or answered.count == 0):
        found.append("No client came as far as reading every value.")
    if is_ours and "EnterpriseServer" in profile.users and (checks is None or checks.count == 0):
        found.append("No client came as far as checking the age of values.")
    if checks is not None and checks.failures > limits.stale:
        found.append(f"{checks.failures} cycles found values older than interval + cycle time.")
    read = by_name.get(READ)
    if read is not None and read.p95 > limits.p95:
        found.append(f"95 % of {READ} took up to {read.p95:.0f} ms; the limit is {limits.p95:.0f} ms.")
    cycle = by_name.get(CYCLE)
    if cycle is not None and cycle.worst > profile.interval * 1000:
        found.append(f"A poll took {cycle.worst / 1000:.1f} s; the interval of {profile.interval:.0f} s is not held.")
    if generator_cpu > limits.generator_cpu:
        found.append(f"The generator used {generator_cpu:.0%} of a core: it is what was measured. Use more workers.")
    return found


def outgrown(growths: Iterable[Growth], limits: Limits) -> list[str]:
    """Say in a sentence each what of the connector grew by more than it may after the warm-up."""
    return [
        f"The connector's {growth.what} grew by {growth.share:.0%} after the warm-up, from {growth.before:.0f}"
        f"{growth.unit} to {growth.after:.0f}{growth.unit}; the limit is {limits.growth:.0%}."
        for growth in growths
        if limits.growth is not None and growth.share > limits.growth and growth.after - growth.before > _SLACK
    ]
