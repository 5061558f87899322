"""What holds for features, also those of the pages: bound, tagged, in the operator's words, no step without use."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from evce_acceptance.folders import PACKAGE
from pytest_bdd.parser import Feature, ScenarioTemplate, Step
from pytest_bdd.parsers import StepParser

from features import test_features
from features.feature_files import parsed_features
from features.trace import PAGES

FOLDER = Path(__file__).parent
STEPS = {
    "features.steps": FOLDER / "steps",
    "evce_acceptance.steps": PACKAGE / "steps",
    "tests.browser.guide": PAGES,
}
MODULES = [f"{package}.{path.stem}" for package, at in STEPS.items() for path in sorted(at.glob("[!_]*.py"))]
REQUIREMENT = re.compile(r"[A-Z]-\d+")
TECHNICAL = re.compile(r"<[/?]|[{}]|/api/|xmlns|json|\bSOAP\b", re.IGNORECASE)
URL_SCENARIOS = {
    "The base URL <url> is accepted",
    'The base URL "<url>" is refused',
    "The details are filled in, and the connector reaches the controller and serves Building Operation",
}
"""What a technician types into the field of that name."""


@cache
def features() -> tuple[Feature, ...]:
    return (*parsed_features(), *parsed_features(PAGES))


def scenarios() -> Iterator[ScenarioTemplate]:
    for feature in features():
        yield from feature.scenarios.values()


def steps_as_run() -> Iterator[Step]:
    """Give every step of every scenario, with the values of every example."""
    for scenario in scenarios():
        contexts = [context for examples in scenario.examples for context in examples.as_contexts()] or [{}]
        for context in contexts:
            yield from scenario.render(context).steps


def parsers_of(module: ModuleType) -> Iterator[tuple[str, StepParser]]:
    for name in dir(module):
        if name.startswith("pytestbdd_stepdef_"):
            yield name, getattr(module, name).__wrapped__().parser


def test_every_feature_file_is_bound() -> None:
    pages = [importlib.import_module(name) for name in MODULES if name.startswith("tests.browser.guide.test_")]
    things = [thing for module in (test_features, *pages) for thing in vars(module).values() if is_test(thing)]
    bound = {Path(str(thing.__doc__).partition(": ")[0]) for thing in things}

    assert bound == {Path(feature.filename) for feature in features()}


def is_test(thing: object) -> bool:
    return getattr(thing, "__name__", "") == "scenario_wrapper"


def test_every_scenario_carries_a_requirement() -> None:
    untagged = [
        scenario.name
        for scenario in scenarios()
        if not any(REQUIREMENT.fullmatch(tag) for tag in scenario.tags | scenario.feature.tags)
    ]

    assert untagged == []


@pytest.mark.parametrize("name", MODULES)
def test_every_step_is_used(name: str) -> None:
    texts = {step.name for step in steps_as_run()}
    module = importlib.import_module(name)

    unused = [step for step, parser in parsers_of(module) if not any(parser.is_matching(text) for text in texts)]

    assert unused == []


@pytest.mark.parametrize("feature", features(), ids=lambda feature: feature.name)
def test_features_speak_the_operators_language(feature: Feature) -> None:
    technical = [
        line.strip()
        for scenario in feature.scenarios.values()
        if scenario.name not in URL_SCENARIOS
        for step in scenario.steps
        for line in [step.name]
        if TECHNICAL.search(re.sub(r"<\w[\w ]*>", "", line))
    ]

    assert technical == []


@pytest.mark.parametrize("feature", features(), ids=lambda feature: feature.name)
def test_no_two_scenarios_of_a_feature_have_one_name(feature: Feature) -> None:
    text = Path(feature.filename).read_text(encoding="utf-8")
    names = re.findall(r"^\s*Scenario(?: Outline)?: (.*)$", text, re.MULTILINE)

    assert len(set(names)) == len(names)


def test_no_two_features_have_one_name() -> None:
    names = [Path(feature.filename).stem for feature in features()]

    assert len(set(names)) == len(names)
