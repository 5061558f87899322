"""What changed between two runs: since the last sign-off, or an upgrade of controller, connector or workstation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from evce_acceptance.report import bundle
from evce_acceptance.report.latency import Latency, summary
from evce_acceptance.report.paths import Branch, branches, renamed
from evce_acceptance.report.texts import flat
from evce_acceptance.results.run import Reading, Run

GONE, NEW = "(gone)", "(new)"
LABELS = ("type", "unit", "name")
_Row = TypeVar("_Row")
_Name = TypeVar("_Name", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not as it was: what it is, and how it was and is."""

    what: str
    aspect: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class LatencyChange:
    """Answer times of one operation in both runs; None where a run did not use it."""

    party: str
    operation: str
    old: Latency | None
    new: Latency | None

    def ratio(self, percentile: str) -> float | None:
        """Give new / old of a percentile (`p50`, `p95`, `p99`); none when it cannot be told."""
        if self.old is None or self.new is None or not getattr(self.old, percentile):
            return None
        return float(getattr(self.new, percentile) / getattr(self.old, percentile))


@dataclass(frozen=True, slots=True)
class Difference:
    """All that differs between two runs; `latencies` has every operation, for they never are quite the same."""

    old: Run
    new: Run
    versions: list[Change]
    settings: list[Change]
    folders: list[Change]
    gone: list[Branch]
    added: list[Branch]
    labels: list[Change]
    items: list[Change]
    checks: list[Change]
    latencies: list[LatencyChange]

    @property
    def same(self) -> bool:
        """Whether nothing but times changed."""
        lists = (getattr(self, one.name) for one in fields(self) if one.name not in ("old", "new", "latencies"))
        return not any(lists)

    def document(self) -> dict[str, Any]:
        """Return it for programs; of both runs their site, their start (UTC, ISO form) and their verdict."""
        runs = {
            name: {"site": run.site, "started": run.started, "verdict": str(run.verdict)}
            for name, run in (("old", self.old), ("new", self.new))
        }
        lists = [one.name for one in fields(self) if one.name not in runs]
        return {"same": self.same, **runs, **{name: [asdict(row) for row in getattr(self, name)] for name in lists}}


def between(old: Path, new: Path) -> Difference:
    """Compare the runs of two zips; BundleError when one of them is not as it was written."""
    return compare(bundle.read(old), bundle.read(new))


def compare(old: Run, new: Run) -> Difference:
    """Compare two runs; the order of rows does not matter.

    Items are known by their paths. A zone, station or connector that has another name but the ZoneId, StationId or
    LogicalConnector that it had is one folder renamed, not many items gone and new. Paths are those of the new run.
    """
    folders = renamed(old.readings, new.readings)
    before = _numbered((folders.path(one.item), one) for one in old.readings)
    after = _numbered((one.item, one) for one in new.readings)
    both = [(before[name], after[name]) for name in after if name in before]
    return Difference(
        old,
        new,
        _changes("", old.environment, new.environment),
        _changes("", flat(old.settings), flat(new.settings)),
        [Change(now, "name", _last(was), _last(now)) for was, now in folders.names.items()],
        branches([key[0] for key in before if key not in after], [path for path, _ in after]),
        branches([key[0] for key in after if key not in before], [path for path, _ in before]),
        [change for pair in both for change in _labels(*pair)],
        [Change(now.item, "verdict", was.verdict, now.verdict) for was, now in both if was.verdict != now.verdict],
        _checks(old, new),
        _latencies(old, new),
    )


def _last(path: str) -> str:
    return path.rpartition("/")[2]


def _numbered(rows: Iterable[tuple[_Name, _Row]]) -> dict[tuple[_Name, int], _Row]:
    """Key rows by name, and by their turn where names are not unique."""
    seen: Counter[_Name] = Counter()
    keyed = {}
    for name, row in rows:
        seen[name] += 1
        keyed[name, seen[name]] = row
    return keyed


def _labels(was: Reading, now: Reading) -> list[Change]:
    old, new = asdict(was), asdict(now)
    return [Change(now.item, label, old[label], new[label]) for label in LABELS if old[label] != new[label]]


def _checks(old: Run, new: Run) -> list[Change]:
    def verdicts(run: Run) -> dict[tuple[tuple[str, str, str], int], str]:
        return _numbered(((one.feature, one.scenario, one.proof), str(one.verdict)) for one in run.checks)

    before, after = verdicts(old), verdicts(new)
    return [
        Change(f"{key[0][0]}: {key[0][1]}", key[0][2], before.get(key, NEW), after.get(key, GONE))
        for key in {**before, **after}
        if before.get(key) != after.get(key)
    ]


def _changes(aspect: str, old: Mapping[str, str], new: Mapping[str, str]) -> list[Change]:
    return [
        Change(name, aspect, old.get(name, NEW), new.get(name, GONE))
        for name in {**old, **new}
        if old.get(name) != new.get(name)
    ]


def _latencies(old: Run, new: Run) -> list[LatencyChange]:
    before = {(one.party, one.operation): one for one in summary(old.exchanges)}
    after = {(one.party, one.operation): one for one in summary(new.exchanges)}
    return [LatencyChange(*key, before.get(key), after.get(key)) for key in sorted({**before, **after})]
