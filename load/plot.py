"""Draws the age of values and the latency of operations over the time of a load test."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

from matplotlib.figure import Figure

from load.limits import AGE, READ

SHOWN = (READ, "SetValues", "GetHistory", "GetUpdatedAlarmEvents")


def series(file: Path, column: str = "95%") -> dict[str, list[tuple[int, float]]]:
    """Read locust's history (CSV): by name, at which second a percentile was what, in ms."""
    found: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    first = 0
    with file.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            second = int(row["Timestamp"])
            first = first or second
            if row[column] not in ("", "N/A"):
                found[row["Name"]].append((second - first, float(row[column])))
    return dict(found)


def draw(history: Path, picture: Path, title: str, age_limit: float) -> None:
    """Draw both into a PNG or SVG file; `age_limit` is in s."""
    found = series(history)
    figure = Figure(figsize=(10, 6), layout="constrained")
    ages, latencies = figure.subplots(2, sharex=True)
    figure.suptitle(title)
    if AGE in found:
        ages.plot([at for at, _ in found[AGE]], [value / 1000 for _, value in found[AGE]], label="oldest value, 95 %")
    ages.axhline(age_limit, color="tab:red", linestyle="--", label="limit: interval + cycle time")
    ages.set_ylabel("age (s)")
    ages.set_ylim(bottom=0)
    ages.legend(loc="lower right")
    for name in SHOWN:
        if name in found:
            latencies.plot([at for at, _ in found[name]], [value for _, value in found[name]], label=f"{name}, 95 %")
    latencies.set_ylabel("latency (ms)")
    latencies.set_xlabel("time (s)")
    latencies.set_ylim(bottom=0)
    latencies.legend(loc="upper right")
    figure.savefig(picture)
