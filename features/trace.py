"""Requirement -> proofs -> result: `python -m features.trace` runs features and tests and writes TRACEABILITY.md.

What must show a requirement stands in requirements.csv, column `shown_by`, with semicolons between: `bdd` for the
scenarios of the specification that bear its tag, `browser test` for those in which a browser walks the guide's pages,
the id of a test, or `not built` with what is lacking. The command fails on a proof that is
not there, does not run or does not pass, and on a scenario without a requirement. With `--collect` nothing is run: it
only looks whether the proofs are there, and compares TRACEABILITY.md with them.
"""

from __future__ import annotations

import argparse
import ast
import csv
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import pytest

FOLDER = Path(__file__).parent
TABLE = FOLDER / "TRACEABILITY.md"
ROOT = FOLDER.parent
PAGES = ROOT / "tests" / "browser" / "guide"
"""The scenarios of the connector's own pages: they are nothing that another connector is accepted by."""
BDD, BROWSER, NOT_BUILT = "bdd", "browser test", "not built"
HEADING = """# What shows which requirement

Written by `nox -s trace`, after every scenario and test that stands here has passed. Scenarios are named by their
feature, tests by their file; what nothing shows reads "not built". Steps by hand and writes that only the acceptance
of a site runs are left out.

| requirement | statement | shown by |
|---|---|---|
"""


class Requirement(NamedTuple):
    """One row of requirements.csv."""

    id: str
    statement: str
    shown_by: str

    @property
    def proofs(self) -> list[str]:
        """What must show it, part by part."""
        return [part.strip() for part in self.shown_by.split(";")]

    @property
    def tests(self) -> list[str]:
        """The ids of the tests that must show it."""
        return [proof for proof in self.proofs if "::" in proof]

    @property
    def lacking(self) -> list[str]:
        """What of it is not built, as the table says it."""
        return [proof for proof in self.proofs if proof.partition(":")[0] == NOT_BUILT]


def requirements() -> list[Requirement]:
    """Read all requirements, in the file's order."""
    with (FOLDER / "data" / "requirements.csv").open(encoding="utf-8", newline="") as file:
        return [Requirement(row["id"], row["statement"], row["shown_by"]) for row in csv.DictReader(file)]


@dataclass(eq=False)  # pytest keeps plugins in sets
class Scenarios:
    """A pytest plugin that notes the requirements and the worst result of each scenario, by feature and name.

    `walked` are those in which a browser walks the pages. Of other tests it notes by their id which passed and which
    failed in any of their cases.
    """

    tags: dict[str, set[str]] = field(default_factory=dict)
    walked: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    passed: set[str] = field(default_factory=set)
    _names: dict[str, str] = field(default_factory=dict)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note each scenario that will run, and its tags: those that only a real site's acceptance runs are none."""
        # here and not above: pytest must see pytest-bdd first, to rewrite its assertions
        from pytest_bdd.scenario import scenario_wrapper_template_registry  # noqa: PLC0415

        ids = {requirement.id for requirement in requirements()}
        for item in session.items:
            scenario = (
                scenario_wrapper_template_registry.get(item.function) if isinstance(item, pytest.Function) else None
            )
            if scenario is not None:
                name = f"{Path(scenario.feature.filename).stem}: {scenario.name}"
                self._names[item.nodeid] = name
                if item.path.is_relative_to(PAGES):
                    self.walked.add(name)
                self.tags.setdefault(name, set()).update(mark.name for mark in item.iter_markers() if mark.name in ids)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note what passed and what failed."""
        name = self._names.get(report.nodeid) or report.nodeid.partition("[")[0]
        if report.failed:
            self.failed.add(name)
        elif report.when == "call" and report.passed:
            self.passed.add(name)

    def of(self, requirement: Requirement) -> list[str]:
        """Return the scenarios that show a requirement."""
        return sorted(name for name, tags in self.tags.items() if requirement.id in tags)

    def kinds_of(self, requirement: Requirement) -> set[str]:
        """Return which kinds of scenarios show a requirement, as its row names them."""
        return {BROWSER if name in self.walked else BDD for name in self.of(requirement)}


def unresolved(requirement: Requirement) -> list[str]:
    """Say which proofs of a requirement are no proofs: words, and tests that are not there."""
    known = [BDD, BROWSER, *requirement.tests, *requirement.lacking]
    words = [f"{requirement.id}: {proof!r} is no proof." for proof in requirement.proofs if proof not in known]
    gone = [test for test in requirement.tests if not _is_there(test)]
    return [*words, *(f"{requirement.id}: there is no test {test}." for test in gone)]


def _is_there(test: str) -> bool:
    """Tell whether a test's file defines it."""
    name, _, function = test.partition("::")
    path = ROOT / name
    if not path.is_file():
        return False
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return any(isinstance(node, ast.FunctionDef) and node.name == function for node in tree.body)


