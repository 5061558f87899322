"""What clients measured, by second, for the picture of a run: locust's own history looks through a sliding window.

Every process of the generator writes a file of its own; a line is a second, a name, how many, and the slowest in ms.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

from load import clock

_FILE = "{name}_moments-{process}.csv"


class Moments:
    """Keeps the slowest of each name by second; a second is written when the next one has begun."""

    def __init__(self, prefix: Path, process: int) -> None:
        name = _FILE.format(name=prefix.name, process=process)
        self._file = prefix.with_name(name).open("w", encoding="utf-8", newline="")
        self._rows = csv.writer(self._file)
        self._second = 0
        self._slowest: dict[str, float] = {}
        self._counts: defaultdict[str, int] = defaultdict(int)

    def note(self, name: str, milliseconds: float) -> None:
        """Note that something took so long just now."""
        second = int(clock.unix())
        if second != self._second:
            self._write()
            self._second = second
        self._slowest[name] = max(self._slowest.get(name, 0.0), milliseconds)
        self._counts[name] += 1

    def _write(self) -> None:
        for name, slowest in self._slowest.items():
            self._rows.writerow((self._second, name, self._counts[name], round(slowest, 3)))
        self._slowest.clear()
        self._counts.clear()

    def close(self) -> None:
        """Write the last second."""
        self._write()
        self._file.close()


def forget(prefix: Path) -> None:
    """Remove what an earlier run wrote."""
    for file in _files(prefix):
        file.unlink()


def read(prefix: Path) -> dict[str, list[tuple[int, float]]]:
    """Return, by name, each second in which something was measured (s since 1970) and the slowest, in ms."""
    found: defaultdict[str, dict[int, float]] = defaultdict(dict)
    for file in _files(prefix):
        with file.open(encoding="utf-8", newline="") as rows:
            for second, name, _, slowest in csv.reader(rows):
                at = int(second)
                found[name][at] = max(found[name].get(at, 0.0), float(slowest))
    return {name: sorted(points.items()) for name, points in found.items()}


def _files(prefix: Path) -> list[Path]:
    return sorted(prefix.parent.glob(_FILE.format(name=prefix.name, process="*")))
