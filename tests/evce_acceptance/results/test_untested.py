"""What a verdict says of what was not tested."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from evce_acceptance.results.run import Check, Proof, Run, Verdict
from evce_acceptance.results.untested import AREAS, Area, area_of, verdict_in_words

SPECIFICATION = Path(__file__).parents[3] / "features" / "specification"
READ = Check("any_site", "Nobody gets in without a login", (), Proof.READ_ONLY, Verdict.PASS)
WRITTEN = Check("site_writes", "An idle connector becomes inoperative", (), Proof.LEASE, Verdict.PASS)


def undecided(feature: str, scenario: str = "A cable is unplugged") -> Check:
    return Check(feature, scenario, (), Proof.READ_ONLY, Verdict.INCONCLUSIVE, "Nobody was there.")


def said(*checks: Check) -> str:
    return verdict_in_words(Run("Depot", "", checks=list(checks)))


def test_a_run_that_decided_everything_says_that_it_passed_and_no_more() -> None:
    assert said(READ, WRITTEN) == "Passed"


def test_what_was_not_tested_is_named_once_in_the_order_of_the_checks() -> None:
    left = [undecided("site_writes"), undecided("site_writes", "A reduction alone"), undecided("site_by_hand")]
    assert said(READ, *left) == "Passed, read-only: writes and what a technician does not tested"


def test_three_things_that_were_not_tested_are_listed() -> None:
    left = [undecided("site_writes"), undecided("any_site", "Histories have one sample"), undecided("site_by_hand")]
    assert said(READ, *left) == "Passed, read-only: writes, histories and what a technician does not tested"


def test_what_ews_alone_decided_is_said_to_be_so() -> None:
    left = [undecided("datapoints", "ZoneId of the site is written by set-up"), undecided("site_writes")]
    alone = Run("Depot", "", settings={"connector": {}, "controller": None}, checks=[READ, *left])
    assert verdict_in_words(alone) == (
        "Passed, read-only, by EWS alone: values beside the controller's and writes not tested"
    )
    beside = Run("Depot", "", settings={"connector": {}, "controller": {}}, checks=[READ, *left])
    assert "by EWS alone" not in verdict_in_words(beside)


def test_a_run_with_writes_is_not_read_only() -> None:
    assert said(READ, WRITTEN, undecided("site_by_hand")) == "Passed: what a technician does not tested"


def test_a_check_that_no_word_fits_is_named_itself() -> None:
    assert said(READ, undecided("any_site", "A new check")) == 'Passed, read-only: "A new check" not tested'


def test_what_the_product_does_not_claim_is_not_missed() -> None:
    left = Check("any_site", "Histories have one sample", (), Proof.READ_ONLY, Verdict.NOT_APPLICABLE, "no claim")
    assert said(READ, left) == "Passed"


@pytest.mark.parametrize(("verdict", "title"), [(Verdict.FAIL, "Failed"), (Verdict.INCONCLUSIVE, "Nothing proven")])
def test_a_run_that_did_not_pass_says_only_that(verdict: Verdict, title: str) -> None:
    wrong = Check("any_site", "The tree is the controller's site", (), Proof.READ_ONLY, verdict, "It is not.")
    assert said(wrong, undecided("site_writes")) == title


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.word)
def test_each_word_is_that_of_a_scenario_for_sites(area: Area) -> None:
    checks = [
        undecided(file.stem, name)
        for file in SPECIFICATION.glob("*.feature")
        for name in re.findall(r"Scenario(?: Outline)?: (.*)", file.read_text(encoding="utf-8"))
        if "@site" in file.read_text(encoding="utf-8")
    ]
    assert area.word in {area_of(check) for check in checks}
