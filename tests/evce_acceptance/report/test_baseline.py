"""What got worse since an earlier run, and nothing else, stops a pipeline."""

from __future__ import annotations

import pytest
from evce_acceptance.report.baseline import Comparison, compared
from evce_acceptance.results.run import Check, Proof, Run, Verdict

FAIL, PASS, OPEN = Verdict.FAIL, Verdict.PASS, Verdict.INCONCLUSIVE


def check(verdict: Verdict, *items: str, scenario: str = "Every value") -> Check:
    return Check("any_site", scenario, (), Proof.READ_ONLY, verdict, "", items)


def run(*checks: Check) -> Run:
    return Run("site", "2026-11-23T08:00:00Z", checks=list(checks))


def beside(now: Check, *then: Check) -> Comparison:
    return compared(run(now, check(PASS, scenario="The tree")), run(*then))


@pytest.mark.parametrize("was", [PASS, OPEN, Verdict.NOT_APPLICABLE, Verdict.DEVIATION])
def test_what_fails_now_and_did_not_is_worse(was: Verdict) -> None:
    found = beside(check(FAIL, "Z1/A"), check(was))
    assert (found.worse, found.exit_status) == ([f"any_site: Every value: was {was}, is fail"], 1)


def test_a_check_that_is_new_and_fails_is_worse() -> None:
    assert beside(check(FAIL)).worse == ["any_site: Every value: was not there, is fail"]


def test_what_failed_then_may_fail_on() -> None:
    found = beside(check(FAIL, "Z1/A"), check(FAIL, "Z1/A", "Z1/B"))
    assert (found.worse, found.exit_status) == ([], 0)


def test_a_further_wrong_item_is_worse() -> None:
    found = beside(check(FAIL, "Z1/A", "Z1/B"), check(FAIL, "Z1/A"))
    assert (found.worse, found.exit_status) == (["any_site: Every value: wrong now too: Z1/B"], 1)


def test_of_many_further_items_five_are_named() -> None:
    found = beside(check(FAIL, *"ABCDEFG"), check(FAIL))
    assert found.worse == ["any_site: Every value: wrong now too: A, B, C, D, E and 2 more"]


def test_what_passed_and_is_open_now_is_told_and_stops_nothing() -> None:
    found = beside(check(OPEN), check(PASS))
    assert (found.untested, found.exit_status) == (["any_site: Every value"], 0)


def test_what_is_mended_is_not_worse() -> None:
    assert beside(check(PASS), check(FAIL, "Z1/A")) == Comparison([], [], 0)


def test_a_run_that_proves_nothing_is_no_success() -> None:
    assert compared(run(check(OPEN)), run(check(OPEN))).exit_status == 2
