"""The guide's data points as rows of datapoints.csv."""

from __future__ import annotations

import csv
from functools import cache
from typing import NamedTuple

from evce_acceptance.folders import DATA

FILE = DATA / "datapoints.csv"


class DataPoint(NamedTuple):
    """One row: where it stands, what it is, and the guide's formula in words."""

    level: str
    name: str
    type: str
    unit: str
    updated_by: str
    live: bool
    source: str
    writeable: bool
    history: bool


@cache
def datapoints() -> tuple[DataPoint, ...]:
    """Read all rows, in the file's order."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            DataPoint(
                row["level"],
                row["name"],
                row["ews_type"],
                row["unit"],
                row["updated_by"],
                row["live"] == "yes",
                row["source_or_formula"],
                row["writeable"] == "yes",
                row["history"] == "yes",
            )
            for row in csv.DictReader(file)
        )


def named(name: str) -> DataPoint:
    """Find a data point by its name.

    >>> named("ZoneReduction").level, named("ZoneReduction").source, named("ZoneReduction").writeable
    ('zone', 'zone.reduction.value', True)
    """
    return next(point for point in datapoints() if point.name == name)
