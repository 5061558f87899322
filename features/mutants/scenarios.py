"""Which scenarios look at a mutant, and in which order: those that should notice first, then all others."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pytest_bdd.scenario import scenario_wrapper_template_registry

FOLDER = Path(__file__).parents[1]
FEATURES = "features/test_features.py"
"""What collects every scenario."""


@dataclass(frozen=True)
class Notice:
    """The first scenario that failed: its id for pytest, its name for readers, and the first line of the failure."""

    node: str
    scenario: str
    why: str


@dataclass(eq=False)
class Look:
    """A pytest plugin that sorts scenarios, and notes the first failure and how many passed.

    First come scenarios of which `nodes` names the id or `noticed` the name, then those with one of the `words` in
    their id, then those of the features `expected`. With `only`, no others are run than those. Of the test `files`
    that are collected as well, only what `nodes` names is run, or what stands in the `expected` files.
    """

    expected: Sequence[str] = ()
    words: Collection[str] = ()
    nodes: Sequence[str] = ()
    noticed: str = ""
    only: bool = False
    files: Sequence[str] = (FEATURES,)
    failures: list[Notice] = field(default_factory=list)
    passed: int = 0
    _names: dict[str, str] = field(default_factory=dict)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Keep the scenarios, in the order of who should notice first."""
        ranked = []
        places = {node: place for place, node in reversed(list(enumerate(self.nodes)))}
        for item in items:
            scenario = (
                scenario_wrapper_template_registry.get(item.function) if isinstance(item, pytest.Function) else None
            )
            stem = Path(scenario.feature.filename).stem if scenario else item.nodeid.partition("::")[0]
            self._names[item.nodeid] = f"{stem}: {scenario.name}" if scenario else item.nodeid
            if scenario or item.nodeid in places or stem in self.expected:
                ranked.append((self._rank(item.nodeid, stem, places), item))
        ranked.sort(key=lambda row: row[0])  # stable: within a rank as they stand in the features
        unasked = [item for rank, item in ranked if self.only and rank == _LAST]
        config.hook.pytest_deselected(items=unasked)
        items[:] = [item for rank, item in ranked if not self.only or rank != _LAST]

    def stem(self, node: str) -> str:
        """Return the feature or the file that something collected stands in."""
        return self._names[node].partition(":")[0]

    def _rank(self, node: str, stem: str, places: Mapping[str, int]) -> tuple[int, int]:
        if node in places or self._names[node] == self.noticed:
            return 0, places.get(node, 0)
        if any(word in node for word in self.words):
            return 1, 0
        return (2, self.expected.index(stem)) if stem in self.expected else _LAST

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how a scenario ended."""
        if report.failed:
            self.failures.append(Notice(report.nodeid, self._names.get(report.nodeid, report.nodeid), _why(report)))
        elif report.when == "call":
            self.passed += 1

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note that the features cannot even be read."""
        if report.failed:
            self.failures.append(Notice(report.nodeid, "the features cannot be collected", _why(report)))

    def run(self, scratch: Path, *, all_failures: bool) -> None:
        """Run the scenarios in this process, on the target in process; stop at the first failure unless told not to."""
        pytest.main([*arguments(scratch, self.files), *([] if all_failures else ["-x"])], [self])


_LAST = (3, 0)


def _why(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Return the line that says what went wrong."""
    crash = getattr(report.longrepr, "reprcrash", None)
    text = crash.message if crash else report.longreprtext
    return text.strip().partition("\n")[0][:200]


def arguments(scratch: Path, files: Sequence[str]) -> list[str]:
    """Return what pytest is told: to read files (from the root of the project), and to speak within the process."""
    return [
        *(str(FOLDER.parent / file) for file in files),
        f"--rootdir={FOLDER.parent}",
        f"--basetemp={scratch / 'pytest'}",
        *(["--target=in-process"] if FEATURES in files else []),
        "--timeout=30",
        "--tb=line",
        "-q",
        *("-p", "no:cacheprovider"),
        *("-p", "pytest_bdd.plugin"),
        *("-p", "pytest_timeout"),
        *("-W", "ignore::pytest.PytestAssertRewriteWarning"),  # what they speak of was imported before the fork
    ]
