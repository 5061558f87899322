"""What requirements.csv names as proof is there, and what is not is told."""

from __future__ import annotations

import pytest

from features import trace
from features.trace import Requirement, Scenarios

HERE = "features/test_trace.py::test_every_proof_that_requirements_name_is_there"


def test_every_proof_that_requirements_name_is_there() -> None:
    assert [sentence for one in trace.requirements() for sentence in trace.unresolved(one)] == []


@pytest.mark.parametrize(
    ("shown_by", "sentences"),
    [
        ("bdd", []),
        ("not built", []),
        ("bdd; not built: the page", []),
        ("browser test", []),
        (HERE, []),
        ("a test", ["X-1: 'a test' is no proof."]),
        ("", ["X-1: '' is no proof."]),
        ("not builtin", ["X-1: 'not builtin' is no proof."]),
        (f"bdd; {HERE}_not", [f"X-1: there is no test {HERE}_not."]),
        ("features/test_gone.py::test_it", ["X-1: there is no test features/test_gone.py::test_it."]),
    ],
)
def test_a_proof_is_a_scenario_a_test_or_not_built(shown_by: str, sentences: list[str]) -> None:
    assert trace.unresolved(Requirement("X-1", "Something", shown_by)) == sentences


@pytest.mark.parametrize(
    ("passed", "failed", "sentences"),
    [
        ({HERE}, set(), []),
        ({HERE}, {HERE}, [f"{HERE!r} fails."]),
        (set(), set(), [f"{HERE!r} did not run."]),
    ],
    ids=["passes", "fails in one of its cases", "is left out"],
)
def test_a_named_test_must_have_run_and_passed(
    monkeypatch: pytest.MonkeyPatch, passed: set[str], failed: set[str], sentences: list[str]
) -> None:
    monkeypatch.setattr(trace, "requirements", lambda: [Requirement("X-1", "Something", HERE)])
    assert trace.troubles(Scenarios(passed=passed, failed=failed), ran=True) == sentences


IN_SPECIFICATION, ON_PAGES = "tree: It stands", "guide_status: It is shown"


@pytest.mark.parametrize(
    ("shown_by", "there", "sentences"),
    [
        ("bdd; browser test", [IN_SPECIFICATION, ON_PAGES], []),
        ("bdd; browser test", [IN_SPECIFICATION], ["X-1 has no scenario (browser test)."]),
        ("bdd; browser test", [ON_PAGES], ["X-1 has no scenario (bdd)."]),
        ("bdd", [IN_SPECIFICATION, ON_PAGES], ["X-1 has a scenario; its row must say so: browser test."]),
        ("browser test", [IN_SPECIFICATION, ON_PAGES], ["X-1 has a scenario; its row must say so: bdd."]),
    ],
)
def test_scenarios_of_the_specification_and_of_the_pages_are_named_each_by_its_own_word(
    monkeypatch: pytest.MonkeyPatch, shown_by: str, there: list[str], sentences: list[str]
) -> None:
    monkeypatch.setattr(trace, "requirements", lambda: [Requirement("X-1", "Something", shown_by)])
    found = Scenarios(tags={name: {"X-1"} for name in there}, walked={ON_PAGES})
    assert trace.troubles(found, ran=False) == sentences


def test_the_table_names_scenarios_tests_and_what_is_not_built(monkeypatch: pytest.MonkeyPatch) -> None:
    shown_by = f"bdd; {HERE}; not built: the page"
    monkeypatch.setattr(trace, "requirements", lambda: [Requirement("X-1", "Something", shown_by)])
    found = Scenarios(tags={"tree: It stands after <fault>": {"X-1"}})
    assert trace.table(found).splitlines()[-1] == (
        f"| X-1 | Something | tree: It stands after \\<fault><br>`{HERE}`<br>*not built: the page* |"
    )
