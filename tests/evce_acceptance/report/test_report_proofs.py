"""Each requirement of the guide has its row in the report: what proves it, or why nothing does."""

import pytest
from evce_acceptance.report import html
from evce_acceptance.report.proofs import requirements
from evce_acceptance.results.run import Proof, Verdict

from tests.evce_acceptance.report.report_page import check, lines, requirement, run, section, words


def test_every_requirement_of_the_guide_has_a_row_with_its_statement() -> None:
    rows = lines(run(), "requirements")
    assert len(rows) == len(requirements())
    assert all(f"{one.id} {one.statement}" in row for one, row in zip(requirements(), rows, strict=True))


@pytest.mark.parametrize("proof", Proof)
def test_a_pass_proves_a_requirement_where_it_was_made(proof: Proof) -> None:
    assert requirement("D-2", check(Verdict.PASS, proof=proof)).endswith(f"Proven: {proof}")


def test_of_several_proofs_the_strongest_is_named() -> None:
    checks = [check(Verdict.PASS, proof=proof) for proof in (Proof.LEASE, Proof.SIMULATION, Proof.READ_ONLY)]
    assert requirement("D-2", *checks).endswith("Proven: site, with lease")


def test_the_simulation_proves_beside_the_site() -> None:
    simulation = run(check(Verdict.PASS, proof=Proof.SIMULATION, ids="O-1"))
    assert requirement("O-1", simulation=simulation).endswith("✓ 1 · · Proven: simulation")
    assert "Simulation: the run of 2026-11-23 08:00:00 UTC." in words(
        section(run(), "requirements", simulation=simulation)
    )


@pytest.mark.parametrize("verdict", [Verdict.FAIL, Verdict.UNEXPECTED_PASS, Verdict.ERROR])
def test_a_pass_does_not_outweigh_what_fails(verdict: Verdict) -> None:
    row = requirement("D-2", check(Verdict.PASS), check(verdict, "Why."), check(Verdict.PASS, proof=Proof.LEASE))
    assert f"{html.MARKS[verdict]} 1 of 2" in row
    assert row.endswith(f"Not proven: {verdict}. See failure 1.")


def test_a_known_deviation_is_no_proof() -> None:
    row = requirement("D-2", check(Verdict.DEVIATION, "Empty."), check(Verdict.PASS))
    assert row.endswith("Not proven: known deviation. Empty.")


@pytest.mark.parametrize("verdict", [Verdict.INCONCLUSIVE, Verdict.NOT_APPLICABLE])
def test_what_was_not_decided_says_why(verdict: Verdict) -> None:
    assert requirement("D-2", check(verdict, "The cable.")).endswith(f"Not proven: {verdict}. The cable.")
    both = requirement("D-2", check(verdict, "The cable."), check(Verdict.PASS))
    assert both.endswith("✓ 1 of 2 · Proven: site, read-only; 1 check not decided: The cable.")


def test_a_requirement_that_nothing_checked_says_so() -> None:
    assert requirement("D-2").endswith("· · · Not proven: no check here.")


def test_a_requirement_that_nothing_checked_says_by_what_it_is_shown_elsewhere() -> None:
    row = requirement("C-13")
    assert "· · · Not proven: no check here; shown by " in row
    assert row.endswith("tests/evce_connector/host/test_by_hand.py::test_a_run_asks_the_controller_for_nothing_more.")


def test_a_requirement_that_the_guide_does_not_know_has_a_row_too() -> None:
    row = requirement("X-1", check(Verdict.PASS, ids="X-1"))
    assert row == "X-1 It is not in the table of requirements. · ✓ 1 · Proven: site, read-only"
