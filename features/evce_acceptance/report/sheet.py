"""The point-to-point sheet: every item by folder, or on a large site the items that agree by data point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evce_acceptance.report.paths import folder
from evce_acceptance.results.run import Reading, Verdict

MAX_ROWS = 2_000
"""Items up to which each has a row."""
MAX_LISTED = 3_000
"""Rows of single items on a larger site, so that a browser opens the file at once."""


@dataclass(frozen=True, slots=True)
class Group:
    """Items of one data point that were judged alike, on a large site."""

    name: str
    type: str
    unit: str
    verdict: Verdict
    number: int
    readings: str
    greatest: float | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the report shows of the readings: single items by folder, and groups of the others."""

    number: int
    folders: list[tuple[str, list[Reading]]]
    groups: list[Group]
    not_listed: int

    @property
    def grouped(self) -> bool:
        """Whether some items stand only in groups."""
        return bool(self.groups)


def sheet(readings: Sequence[Reading]) -> Sheet:
    """Arrange readings; beyond MAX_ROWS only those stand alone that do not pass or have a note.

    If even they are more than MAX_LISTED the rest of them stands in groups by verdict, and `not_listed` counts it.
    """
    if len(readings) <= MAX_ROWS:
        return Sheet(len(readings), _by_folder(readings), [], 0)
    single = [one for one in readings if one.verdict is not Verdict.PASS or one.note]
    single.sort(key=lambda one: not one.verdict.fails_run)
    listed, rest = single[:MAX_LISTED], single[MAX_LISTED:]
    quiet = [one for one in readings if one.verdict is Verdict.PASS and not one.note]
    return Sheet(len(readings), _by_folder(listed), _groups([*quiet, *rest]), len(rest))


def _by_folder(readings: Sequence[Reading]) -> list[tuple[str, list[Reading]]]:
    folders: dict[str, list[Reading]] = {}
    for one in readings:
        folders.setdefault(folder(one), []).append(one)
    return list(folders.items())


def _groups(readings: Sequence[Reading]) -> list[Group]:
    found: dict[tuple[str, str, str, Verdict], list[Reading]] = {}
    for one in readings:
        found.setdefault((one.name, one.type, one.unit, one.verdict), []).append(one)
    return [_group(*key, group) for key, group in found.items()]


def _group(name: str, kind: str, unit: str, verdict: Verdict, group: Sequence[Reading]) -> Group:
    differences = [one.difference for one in group if one.difference is not None]
    greatest = max(differences, key=abs, default=None)
    return Group(name, kind, unit, verdict, len(group), _range([one.connector for one in group]), greatest)


def _range(values: Sequence[str]) -> str:
    """Say between what the readings lie, or how many different ones there are."""
    try:
        numbers = sorted(float(value) for value in values)
    except ValueError:
        distinct = list(dict.fromkeys(values))
        return distinct[0] if len(distinct) == 1 else f"{len(distinct):,} different"
    return f"{numbers[0]:g}" if numbers[0] == numbers[-1] else f"{numbers[0]:g} to {numbers[-1]:g}"
