"""Fills the tables of examples in the feature files from data: `python -m features.tables --write`.

They come from datapoints.csv, from the simulator's catalogue of faults, and from failures.toml.

A table stands between the comments `# rows: <name of the table>` and `# end of rows`. Without --write the command names
the files whose tables are not as they should be, and exits with status 1.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from evce_acceptance.folders import SPECIFICATION
from evce_acceptance.guide.cells import before_first_poll
from evce_acceptance.guide.datapoints import DataPoint, datapoints
from evce_simulator.catalogue import catalogue

from features.failures import table as failures
from features.feature_files import feature_files

FOLDER = SPECIFICATION
BEGIN, END = "# rows: ", "# end of rows"

Table = list[Sequence[str]]


def updated_by(who: str, site: str) -> Table:
    """List what one run updates on a site: every data point with the guide's formula."""
    rows = [
        (
            site,
            point.level,
            point.name,
            point.type,
            point.unit or "none",
            "yes" if point.writeable else "no",
            point.source,
        )
        for point in datapoints()
        if point.updated_by == who
    ]
    return [("site", "level", "name", "type", "unit", "writeable", "formula"), *rows]


def live() -> Table:
    """List the live data points with what they show before the first poll."""
    return [
        ("level", "name", "shown"),
        *((point.level, point.name, before_first_poll(point.type, point.unit)) for point in datapoints() if point.live),
    ]


def plain() -> Table:
    """List the data points that are Good from set-up on."""
    return [("level", "name"), *((point.level, point.name) for point in datapoints() if not point.live)]


def logged() -> Table:
    """List the data points that have a history, with its name."""

    def row(point: DataPoint) -> Sequence[str]:
        return point.level, point.name, f"{point.name}-Readings"

    return [("level", "name", "history"), *(row(point) for point in datapoints() if point.history)]


WITH_CONDITIONS = ("expired-token", "locked-out")
"""Faults that harm no poll, and that none meets by basic authentication and without wrong tries: see logins.feature."""


def faults(poll: str, *columns: str) -> Table:
    """List the faults that make a poll fail, partial or good, with what the simulator's catalogue expects."""
    rows = [row for row in catalogue().values() if row.expect.poll == poll and row.name not in WITH_CONDITIONS]
    return [("fault", *columns), *((row.name, *(str(getattr(row.expect, name)) for name in columns)) for row in rows)]


TABLES: dict[str, Callable[[], Table]] = {
    "set-up data points of the guide's screens": lambda: updated_by("setup", "guide"),
    "set-up data points of any site": lambda: updated_by("setup", "campus"),
    "polled data points of the guide's screens": lambda: updated_by("polled", "guide"),
    "polled data points of any site": lambda: updated_by("polled", "campus"),
    "calculated data points of the guide's screens": lambda: updated_by("calculated", "guide"),
    "calculated data points of any site": lambda: updated_by("calculated", "campus"),
    "live data points": live,
    "plain data points": plain,
    "logged data points": logged,
    "faults that fail every poll": lambda: faults("failed", "state", "alarm", "notice", "recover"),
    "faults that fail a set-up": lambda: [row for row in faults("failed") if row != ("empty-list",)],
    "faults that spoil an object at set-up": lambda: faults("partial"),
    "faults that no poll fails for": lambda: faults("good"),
    "faults that spoil an object": lambda: faults("partial", "state", "notice", "recover"),
    **{name: partial(failures.table, name) for name in failures.tables()},
}


def aligned(table: Table, indent: str) -> Iterator[str]:
    """Write a table with its columns one below the other."""
    widths = [max(len(cell) for cell in column) for column in zip(*table, strict=True)]
    for row in table:
        cells = " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield f"{indent}| {cells} |"


def filled(text: str) -> str:
    """Return the text of a feature file with its generated tables as they should be."""
    lines: list[str] = []
    skipping = False
    for line in text.splitlines():
        content = line.strip()
        if content == END:
            skipping = False
        if not skipping:
            lines.append(line)
        if content.startswith(BEGIN):
            lines += aligned(TABLES[content.removeprefix(BEGIN)](), line[: line.index("#")])
            skipping = True
    return "\n".join(lines) + "\n"


def drifted() -> list[Path]:
    """Return the feature files whose tables are not what the data gives."""
    return [path for path in feature_files(FOLDER) if _read(path) != filled(_read(path))]


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the tables, or name the files that have drifted."""
    parser = argparse.ArgumentParser(prog="python -m features.tables", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the tables into the feature files")
    writes = parser.parse_args(arguments).write
    files = drifted()
    for path in files:
        if writes:
            path.write_text(filled(_read(path)), encoding="utf-8", newline="\n")
        sys.stdout.write(f"{path.name}: {'written' if writes else 'has drifted; run with --write'}\n")
    return 0 if writes or not files else 1


if __name__ == "__main__":
    sys.exit(main())
