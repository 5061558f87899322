"""Every example in a docstring gives what it says, and the main classes and functions show one."""

from __future__ import annotations

import doctest
import importlib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HOMES = {
    "evce_connector": "reference",
    "evce_simulator": "simulators",
    "ebo_simulator": "simulators",
    "lying_proxy": "simulators",
    "evce_acceptance": "features",
}
"""The packages, and the folder that each stands in."""
MAIN = {
    "evce_connector.alarms.debounce",
    "evce_connector.alarms.rules",
    "evce_connector.alarms.state_machine",
    "evce_connector.clock",
    "evce_connector.config.loading",
    "evce_connector.evce.convert",
    "evce_connector.evce.profile",
    "evce_connector.ews.access.authorization",
    "evce_connector.ews.access.guesses",
    "evce_connector.ews.wire.continuation",
    "evce_connector.ews.wire.text",
    "evce_connector.history.schedule",
    "evce_connector.persistence.instants",
    "evce_connector.points.staleness",
    "evce_connector.points.tree",
    "evce_connector.processors.base",
    "evce_connector.site.formulas",
    "evce_connector.site.values",
    "evce_connector.site.xsd_time",
    "evce_connector.takeover.spelling",
    "evce_connector.writes.rules",
    "evce_simulator.clock",
    "evce_simulator.generator",
    "evce_simulator.ocpp",
    "evce_simulator.scenario",
    "evce_simulator.simulator",
    "evce_simulator.units",
    "ebo_simulator.display",
    "ebo_simulator.options",
    "ebo_simulator.paging",
    "ebo_simulator.profiles",
    "ebo_simulator.tree",
    "lying_proxy.directory",
    "lying_proxy.lies",
    "lying_proxy.other_words",
    "lying_proxy.proxy",
    "evce_acceptance.guide.cells",
    "evce_acceptance.guide.datapoints",
    "evce_acceptance.guide.oracle",
    "evce_acceptance.report.paths",
    "evce_acceptance.report.texts",
    "evce_acceptance.results.deviations",
    "evce_acceptance.writes.budget",
}
"""Modules whose use is best seen from an example."""


@cache
def with_examples() -> list[str]:
    """Return the names of the modules that hold an example."""
    paths = [path for package, folder in HOMES.items() for path in (ROOT / folder / package).rglob("*.py")]
    showing = [path for path in paths if ">>> " in path.read_text(encoding="utf-8")]
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts[1:]) for path in showing]
    return sorted(name.removesuffix(".__init__") for name in names)


@pytest.mark.parametrize("name", with_examples())
def test_every_example_gives_what_it_says(name: str) -> None:
    examples = [test for test in doctest.DocTestFinder().find(importlib.import_module(name)) if test.examples]
    assert examples, "it stands where doctest does not look"
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    said: list[str] = []
    for example in examples:
        runner.run(example, out=said.append)
    assert "".join(said) == ""


def test_what_is_best_seen_from_an_example_shows_one() -> None:
    assert sorted(MAIN - set(with_examples())) == []