def troubles(found: Scenarios, *, ran: bool) -> list[str]:
    """Say what keeps the requirements from being shown, by tests that `ran` or were only collected."""
    every = requirements()
    loose = sorted(name for name, tags in found.tags.items() if not tags)
    proofs = {*found.tags, *(test for one in every for test in one.tests)}
    idle = proofs - found.passed - found.failed if ran else set()
    return [
        *(sentence for one in every for sentence in unresolved(one)),
        *(sentence for one in every for sentence in _unnamed(one, found.kinds_of(one))),
        *(f"The scenario {name!r} names no requirement." for name in loose),
        *(f"{name!r} fails." for name in sorted(found.failed)),
        *(f"{name!r} did not run." for name in sorted(idle)),
    ]


def _unnamed(requirement: Requirement, kinds: set[str]) -> Iterator[str]:
    """Say which kind of scenario is named and not there, or there and not named."""
    for kind in (BDD, BROWSER):
        if kind in requirement.proofs and kind not in kinds:
            yield f"{requirement.id} has no scenario ({kind})."
        if kind in kinds and kind not in requirement.proofs:
            yield f"{requirement.id} has a scenario; its row must say so: {kind}."


def table(found: Scenarios) -> str:
    """Write the table of all requirements."""
    lines = []
    for requirement in requirements():
        words = [f"*{words}*" for words in requirement.lacking]
        scenarios = [_prose(name) for name in found.of(requirement)]
        shown = "<br>".join([*scenarios, *(f"`{test}`" for test in requirement.tests), *words])
        lines.append(f"| {requirement.id} | {_cell(_prose(requirement.statement))} | {_cell(shown)} |\n")
    return HEADING + "".join(lines)


def _written() -> str:
    return TABLE.read_text(encoding="utf-8") if TABLE.exists() else ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _prose(text: str) -> str:
    """Write text that is no code: a page that is shown would take <fault> for markup."""
    return text.replace("<", "\\<")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print each requirement with the number of its proofs and their result, and write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--collect", action="store_true", help="run nothing, only compare the table")
    options, passed_on = parser.parse_known_args(arguments)
    found = _run(collect=options.collect, passed_on=passed_on)
    for requirement in requirements():
        sys.stdout.write(f"{requirement.id:5} {_result(requirement, found)}\n")
    wrong = troubles(found, ran=not options.collect)
    if options.collect and _written() != table(found):
        wrong.append(f"{TABLE.name} is not up to date: run nox -s trace.")
    if not options.collect and not wrong:
        TABLE.write_text(table(found), encoding="utf-8")
    for sentence in wrong:
        sys.stdout.write(f"{sentence}\n")
    return 1 if wrong else 0


def _run(*, collect: bool, passed_on: Sequence[str]) -> Scenarios:
    """Run or collect the features and the tests that are named."""
    found = Scenarios()
    tests = sorted({test for one in requirements() for test in one.tests if _is_there(test)})
    how = ["--collect-only", "-q"] if collect else []
    pytest.main([str(FOLDER), str(PAGES), *(str(ROOT / test) for test in tests), "-q", *how, *passed_on], [found])
    return found


def _result(requirement: Requirement, found: Scenarios) -> str:
    """Say how many proofs a requirement has, and how they ended."""
    proofs = {*found.of(requirement), *requirement.tests}
    ended = "FAILED" if found.failed & proofs else "passed" if proofs and proofs <= found.passed else ""
    return "; ".join(part for part in (f"{len(proofs):3} proofs", ended, *requirement.lacking) if part)


if __name__ == "__main__":
    sys.exit(main())
