"""Runs the features of the failures in process, and gathers what their scenarios measured."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

MEASURED = "measured"
"""The property of a test that tells how long something took."""
FOLDER = Path(__file__).parents[1]
FAILURES = "failures"
"""The folder of their features."""


@dataclass(eq=False)  # pytest keeps plugins in sets
class Measuring:
    """A pytest plugin that notes what the features of the failures measured in process, in s.

    `seconds` is by case and by what happened: noticed, or over. `failed` names tests that did not pass.
    """

    seconds: dict[tuple[str, str], float] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note what was measured, and what failed; over HTTP it takes real time, which is never the same."""
        if report.failed:
            self.failed.append(report.nodeid)
        elif report.when == "call" and "[in-process" in report.nodeid:
            for name, found in report.user_properties:
                if name == MEASURED and isinstance(found, dict):
                    self.seconds[found["case"], found["kind"]] = found["seconds"]


class MeasuringAlone(Measuring):
    """The same, which runs these features and no other."""

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Leave out what is no scenario of a failure."""
        # here and not above: pytest must see pytest-bdd first, to rewrite its assertions
        from pytest_bdd.scenario import scenario_wrapper_template_registry  # noqa: PLC0415

        def is_failure(item: pytest.Item) -> bool:
            found = scenario_wrapper_template_registry.get(item.function) if isinstance(item, pytest.Function) else None
            return found is not None and Path(found.feature.filename).parent.name == FAILURES

        chosen = [item for item in items if is_failure(item)]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(chosen)])
        items[:] = chosen


def measured() -> Measuring:
    """Run the features of the failures in process, whose time is the site's, so that each run measures the same."""
    found = MeasuringAlone()
    arguments = [
        str(FOLDER / "test_features.py"),
        "--target=in-process",
        "-q",
        *("-p", "no:cacheprovider"),
        *("-p", "no:randomly"),
        *("-W", "ignore::pytest.PytestAssertRewriteWarning"),  # the table of failures was imported before
    ]
    status = pytest.main(arguments, [found])
    if status and not found.failed:
        found.failed.append(f"pytest ended with {status!r}")
    return found
