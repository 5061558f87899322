"""Requirement -> scenarios -> result: `python -m features.trace` runs the features and writes TRACEABILITY.md.

It fails on a scenario that fails, on a requirement without a scenario, and on a scenario without a requirement. Which
requirements the features must show stands in requirements.csv, column `shown_by`; the others are listed with what does.
With `--collect` nothing is run: the command only compares TRACEABILITY.md with what is there.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import pytest

FOLDER = Path(__file__).parent
TABLE = FOLDER / "TRACEABILITY.md"
HEADING = """# Which scenario shows which requirement

Written by `nox -s trace`. A requirement of the guide that features do not show names what shows it instead.

| requirement | statement | shown by |
|---|---|---|
"""


class Requirement(NamedTuple):
    """One row of requirements.csv."""

    id: str
    statement: str
    shown_by: str

    @property
    def needs_scenario(self) -> bool:
        """Whether features must show it."""
        return "bdd" in self.shown_by


def requirements() -> list[Requirement]:
    """Read all requirements, in the file's order."""
    with (FOLDER / "data" / "requirements.csv").open(encoding="utf-8", newline="") as file:
        return [Requirement(row["id"], row["statement"], row["shown_by"]) for row in csv.DictReader(file)]


@dataclass
class Scenarios:
    """A pytest plugin that notes the requirements and the worst result of each scenario, by feature and name."""

    tags: dict[str, set[str]] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    _names: dict[str, str] = field(default_factory=dict)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Note each scenario and its tags."""
        # here and not above: pytest must see pytest-bdd first, to rewrite its assertions
        from pytest_bdd.scenario import scenario_wrapper_template_registry  # noqa: PLC0415

        ids = {requirement.id for requirement in requirements()}
        for item in items:
            scenario = (
                scenario_wrapper_template_registry.get(item.function) if isinstance(item, pytest.Function) else None
            )
            if scenario is not None:
                name = f"{Path(scenario.feature.filename).stem}: {scenario.name}"
                self._names[item.nodeid] = name
                self.tags.setdefault(name, set()).update(mark.name for mark in item.iter_markers() if mark.name in ids)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a failure."""
        if report.failed and report.nodeid in self._names:
            self.failed.add(self._names[report.nodeid])

    def of(self, requirement: Requirement) -> list[str]:
        """Return the scenarios that show a requirement."""
        return sorted(name for name, tags in self.tags.items() if requirement.id in tags)


def troubles(found: Scenarios) -> list[str]:
    """Say what keeps the requirements from being shown."""
    lacking = [one.id for one in requirements() if one.needs_scenario and not found.of(one)]
    loose = sorted(name for name, tags in found.tags.items() if not tags)
    return [
        *(f"{id_} has no scenario." for id_ in lacking),
        *(f"The scenario {name!r} names no requirement." for name in loose),
        *(f"The scenario {name!r} fails." for name in sorted(found.failed)),
    ]


def table(found: Scenarios) -> str:
    """Write the table of all requirements."""
    lines = []
    for requirement in requirements():
        names = found.of(requirement)
        shown = "<br>".join(names) if names else f"*{requirement.shown_by}*"
        lines.append(f"| {requirement.id} | {_cell(requirement.statement)} | {_cell(shown)} |\n")
    return HEADING + "".join(lines)


def _written() -> str:
    return TABLE.read_text(encoding="utf-8") if TABLE.exists() else ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print each requirement with the number of its scenarios and their result, and write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--collect", action="store_true", help="run nothing, only compare the table")
    options, passed_on = parser.parse_known_args(arguments)
    found = Scenarios()
    pytest.main([str(FOLDER), "-q", *(["--collect-only", "-q"] if options.collect else []), *passed_on], [found])
    for requirement in requirements():
        names = found.of(requirement)
        result = "FAILED" if found.failed & set(names) else "passed" if names and not options.collect else ""
        sys.stdout.write(f"{requirement.id:5} {len(names):3} scenarios {result or requirement.shown_by}\n")
    wrong = troubles(found)
    if options.collect and _written() != table(found):
        wrong.append(f"{TABLE.name} is not up to date: run nox -s trace.")
    if not options.collect and not found.failed:
        TABLE.write_text(table(found), encoding="utf-8")
    for sentence in wrong:
        sys.stdout.write(f"{sentence}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
